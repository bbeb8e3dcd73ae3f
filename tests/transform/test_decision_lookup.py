"""Where the decisions that hold are found."""

from migrate.transform.decision_lookup import DecidedValue, Decisions
from tests.transform.v2_rows import decision

FIRST = decision("set", "1", table="training", column="duration", raw="3", number=1)
SECOND = decision("set", "2", table="training", column="duration", raw="3", number=2)
WITHDRAWN = decision("withdraw", table="training", column="duration", raw="3", number=3)
ON_ROW = decision("accept", table="training", column="duration", row="7", raw="3", number=4)
FORGOTTEN = decision("set", "9", table="training", column="duration", number=5)


def test_a_decision_is_found_by_its_text_or_its_row() -> None:
    decisions = Decisions.that_hold([FIRST, SECOND, ON_ROW])
    assert decisions.for_texts("training", "duration") == {"3": DecidedValue("set", "2", "3")}
    assert decisions.for_rows("training", "duration") == {"7": DecidedValue("accept", None, "3")}


def test_a_withdrawn_decision_is_not_found_and_others_are() -> None:
    decisions = Decisions.that_hold([FIRST, ON_ROW, WITHDRAWN])
    assert decisions.for_texts("training", "duration") == {}
    assert list(decisions.for_rows("training", "duration")) == ["7"]


def test_a_text_that_was_forgotten_is_decided_no_more() -> None:
    assert Decisions.that_hold([FORGOTTEN]).for_texts("training", "duration") == {}


def test_where_nothing_was_decided_nothing_is_found() -> None:
    decisions = Decisions.that_hold([FIRST])
    assert decisions.for_texts("training", "title") == {}
    assert decisions.for_rows("education", None) == {}
