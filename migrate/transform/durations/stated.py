"""Hours that are stated: beside a longer unit that has them, or as what a product comes to."""

import re
from decimal import Decimal

from migrate.transform.durations.items import Item
from migrate.transform.durations.reading import Reading, Scene, blank, hours_of, read_one
from migrate.transform.durations.vocabulary import vocabulary


def stated_hours(items: list[Item], kinds: str, scene: Scene) -> Reading:
    """2 days (14 hours): the hours, which are exact."""
    hours = next(item for item in items if item.kind == "H")
    longer = next(item for item in items if item.kind != "H")
    found = read_one(hours, scene)
    other = None if found.hours is None else _other_reading(found.hours, longer, kinds, scene)
    return found.coded("stated-hours") if other is None else blank("ambiguous", found.hours, other)


def _other_reading(hours: Decimal, longer: Item, kinds: str, scene: Scene) -> Decimal | None:
    """Return what hours beside a longer unit may say but all of it; None where nothing is as likely."""
    whole, count = hours_of(longer, scene) or Decimal(0), longer.low
    may_be_one = longer.kind == "U" and kinds != "H(U" and hours <= whole  # half-day sessions (3 hours)
    if not hours or may_be_one:  # 2 days / 0 hours
        return whole
    if longer.kind == "W":  # 6 weeks (2 hours)
        return hours * count if re.fullmatch("W[-(:=/]H|H[-(:=/]W", kinds) and hours * 2 <= count else None
    if longer.kind == "D" and _may_be_of_each(hours, count, kinds, scene):
        return hours * count
    if longer.kind != "D" or hours > count:
        return None
    if "-" in kinds:
        return whole - hours  # 3 days - 2 hours
    may_be_of_each = count > 1 and re.fullmatch("D[(:=v/]H|H[(:=/]D", kinds)  # 10 days (8 hours)
    return hours * count if may_be_of_each else None


def _may_be_of_each(hours: Decimal, days: Decimal, kinds: str, scene: Scene) -> bool:
    """5 days (8 hours): the hours of a day, where all of them would be less than half of each."""
    return are_too_few(hours, days, scene) and re.fullmatch("D[-(:/]H|H[(/]D", kinds) is not None


def are_too_few(hours: Decimal, days: Decimal, scene: Scene) -> bool:
    """Say whether hours are as many as a day has, and less than half of what so many days have."""
    doubts = scene.policy.doubts
    return hours in doubts.hours_of_each_day and hours * 2 < days * doubts.part_of_day_below


def reckoned(items: list[Item], kinds: str, scene: Scene) -> Reading | None:
    """3 x 2 = 6 hours, 6 hours (3 x 2)."""
    first, second = (item for item in items if item.kind == "N")
    product = next(item for item in items if item.kind != "N")
    is_right = first.low * second.low == product.low == product.high
    code = "stated-hours" if product is items[0] else "repeated"
    return read_one(product, scene).coded(code) if is_right else None


def hours_of_span(items: list[Item], kinds: str, scene: Scene) -> Reading | None:
    """6 months, 120 hours: more than a week has, and thus those of all; not 6 months, 37.5 hours."""
    hours = read_one(next(item for item in items if item.kind == "H"), scene)
    of_a_week = scene.policy.doubts.length_of_day.most * scene.policy.days_per_week
    is_less = hours.hours is None or hours.hours <= of_a_week
    return None if is_less else hours.coded("stated-hours")


def have_sessions(counted: Item, rate: Item, scene: Scene) -> bool:
    """2 courses, each session 2 hours; 4 lectures, 2 hours per module: one has several of the other."""
    names = vocabulary(scene.policy.words).places["of_sessions"]
    its_names, of_rate = ({word.removesuffix("s") for word in item.text.split()} for item in (counted, rate))
    return any(name.removesuffix("s") in its_names ^ of_rate for name in names)
