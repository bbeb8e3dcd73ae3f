"""What may be decided, and with which values."""

from dataclasses import replace

import pytest

from migrate.decisions.check import decision_problems
from migrate.decisions.decision import Decision
from tests.recording import MAX_HOURS

GOOD = Decision("text", "training", "duration", "set", raw_value="3", value="7", reviewer="Robin")

VALUES = [  # table, column, value, may be loaded
    ("training", "duration", "0", True),
    ("training", "duration", "2000", True),
    ("training", "duration", "7.25", True),
    ("training", "duration", "2000.01", False),
    ("training", "duration", "7.255", False),
    ("training", "duration", "7,5", False),
    ("training", "duration", "-1", False),
    ("training", "duration", "1e3", False),
    ("training", "duration", "NaN", False),
    ("training", "duration", "٣", False),
    ("training", "duration", "", False),
    ("training", "start_date", "2010-03-12", True),
    ("training", "start_date", "2010-02-30", False),
    ("training", "start_date", "12/03/2010", False),
    ("training", "start_date", "20100312", False),
    ("employment", "is_current", "true", True),
    ("employment", "is_current", "Y", False),
    ("verifications", "verified_at", "2010-03-12T10:30:00", True),
    ("verifications", "verified_at", "2010-03-12T10:30:00+01:00", False),
    ("verifications", "verified_at", "20100312T1030", False),
    ("competence_assessments", "archived_at", "long ago", False),
    ("intents_to_register", "submitted_at", "soon", False),
    ("education", "grade", "2:1", True),
    ("members", "membership_number", "N2", False),
]


@pytest.mark.parametrize(("table", "column", "value", "good"), VALUES)
def test_value_must_be_of_the_columns_kind(table: str, column: str, value: str, good: bool) -> None:
    decision = replace(GOOD, v2_table=table, v2_column=column, value=value)
    assert (decision_problems(decision, MAX_HOURS) == ()) is good


WRONG = [  # what is changed, what is said
    ({"scope": "rows"}, "scope must be one of row, text (got 'rows')"),
    ({"action": "drop"}, "action must be one of set, leave-blank, accept, withdraw (got 'drop')"),
    ({"v2_table": "trainings"}, "v2_table must be a table of v2 (got 'trainings')"),
    ({"v2_column": "hours"}, "v2_column must be a column of training that can be decided (got 'hours')"),
    (
        {"v2_column": "member_id"},
        "v2_column must be a column of training that can be decided (got 'member_id')",
    ),
    (
        {"v2_column": "updated_at"},
        "v2_column must be a column of training that can be decided (got 'updated_at')",
    ),
    (
        {"v2_table": "supporters", "v2_column": "name"},
        "v2_column must be a column of supporters that can be decided (got 'name')",
    ),
    (
        {"v2_table": "members", "v2_column": "membership_number", "value": "N2"},
        "membership_number says who is who and is not set by a decision: correct it in v2 (got 'N2')",
    ),
    ({"v2_column": None}, "v2_column must be given (it is empty)"),
    ({"v2_column": None, "action": "accept", "value": None}, "v2_column must be given (it is empty)"),
    ({"v2_column": None, "scope": "row", "v2_id": "1"}, "v2_column must be given (it is empty)"),
    (
        {"v2_column": None, "scope": "row", "v2_id": "1", "action": "leave-blank", "value": None},
        "v2_column must be given (it is empty)",
    ),
    ({"raw_value": None}, "raw_value must be given for a text (it is empty)"),
    ({"scope": "row"}, "v2_id must be given for a row (it is empty)"),
    ({"v2_id": "1"}, "v2_id must be empty for a text, which is decided for every row (got '1')"),
    ({"value": None}, "value must be given where action is set (it is empty)"),
    ({"action": "accept"}, "value must be empty unless action is set (got '7')"),
    ({"reviewer": None}, "reviewer must name who decided (it is empty)"),
    ({"note": "a\x00b"}, "note holds a NUL character, which no database keeps"),
    ({"scope": "row", "v2_id": "1" * 256}, "v2_id must have at most 255 characters (got 256)"),
    ({"reviewer": "x" * 256}, "reviewer must have at most 255 characters (got 256)"),
]


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_wrong_decision_is_told_in_words(change: dict[str, str | None], words: str) -> None:
    assert words in decision_problems(replace(GOOD, **change), MAX_HOURS)  # type: ignore[arg-type]


def test_whole_row_may_be_accepted_without_a_column() -> None:
    accepted = Decision("row", "members", None, "accept", v2_id="7", reviewer="Robin")
    assert decision_problems(accepted, MAX_HOURS) == ()
