"""Which decision on a subject holds."""

from dataclasses import replace
from datetime import datetime
from itertools import permutations

from migrate.decisions.decision import Decision, Recorded
from migrate.decisions.holding import holding, newest

ON_TEXT = Decision("text", "training", "duration", "set", raw_value="3", value="1")
ON_ROW = Decision("row", "training", "duration", "accept", v2_id="7", raw_value="3")
FIRST, SECOND = Recorded(1, ON_TEXT), Recorded(2, replace(ON_TEXT, value="2"))
WITHDRAWN = Recorded(3, replace(ON_TEXT, action="withdraw", value=None))
OTHER = Recorded(4, ON_ROW)
FORGOTTEN = Recorded(5, replace(WITHDRAWN.decision, raw_value=None))


def test_the_newest_on_a_subject_holds_in_whatever_order_they_come() -> None:
    for history in permutations([FIRST, SECOND, OTHER]):
        assert holding(history) == {ON_TEXT.subject: SECOND.decision, ON_ROW.subject: ON_ROW}


def test_the_moment_goes_before_the_number() -> None:
    """An imported decision may be older than its number."""
    old = replace(SECOND.decision, decided_at=datetime.fromisoformat("2024-01-01"))
    new = replace(FIRST.decision, decided_at=datetime.fromisoformat("2024-01-02"))
    assert holding([Recorded(2, old), Recorded(1, new)]) == {ON_TEXT.subject: new}


def test_a_withdrawn_decision_is_taken_back_with_those_before_it_and_no_other() -> None:
    history = [FIRST, SECOND, WITHDRAWN, OTHER]
    assert holding(history) == {ON_ROW.subject: ON_ROW}
    assert newest(history)[ON_TEXT.subject] == WITHDRAWN


def test_a_forgotten_withdrawal_takes_back_no_decision_on_the_text_none() -> None:
    named = Recorded(1, replace(ON_TEXT, raw_value="None"))
    assert holding([named, FORGOTTEN]) == {named.decision.subject: named.decision}
