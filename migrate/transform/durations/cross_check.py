"""A duration beside the dates of its own row."""

from dataclasses import replace
from decimal import Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.duration import Duration

CODE = "exceeds-dates"
HOURS_IN_A_DAY = 24


def check_dates(duration: Duration, calendar_days: int | None, policy: DurationPolicy) -> Duration:
    """Flag hours that do not fit into the row's calendar days (both ends counted); the hours are kept."""
    if duration.hours is None or calendar_days is None or calendar_days < 1:
        return duration
    if duration.hours <= calendar_days * HOURS_IN_A_DAY:
        return duration
    days = "the one day of its dates" if calendar_days == 1 else f"the {calendar_days} days of its dates"
    words = f"{_plain(duration.hours)} h do not fit into {days}, both counted."
    message = f"{duration.message.removesuffix('.')}. {words}"
    if duration.severity is not None and policy.rank[duration.code] < policy.rank[CODE]:
        return replace(duration, assumptions=(*duration.assumptions, CODE), message=message)
    before = () if duration.severity is None else (duration.code,)
    return replace(
        duration,
        code=CODE,
        severity=policy.severities[CODE],
        assumptions=(*before, *duration.assumptions),
        message=message,
    )


def _plain(hours: Decimal) -> str:
    return f"{hours.normalize():f}"
