"""Which assessments count as archived."""

import pytest

from migrate.transform.archived import read_archived
from migrate.transform.decision_lookup import Decisions
from tests.transform.v2_rows import decision, source, told

CASES = [  # is_archived, archived_at, archived?, code
    ("t", None, True, None),
    ("1", "2010-01-01", True, None),
    ("n", None, False, None),
    ("0", "2010-01-01", False, None),  # a plain no goes before the date
    (None, None, False, None),
    ("", "  ", False, None),
    (None, "2010-01-01", True, "archived-unclear"),
    ("", "2010-01-01", True, "archived-unclear"),
    ("maybe", "some day", True, "archived-unclear"),
    ("maybe", None, False, "flag-not-understood"),
    ("maybe", " ", False, "flag-not-understood"),
]


@pytest.mark.parametrize(("flag", "moment", "expected", "code"), CASES)
def test_the_flag_decides_and_without_a_plain_no_the_date(
    flag: str | None, moment: str | None, expected: bool, code: str | None
) -> None:
    column = read_archived(source("competence_assessments", {"is_archived": flag, "archived_at": moment}))
    assert column.values.to_pylist() == [expected]
    assert column.anomalies is not None
    assert told(column.anomalies, "v2_column", "code") == ([("is_archived", code)] if code else [])


def test_the_text_of_an_unclear_flag_is_not_repeated() -> None:
    row = {"is_archived": "ask A. Person", "archived_at": "2010"}
    anomalies = read_archived(source("competence_assessments", row)).anomalies
    assert anomalies is not None
    assert told(anomalies, "raw_value") == [(None,)]


@pytest.mark.parametrize("seen", [None, "hm"])  # what the ledger shows, and what v2 does
@pytest.mark.parametrize(("action", "value", "expected"), [("set", "false", False), ("accept", None, True)])
def test_a_reviewer_may_decide_whether_an_assessment_is_archived(
    action: str, value: str | None, expected: bool, seen: str | None
) -> None:
    decided = Decisions.that_hold(
        [decision(action, value, table="competence_assessments", column="is_archived", row="1", raw=seen)]
    )
    row = {"is_archived": "hm", "archived_at": "2010"}
    column = read_archived(source("competence_assessments", row, decisions=decided))
    assert column.values.to_pylist() == [expected]
    assert column.anomalies is not None
    assert told(column.anomalies, "code") == []
