"""Which decisions hold."""

from itertools import permutations

from migrate.transform.decisions import Decision, Decisions
from tests.transform.v2_rows import decision

FIRST = decision("set", "1", table="training", column="duration", raw="3", number=1)
SECOND = decision("set", "2", table="training", column="duration", raw="3", number=2)
WITHDRAWN = decision("withdraw", table="training", column="duration", raw="3", number=3)
ON_ROW = decision("accept", table="training", column="duration", row="7", raw="3", number=4)


def test_the_latest_on_a_subject_holds_in_whatever_order_they_come() -> None:
    for rows in permutations([FIRST, SECOND, ON_ROW]):
        decisions = Decisions.from_rows(rows)
        assert decisions.for_texts("training", "duration") == {"3": Decision("set", "2", "3", 2)}
        assert decisions.for_rows("training", "duration") == {"7": Decision("accept", None, "3", 4)}


def test_the_moment_goes_before_the_number() -> None:
    """An imported decision may be older than its number."""
    old = {**SECOND, "decided_at": "2024-01-01 00:00:00"}
    new = {**FIRST, "decided_at": "2024-01-02 00:00:00"}
    assert Decisions.from_rows([new, old]).for_texts("training", "duration")["3"].value == "1"


def test_a_withdrawn_decision_is_taken_back_with_those_before_it() -> None:
    decisions = Decisions.from_rows([FIRST, SECOND, WITHDRAWN])
    assert decisions.for_texts("training", "duration") == {}


def test_a_withdrawal_leaves_other_subjects_alone() -> None:
    decisions = Decisions.from_rows([ON_ROW, WITHDRAWN])
    assert list(decisions.for_rows("training", "duration")) == ["7"]


def test_where_nothing_was_decided_nothing_is_found() -> None:
    decisions = Decisions.from_rows([FIRST])
    assert decisions.for_texts("training", "title") == {}
    assert decisions.for_rows("education", None) == {}
