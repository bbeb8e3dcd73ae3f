"""Amounts that are added, or that nobody can tell whether to add."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.items import NO_CODES, Item
from migrate.transform.durations.reading import (
    Reading,
    Scene,
    assumed,
    blank,
    exceeds_full_time,
    hours_of,
    read_one,
)
from migrate.transform.durations.vocabulary import vocabulary

_TIME_OF_DAY = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d")
_CLOSE = str.maketrans("", "", " ,-")


def sum_up(items: list[Item], kinds: str, scene: Scene) -> Reading:
    """1 day 3 hours; 2 hours theory, 1 day practical."""
    if any(item.kind == "E" for item in items):
        return blank("elapsed-time")
    hours = [hours_of(item, scene) or Decimal(0) for item in items]
    whole = sum(hours, Decimal(0))
    parts = [read_one(item, replace(scene, is_part_time=False)) for item in items]
    codes = NO_CODES.union(*(part.codes for part in parts))
    if "ambiguous" in codes:
        return blank("ambiguous", whole)
    units = [scene.policy.unit_hours[item.unit] or Decimal(0) for item in items]
    signs = _signs(kinds)
    unsettled = (
        _after_a_time(items, hours, scene)
        or _of_uncounted(items, hours, signs)
        or _of_length(items, hours, signs, scene)
        or _of_total(items, hours, signs, scene)
        or _unsettled(hours, units, signs)
    )
    if unsettled is not None:
        return _stated(items, parts, scene) or blank("ambiguous", whole, unsettled)
    if any(item.kind == "W" for item in items) and exceeds_full_time(whole, scene):
        return blank("elapsed-time", whole)
    if scene.is_part_time and any(item.kind != "H" for item in items):
        return blank("part-time")
    codes = codes.union(*(assumed(item) for item in items)) - {"elapsed-time"}
    falls = all(after < before for before, after in pairwise(units))
    return Reading(whole, codes if falls else codes | {"sum"})


def _stated(items: list[Item], parts: list[Reading], scene: Scene) -> Reading | None:
    """5 days part time, 15 hours: beside part time the hours are what was stated."""
    hours = [part for part, item in zip(parts, items, strict=True) if item.kind == "H"]
    if not scene.is_part_time or len(hours) != 1 or len(items) > 2:  # noqa: PLR2004
        return None
    return hours[0].coded("stated-hours")


def _after_a_time(items: list[Item], hours: list[Decimal], scene: Scene) -> Decimal | None:
    """1800 hrs, 1.5 hrs: hours after what may be a time of day."""
    figures, _, unit = items[0].text.partition(" ")
    units = vocabulary(scene.policy.words).places["time_of_day_unit"]
    is_time = unit in units and _TIME_OF_DAY.fullmatch(figures) is not None
    return hours[1] if is_time and hours[1] < hours[0] else None


def _of_uncounted(items: list[Item], hours: list[Decimal], signs: list[str]) -> Decimal | None:
    """Afternoon, 2 hours; full day 6 hours: hours that may be those of a day that nobody counted."""
    for sign, longer, following, other in zip(signs, items, items[1:], hours[1:], strict=False):
        is_counted = "alone" not in longer.codes and longer.unit != "half_day"
        is_half = longer.is_half and longer.is_word
        if (is_half or not is_counted) and longer.kind + following.kind in {"DH", "WH"} and sign != "+":
            return other
    return None


def _of_length(items: list[Item], hours: list[Decimal], signs: list[str], scene: Scene) -> Decimal | None:
    """Return the hours where a comma may join an amount to what it is the length, or a part, of.

    12 hours, 2 days; 1 week, 30 hours; 1 day course, 6 hours; 5 days, 3 days attended.
    """
    for place, sign in enumerate(signs):
        if sign == "+":
            continue
        pair = items[place].kind + items[place + 1].kind
        first, second = hours[place], hours[place + 1]
        its_hours, length = (first, second) if pair.startswith("H") else (second, first)
        may_be_length = _MAY_BE_LENGTH.get(pair)
        is_apart = not adjoin(items[place], items[place + 1], scene.text) or _are_taught(
            items[place + 1], scene
        )
        may_be_share = scene.names_share and (sign == "," or pair == "DH")
        if may_be_share or (may_be_length and may_be_length(its_hours, length, is_apart, scene.policy)):
            return its_hours
    return None


def _are_taught(hours: Item, scene: Scene) -> bool:
    """Say whether a word after hours may tell what is taught in a day: 1 day, 6 hours contact time."""
    words = scene.text.partition(hours.text)[2].split(maxsplit=2)[:2]
    places = vocabulary(scene.policy.words).places
    is_apart = not places["unmeasured"].isdisjoint(words)  # 1 day, 6 hours private study
    return not is_apart and not places["tuition"].isdisjoint(words)


def adjoin(first: Item, second: Item, text: str) -> bool:
    """Say whether a comma at most stands between two amounts, as in one of several parts: 1 day, 6 hours."""
    written = f"{first.text}{second.text}"
    return written.translate(_CLOSE) in text.translate(_CLOSE)


def _of_total(items: list[Item], hours: list[Decimal], signs: list[str], scene: Scene) -> Decimal | None:
    """Return the hours of a list that may be their total: 7 hours, 5 hours theory and 2 practical.

    So may the first where it has no name and the next one has: 7 hours, 5 hours theory, 2 hours practical.
    """
    adjoining = [adjoin(first, second, scene.text) for first, second in pairwise(items)]
    is_unnamed = adjoining[:2] == [True, False] and _ends_in_unit(items[0], scene.policy)
    ends = (
        (hours[0], signs[:1], "+" in signs[1:] or is_unnamed),
        (hours[-1], signs[-1:], "+" in signs[:-1]),
    )
    return next(
        (end for end, sign, are_parts in ends if sign == [","] and are_parts and end * 2 == sum(hours)), None
    )


def _ends_in_unit(amount: Item, policy: DurationPolicy) -> bool:
    """Say whether an amount has no kind of event in it: 2 hours, and not 2 hour lecture."""
    word = vocabulary(policy.words).words.get(amount.text.rpartition(" ")[2])
    return word is not None and word.kind == "u"


def _a_day(hours: Decimal, days: Decimal, policy: DurationPolicy) -> Decimal:
    """Return the hours for each of some days, which are given in hours themselves."""
    count = days / policy.hours_per_day
    return hours / count if count else Decimal(0)


_MAY_BE_LENGTH: dict[str, Callable[[Decimal, Decimal, bool, DurationPolicy], bool]] = {
    "HD": lambda hours, days, is_apart, policy: (  # 12 hours, 2 days
        days > policy.hours_per_day or _a_day(hours, days, policy) in policy.doubts.length_of_day
    ),
    "DH": lambda hours, days, is_apart, policy: (  # 1 day course, 6 hours; 2 day course, 6 hours
        is_apart
        and (
            _a_day(hours, days, policy) >= policy.doubts.part_of_day_below
            or hours in policy.doubts.hours_of_each_day
        )
    ),
    "HW": lambda hours, weeks, is_apart, policy: True,  # 20 hours, 2 weeks
    "WH": lambda hours, weeks, is_apart, policy: hours > policy.hours_per_day,  # 1 week, 30 hours
}
"""Whether hours may be the length of the days or weeks beside them: by the kinds in their order."""


def _unsettled(hours: list[Decimal], units: list[Decimal], signs: list[str]) -> Decimal | None:
    """Return the other reading where the parts may not be a sum; None where they are one."""
    if _turns(units) and set(signs) != {"+"}:
        return hours[0]
    for place, sign in enumerate(signs):
        rises = units[place] <= units[place + 1]
        fits = not rises and hours[place + 1] < units[place]
        twice = sign == "," and hours[place] == hours[place + 1] and units[place] != units[place + 1]
        if twice or not (fits or sign == "+" or (sign == "," and rises)):  # 14 hours, 2 days
            return hours[0] if rises else hours[-1]
    return None


def _turns(units: list[Decimal]) -> bool:
    """Say whether units fall and rise: 1 day 6 hours, 3 days is no list of three."""
    steps = list(pairwise(units))
    return any(after > before for before, after in steps) and any(after < before for before, after in steps)


def _signs(kinds: str) -> list[str]:
    """Return the sign between each two amounts; nothing is an empty sign."""
    signs: list[str] = []
    sign = ""
    for place, kind in enumerate(kinds):
        if not kind.isupper():
            sign = kind
        elif place:
            signs.append(sign)
            sign = ""
    return signs
