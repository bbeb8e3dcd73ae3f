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


def test_the_message_says_both(policy: DurationPolicy) -> None:
    after = check_dates(read_duration("2 weeks", policy), 1, policy)
    assert after.hours == Decimal(70)
    assert after.severity == "warning"
    assert "5 days a week" in after.message
    assert "70 h do not fit into the one day of its dates, both counted." in after.message
