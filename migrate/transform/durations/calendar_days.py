"""Days of the calendar: which of those between two dates count, and what is a year."""

import calendar
from datetime import date, timedelta
from decimal import Decimal

from migrate.rulebook.durations import DateSpanPolicy, DurationPolicy
from migrate.transform.durations.items import Day, Item

SATURDAY = 5
_COMMON_YEAR, _LEAP_YEAR = 2001, 2004


def one_date(day: Day, item: Item) -> Item:
    """Return one date as an item, or a month or year where no calendar has such a day."""
    if not 1 <= day.month <= 12 or not 1 <= day.day <= _days_in(day):  # noqa: PLR2004
        return coarse(item)
    return Item("1", item.text, after_space=item.after_space, day=day)


def coarse(item: Item) -> Item:
    """Return a month, a year or what is no day as an item that counts nothing."""
    return Item("2", item.text, after_space=item.after_space)


def counted(days: int, item: Item) -> Item:
    """Return so many days of dates as an item."""
    return Item("Z", item.text, Decimal(days), Decimal(days), "day", frozenset({"from-dates"}))


def is_year(item: Item, policy: DateSpanPolicy) -> bool:
    """Say whether a plain number is a year."""
    return len(item.text) == 4 and item.text.isdigit() and policy.first_year <= item.low <= policy.last_year  # noqa: PLR2004


def full_year(text: str, policy: DateSpanPolicy) -> int:
    """Return the year that two or four figures say."""
    return int(text) if len(text) > 2 else policy.full_year(int(text))  # noqa: PLR2004


def span(start: Day, end: Day | None, item: Item, policy: DurationPolicy) -> Item:
    """Return the days from one date to another as an item; how many count, the policy says."""
    if not end:
        return coarse(item)
    return _between(start, end, item, policy.dates)


def _between(start: Day, end: Day, item: Item, policy: DateSpanPolicy) -> Item:
    month = start.month or end.month
    year = start.year or (end.year - 1 if end.year and month > end.month else end.year)
    known = bool(year)
    first = _date(Day(start.day, month, year or _COMMON_YEAR))
    last = _date(
        Day(end.day, end.month, end.year or (year or _COMMON_YEAR) + (not end.year and month > end.month))
    )
    found = counted(0, item)
    if first is None or last is None or last < first:
        return found.coded("ambiguous")
    days = (last - first).days + 1
    if days > policy.max_days:
        return found.coded("elapsed-time")
    if not known:
        count = days if days <= policy.without_year_up_to and not _may_be_leap(first, last) else None
    else:
        count = _count(first, days, policy)
    if count is None:
        return found.coded("ambiguous")
    found.low = found.high = Decimal(count)
    return found


def _count(first: date, days: int, policy: DateSpanPolicy) -> int | None:
    """Return the days that count: weekdays, or every day of a short span with an end on a weekend."""
    named = [first + timedelta(days=day) for day in range(days)]
    weekend = named[0].weekday() >= SATURDAY or named[-1].weekday() >= SATURDAY
    if not weekend:
        return sum(day.weekday() < SATURDAY for day in named)
    return days if days <= policy.every_day_up_to else None


def _may_be_leap(first: date, last: date) -> bool:
    return first.month == 2 and last.month == 3  # noqa: PLR2004 - February has 28 or 29 days


def _date(day: Day) -> date | None:
    try:
        return date(day.year, day.month, day.day)
    except ValueError:
        return None


def _days_in(day: Day) -> int:
    return calendar.monthrange(day.year if 1 <= day.year <= 9999 else _LEAP_YEAR, day.month)[1]  # noqa: PLR2004
