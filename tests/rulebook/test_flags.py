"""`rules/flags.yaml`, checked on reading."""

from pathlib import Path

import pytest

from migrate.errors import ConfigurationError
from migrate.rulebook.flags import load_flag_policy


def test_the_words_are_those_of_the_contract() -> None:
    policy = load_flag_policy()
    assert policy.true_words == {"1", "t", "true", "y", "yes", "on"}
    assert policy.false_words == {"0", "f", "false", "n", "no", "off"}


def test_no_word_is_both(tmp_path: Path) -> None:
    path = tmp_path / "flags.yaml"
    path.write_text('"true": ["1", "on"]\n"false": ["0", "on"]\n')
    with pytest.raises(ConfigurationError, match="on cannot be both true and false"):
        load_flag_policy(path)


def test_a_bare_yes_is_refused(tmp_path: Path) -> None:
    """YAML takes it for a truth value, so it must stand in quotes."""
    path = tmp_path / "flags.yaml"
    path.write_text('"true": [yes]\n"false": ["0"]\n')
    with pytest.raises(ConfigurationError, match="true"):
        load_flag_policy(path)
