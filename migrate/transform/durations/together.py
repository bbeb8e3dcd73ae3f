"""What the amounts of a text say together: a stated total, their shape, or that nothing settles them."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from migrate.errors import ConfigurationError
from migrate.rulebook.durations import Words
from migrate.transform.durations.arrange import AMOUNTS, SIGNS, one_sign_each
from migrate.transform.durations.items import Item
from migrate.transform.durations.reading import (
    LEAVES_BLANK,
    Reading,
    Scene,
    blank,
    exceeds_full_time,
    hours_of,
    read_one,
)
from migrate.transform.durations.shapes import CENTI, SHAPES, beside_clock, is_same, total
from migrate.transform.durations.sums import adjoin

_DAYS_IN_A_WEEK = 7
_HOURS = frozenset("HQU")
_JOINING = AMOUNTS | set("x+ol")
_COUNTING = {  # which of two counts the other, by their kinds in the order of the alphabet
    "DN": "N", "NW": "N", "DK": "D", "KS": "S", "KN": "N", "HN": "N", "DH": "D", "HS": "S", "NU": "N",
    "NQ": "N", "QS": "S", "DQ": "D",
}  # fmt: skip


@lru_cache(maxsize=8)
def _patterns(known: Words) -> tuple[tuple["re.Pattern[str]", str], ...]:
    shapes = known.shapes
    unknown = [shape.read for shape in shapes if shape.read not in SHAPES and shape.read not in NESTED]
    if unknown:
        raise ConfigurationError(f"rules/durations/shapes.yaml: nothing reads {', '.join(unknown)}")
    return tuple((re.compile(shape.pattern), shape.read) for shape in shapes)


@lru_cache(maxsize=4096)
def shapes_of(kinds: str, known: Words) -> "tuple[tuple[str, re.Match[str]], ...]":
    """Return the functions that may read a signature, each with its match, in their order."""
    matches = ((read, pattern.fullmatch(kinds)) for pattern, read in _patterns(known))
    return tuple((read, found) for read, found in matches if found)


def read_arranged(amounts: list[Item], kinds: str, scene: Scene) -> Reading:
    """Return what the amounts say together: a stated total, their shape, or that nothing settles them."""
    if len(amounts) > scene.policy.max_amounts:
        return blank("ambiguous")
    stated = [item for item in amounts if item.total and item.kind in "HDWE"] if len(amounts) > 1 else []
    if len(stated) == 1 and _is_total(stated[0], amounts, kinds, scene):
        return _of_stated(stated[0], amounts, kinds, scene)
    for read, found in shapes_of(kinds, scene.policy.words):
        nested = NESTED.get(read)
        reading = nested(amounts, found, scene) if nested else SHAPES[read](amounts, kinds, scene)
        if reading is not None:
            return reading
    return _unsettled(amounts, kinds, scene)


def _of_stated(stated: Item, amounts: list[Item], kinds: str, scene: Scene) -> Reading:
    """Read a stated total, unless it is less than its parts and may be another of them."""
    whole, parts = _whole_and_parts(stated, amounts, scene)
    reading = total(stated, _without(stated, amounts, kinds, scene), scene)
    if _is_part_of_two(stated, amounts, whole == parts, scene):
        return blank("ambiguous", parts + whole, whole)
    if scene.names_share and whole != parts and [item.kind for item in amounts] == [stated.kind] * 2:
        return blank("ambiguous", whole, parts)  # total: 8 hours, 6 hours attended
    if whole + CENTI * len(amounts) >= parts or _is_difference(amounts, kinds, scene):
        return reading  # 40 mins + 40 mins, total 1.33 hours
    if _may_be_another(stated, amounts, kinds):
        return blank("ambiguous", parts, whole)
    return reading.coded("conflicting-totals")


def _is_difference(amounts: list[Item], kinds: str, scene: Scene) -> bool:
    """8 hours less 1 hour, total 7 hours: what is left of the first."""
    if kinds not in {"H_H,H", "H_H=H", "H-H,H", "H-H=H"}:
        return False
    whole, taken, left = (hours_of(item, scene) or Decimal(0) for item in amounts)
    return whole - taken == left


def _is_part_of_two(stated: Item, amounts: list[Item], is_equal: bool, scene: Scene) -> bool:
    """1 day theory, 1 day practical in total: as likely each as both; not 1 day theory, 1 day in total."""
    is_last = stated.total == "apart" and stated is amounts[-1]
    are_two = is_equal and len(amounts) == 2 and amounts[0].unit == stated.unit  # noqa: PLR2004
    return is_last and are_two and not adjoin(amounts[0], amounts[-1], scene.text)


def _whole_and_parts(stated: Item, amounts: list[Item], scene: Scene) -> tuple[Decimal, Decimal]:
    """Return the hours of a total and the least that its parts need; of days, hours are half of them at most.

    12 hours, 2 days in total: they may be the hours of all the days.
    """
    whole = hours_of(stated, scene) or Decimal(0)
    least = {stated.kind: 1} if stated.kind == "H" else {stated.kind: 1, "H": 2}
    others = [item for item in amounts if item is not stated]
    return whole, sum(
        ((hours_of(item, scene) or Decimal(0)) * least.get(item.kind, 0) for item in others), Decimal(0)
    )


def _is_total(stated: Item, amounts: list[Item], kinds: str, scene: Scene) -> bool:
    """Tell whether a total is all of it, and its parts stand beside it."""
    return _stands_alone(stated, amounts, kinds, scene) and not _begins_sum(stated, amounts, kinds, scene)


def _stands_alone(stated: Item, amounts: list[Item], kinds: str, scene: Scene) -> bool:
    """Tell whether a total is stated beside its parts: in 6 x 2 hours in total it is all of them.

    Days in total leave the hours beside them: 12 hours over 2 days in total; total: 3 days (18 hours).
    """
    signs = _signs_beside(stated, amounts, kinds)
    if "|" in kinds or not (signs.isdisjoint(_JOINING) or _fills_days(amounts, kinds, scene)):
        return False
    if stated.kind == "H":
        return True
    beside = {item.kind for item in amounts if item is not stated}
    has_hours = "H" in beside
    if not beside.isdisjoint("KRQ") or (has_hours and stated is not amounts[-1]):
        return False  # 5 days total, 2 hours a day
    return signs.isdisjoint("v/(=" if has_hours else "/" if beside == {stated.kind} else "v/")


def _fills_days(amounts: list[Item], kinds: str, scene: Scene) -> bool:
    """5 days 35 hours total: no such hours are added to the days; of 1 day 3 hours total they are."""
    if kinds != "DH" or not amounts[1].total:
        return False
    a_day, hours = scene.policy.hours_per_day, hours_of(amounts[1], scene) or Decimal(0)
    return hours >= max(a_day, amounts[0].low * scene.policy.doubts.part_of_day_below)


def _begins_sum(stated: Item, amounts: list[Item], kinds: str, scene: Scene) -> bool:
    """Total: 1 week, 2 days: both are the total; not total: 1 week, 5 days."""
    is_first = stated.total == "before" and re.fullmatch("W,?D", kinds) is not None
    if not is_first or not adjoin(amounts[0], amounts[-1], scene.text):
        return False
    days, week = hours_of(amounts[1], scene), hours_of(replace(stated, low=Decimal(1)), scene)
    return days is not None and week is not None and days < week


def _may_be_another(stated: Item, amounts: list[Item], kinds: str) -> bool:
    """Tell whether a total less than its parts may be one of them, or they its hours.

    2 hours, 3 hours, 4 hours in total; 12 hours, total 2 days; not 10 hours online, total 8 hours.
    """
    is_last = stated.total == "before" and stated is amounts[-1]
    is_apart = is_last or "(" in _signs_beside(stated, amounts, kinds)
    return not is_apart or (stated.kind != "H" and any(item.kind == "H" for item in amounts))


def _signs_beside(found: Item, amounts: list[Item], kinds: str) -> set[str]:
    """Return the sign before an amount and the one after it; none at an end."""
    place = [at for at, kind in enumerate(kinds) if kind in AMOUNTS][amounts.index(found)]
    return {*kinds[:place][-1:], *kinds[place + 1 :][:1]}


def _without(stated: Item, amounts: list[Item], kinds: str, scene: Scene) -> Reading | None:
    """Read the parts beside a stated total."""
    place = amounts.index(stated)
    letters = [at for at, kind in enumerate(kinds) if kind in AMOUNTS]
    rest = (kinds[: letters[place]] + "," + kinds[letters[place] + 1 :]).strip(SIGNS)
    others = amounts[:place] + amounts[place + 1 :]
    parts = read_arranged(others, one_sign_each(rest), scene)
    return parts if parts.codes & {"repeated", "clock-range"} else None


def _total_of(amounts: list[Item], found: "re.Match[str]", scene: Scene) -> Reading | None:
    """40 hours (8 weeks, 5 hours per week), or the total last."""
    first = found[1] is not None
    parts = found[1] if first else found[2]
    stated, others = (amounts[0], amounts[1:]) if first else (amounts[-1], amounts[:-1])
    summed = read_arranged(others, parts.strip(SIGNS), scene)
    count = _count_beside(others)
    if count is not None and _is_each(stated, summed, count, scene):
        each = hours_of(stated, scene) or Decimal(0)
        # 2 x 1 day (7 hours); 2 days 9am-5pm (7 hours); 2 x 3 hours (2 hours online)
        return blank("ambiguous", each * count.low, each)
    if summed.hours is not None and _is_less(stated, summed, scene) and _is_within(stated, others, scene):
        return None  # 1 day a week for 10 weeks (6 hours)
    sign = found[0][1 if first else -2]
    if summed.hours is None and "oS" in parts and sign in ",;":
        return None  # 20 hours, 3 days of site visits
    is_each = "!" in parts or "N" in parts or any(item.kind == "R" and item.of == "S" for item in others)
    if summed.hours is None and (is_each or not first or _is_within(stated, others, scene)):
        return None  # an evening a week, 2 hours; 2 hours, 3 days a week: the hours of each
    if "K" not in parts and _is_less(stated, summed, scene) and sign in ",;":
        return blank("ambiguous", hours_of(stated, scene), summed.hours)  # 2 hr lecture, 1 hr tutorial x 10
    read = beside_clock if "K" in parts else total
    return read(stated, summed, scene)


def _is_less(stated: Item, parts: Reading, scene: Scene) -> bool:
    """Tell whether a stated total is less than its parts, and thus may be another of them."""
    hours = hours_of(stated, scene)
    return hours is not None and parts.hours is not None and hours < parts.hours


def _is_within(stated: Item, parts: list[Item], scene: Scene) -> bool:
    """Tell whether a stated total is no more than once what a rate says."""
    hours = hours_of(stated, scene)
    once = next((hours_of(item, scene) for item in parts if item.kind == "R"), None)
    return hours is not None and once is not None and hours <= once


def _count_beside(parts: list[Item]) -> Item | None:
    """Return how often days or a clock range come: 2 x 1 day, 2 days 9am-5pm."""
    counting = _COUNTING.get("".join(sorted(item.kind for item in parts)), "!")
    return next((item for item in parts if item.kind == counting), None)


def _is_each(stated: Item, parts: Reading, count: Item, scene: Scene) -> bool:
    """Tell whether stated hours are nearer to those of one part than to those of all."""
    hours = hours_of(stated, scene)
    if hours is None or parts.hours is None or not count.low:
        return False
    return abs(hours - parts.hours / count.low) < abs(hours - parts.hours)


def _days_of(amounts: list[Item], found: "re.Match[str]", scene: Scene) -> Reading | None:
    """3 days (2 days theory, 1 day practical)."""
    parts = read_arranged(amounts[1:], found[1], scene)
    if parts.hours is None:
        return None
    kinds = "".join(sorted(item.kind for item in amounts))
    if set(kinds) == {"D", "K"} and kinds.count("D") == 1:  # 2 days (9am-5pm and 9am-1pm)
        return parts if amounts[0].low == 1 else blank("ambiguous", parts.hours, parts.hours * amounts[0].low)
    if amounts[0].kind == "W" and "repeated" in parts.codes and "H" in kinds:
        reading = _product_of_weeks(amounts, parts, scene)
        if reading is not None:
            return reading
    is_product = "repeated" in parts.codes and amounts[0].kind in "DW" and not _HOURS.isdisjoint(kinds)
    if is_product:
        return _product_of_days(amounts, parts, scene)
    if set(kinds) == {"D", "H"} and kinds.count("D") == 1 and _fill_days(amounts[0], parts, scene):
        return parts.coded("stated-hours")
    return total(amounts[0], parts, scene)


def _product_of_days(amounts: list[Item], parts: Reading, scene: Scene) -> Reading:
    """4 weeks (8 x 2 hours): as many of one length in each; of 5 days (3 x 2 hours) nobody can tell."""
    whole, counted = amounts[0], "DNS" if amounts[0].kind == "D" else "NS"
    counts = [item.low for item in amounts[1:] if item.kind in counted]
    are_shared_out = whole.low >= 1 and counts and all(count and count % whole.low == 0 for count in counts)
    if are_shared_out or _fill_days(whole, parts, scene):
        return parts.coded("stated-hours")
    reading = total(whole, parts, scene)
    is_doubtful = "conflicting-totals" in reading.codes
    return blank("ambiguous", parts.hours, reading.hours) if is_doubtful else reading


def _fill_days(days: Item, parts: Reading, scene: Scene) -> bool:
    """2 days (7 hours, 6 hours): so many hours as a day of training has."""
    hours = parts.hours or Decimal(0)
    return days.kind == "D" and hours / (days.low or 1) >= scene.policy.doubts.part_of_day_below


def _product_of_weeks(amounts: list[Item], parts: Reading, scene: Scene) -> Reading | None:
    """2 weeks (10 days @ 7.5 hours), 2 weeks (2 x 35 hours); 2 weeks (5 days @ 8 hours) may be so in each."""
    weeks, counts = read_one(amounts[0], scene).hours, {item.low for item in amounts if item.kind in "DNS"}
    week = hours_of(replace(amounts[0], low=Decimal(1), unit="week"), scene)
    if weeks is None or week is None or parts.hours is None or parts.hours * 2 <= weeks:
        return None
    may_be_weekly = (
        weeks > week and weeks / week not in counts and max(counts, default=Decimal(0)) <= _DAYS_IN_A_WEEK
    )
    if may_be_weekly:
        return blank("ambiguous", parts.hours, parts.hours * weeks / week)
    days = max((item.low for item in amounts if item.unit == "day"), default=Decimal(0))
    if parts.hours > weeks * 2 or days > _DAYS_IN_A_WEEK * weeks / week:  # 1 week (10 days @ 8 hours)
        return blank("ambiguous", weeks, parts.hours)
    return parts.coded("stated-hours")


def _spread(amounts: list[Item], found: "re.Match[str]", scene: Scene) -> Reading | None:
    """8 x 2 hours over 8 weeks, 3 months (12 x 2 hours): how long it went on adds nothing.

    6 months, 2 evenings (2 hours each) may be so many of each week: no more than a week has.
    """
    if found[1]:
        return read_arranged(amounts[:-1], found[1], scene)
    reading = read_arranged(amounts[1:], found[2], scene)
    counts = [item.low for item in amounts[1:] if item.kind in "NSD"]
    if reading.hours is None or max(counts, default=Decimal(0)) > _DAYS_IN_A_WEEK:
        return reading
    policy = scene.policy
    may_be_weekly = reading.hours <= policy.hours_per_day * policy.days_per_week
    return blank("ambiguous", reading.hours) if may_be_weekly else reading


def _said_again(amounts: list[Item], found: "re.Match[str]", scene: Scene) -> Reading | None:
    """2 days + 1 day = 3 days, 12 hours in 6 sessions of 2 hours: parts that come to what stands beside."""
    first = found[2] is not None
    whole, parts = (amounts[0], amounts[1:]) if first else (amounts[-1], amounts[:-1])
    stated, summed = read_one(whole, scene), read_arranged(parts, found[2] or found[1], scene)
    if stated.hours is None or summed.hours is None or not is_same(stated.hours, summed.hours):
        return None
    return stated.coded("stated-hours") if whole.kind == "H" else summed


def _sum_of_products(amounts: list[Item], found: "re.Match[str]", scene: Scene) -> Reading | None:
    """1 day + 2 x half day, 2 hours x 6 + 1 day, 6 lectures (1 hour each) and 4 seminars (2 hours each).

    Of 2 x 1 day + 2 hours nobody can tell whether the hours come twice; 6 sessions of 2 hours, 6 x 2 hours
    may say it again.
    """
    rest, whole, codes, counted = amounts, Decimal(0), frozenset({"sum"}), Decimal(0)
    products: list[list[Item]] = []
    for sign, before, kind, after in re.findall("([+,]?)(Nx|S[(xo]?)?([HDWUQ])(xN)?", found[0]):
        times = before or after
        items, rest = rest[: 2 if times else 1], rest[2 if times else 1 :]
        reading = read_arranged(items, before + kind + after, scene)
        each = hours_of(items[0 if after else -1], scene) or Decimal(0)
        may_be_counted = not times and each <= counted
        is_again = bool(times) and any(_counts_again(items, product) for product in products)
        may_be_restated = sign == "," and (is_again or not (times and counted))  # 1 day, 2 x half day
        products += [items] if times else []
        if reading.hours is None or may_be_counted or may_be_restated:
            return None
        whole, codes, counted = whole + reading.hours, codes | reading.codes, each if times else Decimal(0)
    if "assumed-week" in codes and exceeds_full_time(whole, scene):
        return blank("elapsed-time", whole)
    return Reading(whole, codes)


def _counts_again(product: list[Item], other: list[Item]) -> bool:
    """Say whether sessions are counted again; not 3 lectures and 3 labs, and 3 x 2 hours may come twice."""
    (count, each), (other_count, other_each) = product, other
    sessions = {item.text for item in (count, other_count) if item.kind == "S"}
    return len(sessions) == 1 and count.low == other_count.low and _length(each) == _length(other_each)


def _length(item: Item) -> tuple[Decimal, str]:
    return item.low, item.unit


# Shapes that hold another.
NESTED = {
    "total_of": _total_of,
    "days_of": _days_of,
    "spread": _spread,
    "said_again": _said_again,
    "sum_of_products": _sum_of_products,
}


def _unsettled(amounts: list[Item], kinds: str, scene: Scene) -> Reading:
    """Several amounts that no shape settles: ambiguous, unless none of them says hours at all."""
    if set(kinds) <= set("N-/,|;_:+x") and not re.fullmatch("N-N", kinds):
        return blank("no-unit") if "|" in kinds else blank("ambiguous")
    if kinds == "N-N":
        return _number_range(amounts, scene)
    readings = [read_one(item, scene) for item in amounts if item.kind in "HDWE"]
    candidates = [reading.hours for reading in readings]
    if any(sign in kinds for sign in "|/") or any(found is not None for found in candidates) or "!" in kinds:
        return blank("ambiguous", *candidates)
    codes = {code for reading in readings for code in reading.codes}
    codes |= {
        {"S": "unknown-length", "R": "unknown-length", "G": "vague", "C": "credits"}.get(item.kind, "")
        for item in amounts
    }
    rank = scene.policy.rank
    found = min(codes & LEAVES_BLANK, key=rank.__getitem__, default="ambiguous")
    return blank(found)


def _number_range(amounts: list[Item], scene: Scene) -> Reading:
    """9-5: times of day or numbers of something; 30-40 can only be numbers."""
    first, last = (item.low for item in amounts)
    clock = max(first, last) <= 24 and first % 1 == 0 and last % 1 == 0  # noqa: PLR2004 - hours of a day
    if not clock:
        return blank("no-unit", first, first * scene.policy.hours_per_day)
    span = (last - first) % 12 if max(first, last) <= 12 else last - first  # noqa: PLR2004
    return blank("ambiguous", span if span > 0 else None, first if first < last else None)
