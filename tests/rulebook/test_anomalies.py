"""The catalogue of anomalies: every code of the contract, each with its words."""

from pathlib import Path

import pytest

from migrate.errors import ConfigurationError
from migrate.rulebook.anomalies import load_catalogue
from migrate.rulebook.durations import load_duration_policy

SEVERITIES = [  # the codes of the contract beside those of durations
    ("date-precision", "info"),
    ("date-not-understood", "warning"),
    ("dates-reversed", "warning"),
    ("flag-not-understood", "warning"),
    ("pra-unknown", "info"),
    ("text-cleaned", "warning"),
    ("spreadsheet-damaged", "error"),
    ("competence-code", "info"),
    ("archived-unclear", "warning"),
    ("coordinator-address", "warning"),
    ("orphan", "warning"),
    ("parent-rejected", "warning"),
    ("duplicate-member", "error"),
    ("number-taken", "error"),
    ("adopted-member", "info"),
    ("kept-user-edit", "info"),
    ("conflict", "warning"),
    ("kept-user-delete", "info"),
    ("gone-from-v2", "warning"),
    ("archived-since", "warning"),
    ("decision-stale", "warning"),
    ("decision-invalid", "warning"),
    ("left-blank", "info"),
    ("load-refused", "error"),
]


@pytest.mark.parametrize(("code", "severity"), SEVERITIES)
def test_a_code_has_the_severity_of_the_contract(code: str, severity: str) -> None:
    assert load_catalogue().severity(code) == severity


def test_every_code_of_durations_stands_there_with_the_policys_severity() -> None:
    catalogue = load_catalogue()
    assert {code: catalogue.severity(code) for code in load_duration_policy().severities} == dict(
        load_duration_policy().severities
    )


def test_an_unknown_code_is_a_mistake_of_ours() -> None:
    with pytest.raises(ConfigurationError, match="no entry 'guessed'"):
        load_catalogue().severity("guessed")


def test_a_reason_names_no_other_value_than_the_policys(tmp_path: Path) -> None:
    path = tmp_path / "anomalies.yaml"
    words = "  title: New\n  meaning: Something\n  reviewer: Nothing\n"
    path.write_text(f"new-code:\n  severity: info\n{words}  reason: '{{hours_a_day}} h a day'\n")
    with pytest.raises(ConfigurationError) as caught:
        load_catalogue(tmp_path)
    assert f"{path}:6: new-code.reason: must name hours_per_day" in str(caught.value)


def test_an_entry_without_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "anomalies.yaml"
    path.write_text("new-code:\n  severity: grave\n  title: New\n  meaning: Something\n")
    with pytest.raises(ConfigurationError) as caught:
        load_catalogue(tmp_path)
    assert f"{path}:2: new-code.severity" in str(caught.value)
    assert "new-code.reviewer" in str(caught.value)
