"""Weekdays in place of a duration: Mon-Wed, Mon and Fri, every Tuesday, Friday pm."""

import re
from dataclasses import replace
from decimal import Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.calendar_days import coarse, counted
from migrate.transform.durations.items import Item, signature

HALF_DAY = "half_day"
WEEK = 7
_HALF_OF_WEEKDAY = re.compile(r"(?<![^wL][-t])(?<!W[a+,/])(?<!,\+)Wm(?![-tnk])")


def read_weekday_span(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Monday to Wednesday: every day named by the span, up to seven."""
    first, last = int(items[0].low), int(items[-1].low)
    found = _each_week((last - first) % WEEK + 1, items[0])
    return [found.coded("ambiguous") if first == last else found]


def read_weekday_list(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Mon, Wed and Fri."""
    return [_each_week(len({item.low for item in items if item.kind == "W"}), items[0])]


def _each_week(days: int, item: Item) -> Item:
    found = counted(days, item)
    found.per = "week"
    return found


def read_day_beside_span(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Mon-Wed, Fri; 29-30 April and 6 May: a day more; Mon-Wed, 5 May says which week it was."""
    span = next(item for item in items if item.kind == "Z")
    days = [item for item in items if item.kind in "1W"]
    if any((day.kind == "W") != (span.per == "week") for day in days):
        return None
    return [replace(span, low=span.low + len(days), high=span.high + len(days))]


def read_every_weekday(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Every Tuesday, every Tuesday evening is weekly; of every Monday and Wednesday nobody says how often."""
    weekdays, last = sum(item.kind == "W" for item in items), items[-1]
    if weekdays > 1:
        return [Item("!", items[0].text), *([last] if last.kind in "su" else [])]
    return [Item("r", items[0].text, unit="week"), *_half_days(last)]


def _half_days(unit: Item) -> list[Item]:
    """Return the half day that a weekday has, as an amount; any other unit stays."""
    if unit.kind != "u":
        return []
    is_half = unit.unit == HALF_DAY and not unit.is_plural
    return [Item("A", unit.text, Decimal(1), Decimal(1), unit.unit)] if is_half else [unit]


def read_parts_of_days(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Friday evening to Sunday afternoon, Thursday and Friday morning: more than the half day named."""
    unit = next((item for item in items if item.kind == "u"), None)
    is_part = unit is None or (unit.unit == HALF_DAY and not unit.is_plural)
    return [Item("!", items[0].text)] if is_part else None


def read_halves_of_weekdays(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Friday pm is an afternoon, where no amount stands beside it: Friday pm, 2 hrs; half day (Friday pm)."""
    kinds = signature(items)
    halves = [found.start() for found in _HALF_OF_WEEKDAY.finditer(kinds)]
    marks = [item for item in items if item.kind == "m"]
    if len(halves) != len(marks) or any(mark.unit not in {"am", "pm"} for mark in marks):
        return None
    after = list(items)
    for place in reversed(halves):
        weekday, mark = items[place : place + 2]
        text = f"{weekday.text} {mark.text}"
        after[place : place + 2] = [Item("u", text, unit=HALF_DAY, languages=mark.languages)]
    return after


def read_part_of_weekday(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Saturday mornings, Tuesday evening: each week has one of them."""
    items[-1].per = "week"
    return items[-1:]


def read_ordinals(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """A weekday is one date, with an ordinal or without; an ordinal alone says which, as 1st in 1st day."""
    return [coarse(items[0])] if items[0].kind == "W" else [Item("L", items[0].text)]
