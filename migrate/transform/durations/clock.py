"""Times of day: a range is a span, one with a colon may be hours and minutes, one alone is no amount."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.calendar_days import is_year
from migrate.transform.durations.items import Item
from migrate.transform.durations.rewrite import rule
from migrate.transform.durations.vocabulary import vocabulary

HOUR = 60
HALF_DAY = 12 * HOUR
DAY = 24 * HOUR
START_AND_END = "start and end"
_NAMED = {"noon": HALF_DAY, "midnight": DAY}
_POINT = re.compile(r"(\d{1,2})[.,]([0-5]\d)")
_COMPACT = re.compile(r"([01]?\d|2[0-4])([0-5]\d)")


class Time(NamedTuple):
    """A time of day: minutes after midnight, am or pm where it is said, and whether it surely is a time."""

    minutes: int
    mark: str
    is_sure: bool


def read_range(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Two times of day become the span between them, where anything says that they are times of day."""
    if len(items) > 4 and items[1].kind == items[-1].kind == "u":  # noqa: PLR2004 - 0900hrs - 1700hrs
        if items[1].unit != "hour" or not all(len(item.text) > 3 for item in (items[0], items[3])):  # noqa: PLR2004
            return None
        items = [items[0], *items[2:]]
    items, unit = (items[:-1], items[-1]) if items[-1].kind == "u" else (items, None)
    between = items[0].kind == "B"
    items = items[1:] if between else items
    middle = next(place for place, item in enumerate(items) if item.kind in "-t+")
    if (items[middle].kind == "+") != between or (unit and unit.unit != "hour"):
        return None
    first, second = read_time(items[:middle]), read_time(items[middle + 1 :])
    if first is None or second is None or not _are_times(first, second, items, unit, policy):
        return None
    span = None if _may_be_the_same(first, second, items[middle + 1]) else _span(first, second, policy)
    found = Item("K", codes=frozenset({"clock-range"}))
    is_until = items[middle].text in vocabulary(policy.words).places["until"]
    may_be_length = not is_until and _may_be_length(first, second, items, unit, policy)
    if span is None or may_be_length or _may_be_amounts(first, second, items, unit, policy):
        return [found.coded("ambiguous")]
    found.low = found.high = Decimal(span) / HOUR
    return [found]


def read_time(items: list[Item]) -> Time | None:
    """Return the time of day that a number with or without a mark says."""
    item, mark = items[0], items[1].unit if len(items) > 1 else ""
    if item.unit in _NAMED:
        return Time(_NAMED[item.unit], "fixed", is_sure=True)
    if item.kind == "k":
        hours, minutes = (int(part) for part in item.text.split(":")[:2])
        return _time(hours, minutes, mark, is_sure=True)
    if item.is_word or (item.low % 1 == 0 and len(item.text) < 3):  # noqa: PLR2004 - 9, 17
        return _time(int(item.low), 0, mark, is_sure=bool(mark))
    found = _POINT.fullmatch(item.text) or _COMPACT.fullmatch(item.text)
    if not found:
        return None
    return _time(int(found[1]), int(found[2]), mark, is_sure=bool(mark))


def _time(hours: int, minutes: int, mark: str, *, is_sure: bool) -> Time | None:
    total = hours * HOUR + minutes
    if total > DAY or (mark in {"am", "pm"} and hours > 12):  # noqa: PLR2004 - there is no 13 pm
        return Time(total, "fixed", is_sure) if total <= DAY and mark == "pm" else None
    return Time(total, "" if mark == "oclock" else mark, is_sure)


def _are_times(
    first: Time, second: Time, items: list[Item], unit: Item | None, policy: DurationPolicy
) -> bool:
    if first.is_sure or second.is_sure:
        return True
    numbers = [item for item in items if item.kind == "n"]
    texts = [item.text for item in numbers]
    if all(re.fullmatch(r"\d{4}", text) for text in texts):
        return unit is not None or not all(
            policy.dates.first_year <= int(text) <= policy.dates.last_year for text in texts
        )
    minutes = [_POINT.fullmatch(text) for text in texts]
    falls = first.minutes > second.minutes
    if any(re.fullmatch(r"0\d{3}", text) for text in texts):
        return True
    usual = policy.clock.time_of_day_minutes
    in_quarters = all(found is None or int(found[2]) in usual for found in minutes) and any(minutes)
    return in_quarters and (all(minutes) or falls or unit is None)


