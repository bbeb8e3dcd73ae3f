"""Amounts that make one together: hours and minutes, an amount and a half, a range from one to another."""

import re
from dataclasses import replace
from decimal import Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.amounts import (
    MINUTES_IN_AN_HOUR,
    ONE,
    make_amount,
    read_amount,
    size_of,
    told_in,
)
from migrate.transform.durations.items import Item
from migrate.transform.durations.parts_of_training import names_part
from migrate.transform.durations.vocabulary import vocabulary

MINUTE_FIGURES = 2


def read_or_more(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """A day or two, an hour or two: a range."""
    amount, number = items[0], items[-1]
    if amount.low >= number.low or amount.low != amount.high or number.low % 1:
        return None
    found = replace(amount, high=number.low, codes=amount.codes - {"alone"} | {"range"})
    return [found]


def read_and_a_half(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """An hour and a half, 2 days and a half, 2時間半."""
    amount, fraction = items[0], items[-1]
    if amount.kind == "u":
        amount = make_amount(items[:1], amount, ONE, ONE, [], policy)
    if amount.low != amount.high or amount.low % 1 or not 0 < fraction.low < 1:
        return None
    if len(items) == 2 and not told_in([fraction]):  # noqa: PLR2004 - 2 hours half is nobody's English
        return None
    amount.low = amount.high = amount.low + fraction.low
    amount.languages |= told_in([fraction])
    amount.text = f"{amount.text} {fraction.text}"
    return [amount]


def read_adjacent_minutes(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2h30 without a space is one amount, also where a dash follows: 2h30-3h."""
    if items[2].after_space or items[1].after_space or items[1].unit != "hour" or len(items[2].text) != 2:  # noqa: PLR2004
        return None
    hours = read_amount(items[:2], policy)
    found = read_short_minutes([*hours, items[2]], policy) if hours else None
    return [found[0].coded("adjacent")] if found else None


def read_short_minutes(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2h30, 2 hrs 30, 1 hour and fifteen: minutes without a unit after hours."""
    hours, number = items[0], items[-1]
    is_range_or_part = hours.low % 1 or hours.low != hours.high or number.low % 1
    if hours.unit != "hour" or is_range_or_part or number.after_filler:  # 2 hours from 10
        return None
    if (
        not 0 <= number.low < MINUTES_IN_AN_HOUR
        or (not number.is_word and len(number.text) > MINUTE_FIGURES)
        or hours.codes & {"minutes", "alone"}
    ):
        return None
    if number.is_share and number.low == hours.low:  # 6 hours 6 CPD says them twice
        return [hours]
    is_short = hours.low <= policy.doubts.cpd_minutes_up_to
    is_round = is_short and number.low in policy.clock.quarters
    if (number.is_share and not is_round) or (items[1].kind == "+" and not is_short):  # 60 hours + 30
        return None
    is_apart = number.after_space or number.is_word or items[1].kind == "+" or not hours.text.endswith(" h")
    if number.low < policy.doubts.minutes_from and not number.text.startswith("0") and is_apart:
        return None  # 2 hours 5, 2 hrs +2; not 2h5
    minutes = number.low * policy.unit_hours["minute"]  # type: ignore[operator]
    hours.low = hours.high = hours.low + minutes
    hours.codes |= number.codes
    return [hours]


def read_doubtful_minutes(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hrs 40 online: minutes, or so many of what the word says."""
    hours, number, word = items
    may_be_minutes = policy.doubts.minutes_from <= number.low < MINUTES_IN_AN_HOUR or not number.after_space
    if hours.unit != "hour" or not may_be_minutes or word.text in vocabulary(policy.words).places["people"]:
        return None
    hours.high = hours.low + number.low / MINUTES_IN_AN_HOUR
    return [hours.coded("ambiguous"), word]


def read_round_minutes(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 hr 30 x 4: minutes before a number of times where they are a quarter of an hour or more of them."""
    return (
        read_short_minutes(items, policy)
        if items[-1].low and items[-1].low in policy.clock.quarters
        else None
    )


def read_same_share(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 hours (3 CPD)."""
    hours, number = items[0], items[-1]
    return [hours] if number.is_share and hours.unit == "hour" and hours.low == number.low else None


def read_compound(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 hr 15 min, 32 m 1 s: hours, minutes and seconds falling are one amount."""
    if any(item.kind == "," and item.text.isalpha() for item in items):  # 1 hour with 15 minutes of questions
        return None
    parts = [item for item in items if item.kind == "H"]
    parts = [_sure(part, parts[:place], parts[place + 1 :]) for place, part in enumerate(parts)]
    hours = [policy.unit_hours[part.unit] or ONE for part in parts]
    falling = all(
        after < before and part.low * after < before
        for part, before, after in zip(parts[1:], hours, hours[1:], strict=False)
    )
    if not falling or any(part.low != part.high or part.codes & {"range", "clock-style"} for part in parts):
        return None
    total = sum((part.low * hour for part, hour in zip(parts, hours, strict=True)), Decimal(0))
    whole = replace(parts[0], low=total, high=total, unit="hour", text=" ".join(item.text for item in items))
    whole.codes = frozenset().union(*(part.codes for part in parts))
    whole.languages = frozenset().union(*(part.languages for part in parts))
    whole.after_space = items[0].after_space
    return [whole]


def read_added_to_each(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """6 x 2 hours + 30 mins: once, or each time; 6 x 2 hours and 30 minutes are 6 of two and a half.

    10 x 2 hours + 5 hours came once: more than one of them is no part of each.
    """
    first, sign, last = items
    is_added = sign.text in vocabulary(policy.words).places["added"]
    may_be_of_each = size_of(last, policy) <= size_of(first, policy)
    return [first, Item("!", sign.text), last] if is_added and may_be_of_each else None


def read_colon_between(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1h:30m, written without a space."""
    hours, _, minutes = items
    return None if minutes.after_space else read_compound([hours, minutes], policy)


def _sure(part: Item, before: list[Item], after: list[Item]) -> Item:
    settled = (before and before[-1].unit == "hour") or (after and after[0].unit == "second")
    return replace(part, codes=part.codes - {"unsure"}) if settled else part


def read_range(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours to 3 hours, 30 mins - 1 hour, half a day to 1 day."""
    first, last = items[0], items[-1]
    low, high = (policy.unit_hours.get(item.unit) for item in (first, last))
    if first.kind == "E" or last.kind == "E" or low is None or high is None:
        return (
            [replace(last, codes=first.codes | last.codes | {"range"})]
            if first.kind == last.kind == "E"
            else None
        )
    dash = any(item.kind == "-" for item in items[1:-1])
    if (first.kind != "H" and last.kind == "H") or (dash and names_part(first.before_filler, policy)):
        return None  # 1 day - 8 hours: the hours of that day; 3 hours e-learning - 1 day classroom
    if first.codes & {"approximate"} or first.low * low >= last.high * high:
        return (
            None if dash or first.unit != last.unit else [replace(first, codes=first.codes | {"ambiguous"})]
        )
    found = replace(first, codes=first.codes | last.codes | {"range"})
    found.high = last.high * high / low
    is_wide = found.high > first.low * policy.doubts.widest_range
    day = policy.clock.day
    are_hours = first.unit == "hour" and first.low in day and found.high in day
    if (dash and is_wide and first.kind != last.kind) or (are_hours and _may_be_oclock(first, last, policy)):
        return [found.coded("ambiguous")]  # 3 hours - 10 days; 9h-17h are times of day in French
    if (first.codes | last.codes) & {"adjacent"} and first.low >= day.least:
        if first.text.startswith("0"):  # 09h00-17h00
            span = last.high - first.low
            return [Item("K", first.text, span, span, codes=frozenset({"clock-range"}))]
        found.coded("ambiguous")  # 9h30-16h30 are times of day in French
    return [found]


def _may_be_oclock(first: Item, last: Item, policy: DurationPolicy) -> bool:
    """Tell whether both amounts are written as times of day are: 9h, 9 uur."""
    units = vocabulary(policy.words).places["oclock_unit"]
    return all(
        re.fullmatch(r"\d+ \S+", item.text) and item.text.split()[1] in units for item in (first, last)
    )
