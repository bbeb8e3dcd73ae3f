"""Hours that do not fit between the row's own dates are kept and flagged."""

from decimal import Decimal

import pytest

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations import check_dates, read_duration

CASES = [  # text, calendar days with both ends, code, assumptions
    ("2 weeks", 1, "exceeds-dates", ("assumed-week",)),
    ("25 hours", 1, "exceeds-dates", ()),
    ("24 hours", 1, "stated", ()),
    ("2 days", 2, "assumed-day", ()),
    ("2 weeks", None, "assumed-week", ()),
    ("2 weeks", 0, "assumed-week", ()),
    ("6 months", 1, "elapsed-time", ()),
    ("", 1, "blank", ()),
]


@pytest.mark.parametrize(("text", "days", "code", "assumptions"), CASES)
def test_hours_that_do_not_fit_are_flagged_and_kept(
    text: str, days: int | None, code: str, assumptions: tuple[str, ...], policy: DurationPolicy
) -> None:
    before = read_duration(text, policy)
    after = check_dates(before, days, policy)
    assert (after.hours, after.code, after.assumptions) == (before.hours, code, assumptions)


@pytest.mark.parametrize(
    ("text", "hours", "before"),
    [
        ("2 weeks", Decimal(70), "'2 weeks' was read as 70 h: 5 days a week, 7 h a day. "),
        ("25 hours", Decimal(25), "'25 hours' was read as 25 h. "),
    ],
)
def test_the_message_says_both_in_sentences_of_their_own(
    text: str, hours: Decimal, before: str, policy: DurationPolicy
) -> None:
    after = check_dates(read_duration(text, policy), 1, policy)
    assert (after.hours, after.severity) == (hours, "warning")
    assert after.message == f"{before}{hours} h do not fit into the one day of its dates, both counted."