def _may_be_amounts(
    first: Time, second: Time, items: list[Item], unit: Item | None, policy: DurationPolicy
) -> bool:
    """Say whether hours beside the two make them amounts just as well: 1.30 - 2.30 hrs, 1000-1500 hours."""
    rises = first.minutes < second.minutes
    texts = [item.text for item in items if item.kind in "kn"]
    marked = any(item.kind == "m" for item in items) or any(item.unit in _NAMED for item in items)
    if unit is None or marked or not rises or any(text.startswith("0") and len(text) > 3 for text in texts):  # noqa: PLR2004
        return False
    if all(text.isdigit() for text in texts):
        return unit.text in vocabulary(policy.words).places["amount_unit"] and all(
            int(text) % policy.clock.round_hours == 0 for text in texts
        )
    return "." in "".join(texts) or second.minutes < policy.clock.amounts_before_minutes


def _may_be_length(
    first: Time, second: Time, items: list[Item], unit: Item | None, policy: DurationPolicy
) -> bool:
    """Say whether hours may be how long it lasted from then on: 9am - 2 hrs; not 9:00 - 12.00 hrs."""
    is_hour = second.minutes % HOUR == 0 and second.minutes <= HALF_DAY
    if unit is None or not first.is_sure or second.is_sure or not is_hour:
        return False
    are_alike = all(re.search(r"[.:]", items[place].text) for place in (0, -1))
    return not are_alike or unit.text in vocabulary(policy.words).places["amount_unit"]


def _may_be_the_same(first: Time, second: Time, written: Item) -> bool:
    """9am-0900, 1200-noon: the nought, or noon, may say the same time again; not 9am-9, 9-9pm, 0900-2100."""
    if first.minutes % HALF_DAY != second.minutes % HALF_DAY or None not in (_marked(first), _marked(second)):
        return False
    return first.minutes % HALF_DAY == 0 or (first.mark == "am" and written.text.startswith("0"))


def _span(first: Time, second: Time, policy: DurationPolicy) -> int | None:
    """Return the minutes between two times of day; None where nothing settles which half of the day it is."""
    start, end = _marked(first), _marked(second)
    if not first.mark and not second.mark:
        if first.minutes < second.minutes:
            return second.minutes - first.minutes
        both_small = first.minutes < 13 * HOUR and second.minutes < 13 * HOUR
        return (
            second.minutes + HALF_DAY - first.minutes
            if both_small and first.minutes != second.minutes
            else None
        )
    if start is None:
        start = _unmarked(first, second.mark, before=end)
    elif end is None:
        end = _unmarked(second, first.mark, after=start)
    if start is None or end is None:
        return None
    if (first.mark, second.mark) == ("pm", "am"):
        end += DAY  # 10pm-6am
        return end - start if end - start <= policy.doubts.length_of_day.most * HOUR else None
    return end - start if start < end else None


def _marked(time: Time) -> int | None:
    if time.mark == "fixed" or time.minutes >= 13 * HOUR:
        return time.minutes
    return _in_half(time.minutes, time.mark) if time.mark else None


def _unmarked(time: Time, mark: str, *, before: int | None = None, after: int | None = None) -> int | None:
    """The other end's mark holds where that puts the start first; otherwise it is the other half."""
    halves = ["pm", "am"] if mark in {"pm", "fixed", ""} else ["am", "pm"]
    if mark in {"fixed", ""} and before is not None:
        halves = ["am", "pm"]
    for half in halves:
        minutes = _in_half(time.minutes, half)
        if (before is not None and minutes < before) or (after is not None and minutes > after):
            return minutes
    return None


def _in_half(minutes: int, half: str) -> int:
    if minutes >= 13 * HOUR:
        return minutes
    return minutes % HALF_DAY + (HALF_DAY if half == "pm" else 0)


