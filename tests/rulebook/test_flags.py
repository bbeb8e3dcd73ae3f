"""`rules/flags.yaml`, checked on reading."""

from pathlib import Path

import pytest

from migrate.errors import ConfigurationError
from migrate.rulebook.flags import load_flag_policy
from migrate.transform.flags import flag_value


def test_the_words_are_those_of_the_contract() -> None:
    policy = load_flag_policy()
    assert policy.true_words == {"1", "t", "true", "y", "yes", "on"}
    assert policy.false_words == {"0", "f", "false", "n", "no", "off"}


def test_a_word_is_one_however_the_file_writes_it(tmp_path: Path) -> None:
    (tmp_path / "flags.yaml").write_text('"true": ["JA", "Y"]\n"false": ["Nein"]\n')
    policy = load_flag_policy(tmp_path)
    assert [flag_value(text, policy) for text in ("ja", "JA", "y", "NEIN", "si")] == [
        True,
        True,
        True,
        False,
        None,
    ]


def test_a_word_for_both_true_and_false_is_refused(tmp_path: Path) -> None:
    (tmp_path / "flags.yaml").write_text('"true": ["1", "on"]\n"false": ["0", "on"]\n')
    with pytest.raises(ConfigurationError, match="on cannot be both true and false"):
        load_flag_policy(tmp_path)


def test_a_bare_yes_is_refused(tmp_path: Path) -> None:
    """YAML takes it for a truth value, so it must stand in quotes."""
    (tmp_path / "flags.yaml").write_text('"true": [yes]\n"false": ["0"]\n')
    with pytest.raises(ConfigurationError, match="true"):
        load_flag_policy(tmp_path)