def read_pause(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """9am-5pm (1 hr lunch) x 4, 9am-5pm less 1 hour: the range without its break."""
    clock, pause = (next(item for item in items if item.kind == kind) for kind in "KH")
    hours = pause.low * (policy.unit_hours[pause.unit] or 0)
    if "ambiguous" in clock.codes | pause.codes or hours >= clock.low:
        return None
    span = clock.low - hours
    return [replace(clock, low=span, high=span, codes=clock.codes | pause.codes)]


def read_past(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Half past seven, quarter past two."""
    return [Item("k", f"{int(items[2].low)}:{int(items[0].low * HOUR):02}", unit="past")]


def read_single(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """One marked time of day is no amount; one with a colon stays to be read as hours and minutes."""
    if len(items) == 1 and items[0].unit not in {*_NAMED, "past"}:
        return None
    if len(items) > 1 and read_time(items) is None:
        return None
    return [Item("w", items[0].text)]


def read_start(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """7:30 start, finish 4:15: when it began or ended, and no amount."""
    word = next(item for item in items if item.kind == "w")
    is_start = word.unit == "begins" or word.text in vocabulary(policy.words).places["start"]
    return [Item("w", word.text)] if is_start else None


def read_start_and_end(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Start 9am, finish 5pm; 9am start, 5pm finish: a clock range."""
    places = vocabulary(policy.words).places
    begins, ends = (place for place, item in enumerate(items) if item.kind == "w")
    is_range = (
        items[begins].text in places["start"] - places["finish"] and items[ends].text in places["finish"]
    )
    cut = ends if begins == 0 else begins
    first, last = ([item for item in part if item.kind in "knm"] for part in (items[:cut], items[cut:]))
    has_year = any(item.kind == "n" and is_year(item, policy.dates) for item in items)  # start 9am, end 2010
    found = read_range([*first, Item("-"), *last], policy) if is_range and not has_year else None
    return [replace(item, unit=START_AND_END) for item in found] if found else None


def read_colon(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """H:MM or H:MM:SS as hours and minutes."""
    hours, minutes, *seconds = items[0].text.split(":")
    total = int(hours) * HOUR + int(minutes)
    value = Decimal(total) / HOUR + (Decimal(seconds[0]) / 3600 if seconds else 0)
    found = Item("H", items[0].text, value, value, "hour", frozenset({"clock-style"}))
    if len(items) > 1 and items[-1].unit != "hour":
        found.coded("ambiguous")
    if not any(map(Decimal, seconds)) and policy.clock.may_be_time_of_day(total):
        found.coded("ambiguous")
    return [found]


def read_twelve_noon(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """12 noon."""
    return [items[1]] if items[1].unit in _NAMED and items[0].low == 12 else None  # noqa: PLR2004


def read_beside_days(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days 1900-2100: beside days two such numbers are times of day and no years."""
    last = items[-1].kind == "n"
    pair, rest = (items[-3:], items[:-3]) if last else (items[:3], items[3:])
    unit = rest[0] if last else rest[-1]
    if unit.unit != "day" or not all(re.fullmatch(r"\d{4}", item.text) for item in (pair[0], pair[2])):
        return None
    found = read_range([*pair, Item("u", "hrs", unit="hour")], policy)
    clock = policy.clock
    is_odd = any(item.low % clock.beside_days_step for item in (pair[0], pair[2]))
    if found is None or is_odd or found[0].low < clock.beside_days_from:
        return None  # 2 days 2009-2010: years
    return [*rest, *found] if last else [*found, *rest]


def read_weekly_clock(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Tues 6-8pm, 10 weeks: on each of them."""
    weekday, clock = (next(item for item in items if item.kind == kind) for kind in "WK")
    return [Item(","), Item("s", weekday.text, unit="session", per="week"), clock]


CLOCK_RULES = (
    rule(r"u[-,(]?n[-t]n(?!u)|n[-t]n[-,(]?nu", read_beside_days, "2 days 1900-2030"),
    rule(r"nk", read_twelve_noon, "12 noon - 2pm"),
    rule(r"fYn", read_past, "3pm to half past seven"),
    rule(r"[kn]u[-t][kn]u|B?[kn]m?[-t+][kn]m?(?:u(?![-t]))?", read_range, "1-5pm"),
    rule(
        r"(?:^|(?<=[wL:(]))W,?K(?=[jv,(]+nu[).]*$)|(?<=nu)[,(:\-]?W,?K(?=[).]*$)",
        read_weekly_clock,
        "Tues 6-8pm, 10 weeks",
    ),
    rule(
        r"w[:\-x]?[kn]m?[-,;.+]*w[:\-x]?[kn]m?|[kn]m?w[-,;.+]*[kn]m?w",
        read_start_and_end,
        "Start 9am, finish 5pm",
    ),
    rule(r"kw(?!-)|w[:x]?k", read_start, "7:30 start, 1 day"),
    rule(r"[kn]m|k", read_single, "2pm"),
)
COLON_RULES = (rule(r"ku?", read_colon, "1:20"),)
