"""How the amounts of a text stand to each other: rules/durations/shapes.yaml names these functions."""

import re
from collections.abc import Callable
from decimal import Decimal

from migrate.transform.durations.calendar_days import is_year
from migrate.transform.durations.dated_shapes import (
    clock_days,
    clock_list,
    clock_range,
    clock_times,
    dated_clock,
    dates,
)
from migrate.transform.durations.items import Item
from migrate.transform.durations.products import (
    rate_alone,
    rate_over,
    rate_times,
    rates_over,
    repeated,
    session_rate_over,
    times_rate_over,
    weeks_of,
)
from migrate.transform.durations.reading import Reading, Scene, blank, hours_of, read_one
from migrate.transform.durations.stated import are_too_few, hours_of_span, reckoned, stated_hours
from migrate.transform.durations.sums import sum_up
from migrate.transform.durations.vocabulary import vocabulary

Items = list[Item]
Shape = Callable[[Items, str, Scene], Reading | None]
HOURS_IN_A_DAY = 24
_OCLOCK = 12
CENTI = Decimal("0.01")


def amount(items: Items, kinds: str, scene: Scene) -> Reading:
    """Read one amount."""
    return read_one(items[0], scene)


def same_length(items: Items, kinds: str, scene: Scene) -> Reading | None:
    """1 week (5 days): two ways to say one length; where they differ nothing settles them.

    5 weeks (10 days): days that are too many for one week are all of them. 1 day theory - 1 day practical:
    what a dash or slash says in the same words is as likely two parts, unless a share is named: 6 hours - 6
    hours CPD.
    """
    first, second = (read_one(item, scene) for item in items)
    in_same_words = len({(item.unit, item.low, item.is_half, item.languages) for item in items}) == 1
    if in_same_words and set("-/:") & set(kinds) and not scene.names_share and first.hours is not None:
        return blank("ambiguous", first.hours, first.hours * 2)
    if (
        re.fullmatch("W[(]D", kinds)
        and scene.policy.dates.every_day_up_to < items[1].low < items[0].low * scene.policy.days_per_week
    ):
        return second
    if re.fullmatch("D[(=]W|W[(=]D", kinds) and hours_of(items[0], scene) == hours_of(items[1], scene):
        return first if first.hours is not None else second  # 6 weeks (30 days)
    if first.hours is None or second.hours is None or not is_same(first.hours, second.hours):
        return None
    return first.coded(*second.codes)


def unknown_length(items: Items, kinds: str, scene: Scene) -> Reading:
    """10 evenings; 2 hour lectures."""
    return blank("unknown-length")


def vague(items: Items, kinds: str, scene: Scene) -> Reading:
    """A few hours."""
    return blank("vague" if "vague" in items[0].codes else "not-understood")


def shorter_amount(items: Items, kinds: str, scene: Scene) -> Reading:
    """14 hours over 2 days, 4 days over 2 weeks: what comes before over is the effort."""
    shorter = next(item for kind in "HDW" for item in items if item.kind == kind)
    found = read_one(shorter, scene)
    if _are_evenings(items[-1], shorter, scene):
        return blank("unknown-length")  # 2 days in the evenings
    length = hours_of(items[-1], scene)
    if items[0].kind == items[-1].kind and found.hours and length and length < found.hours:
        return blank("ambiguous", found.hours, length)  # 5 day course in 3 days
    return found.coded("stated-hours") if shorter.kind == "H" else found


def beside_sessions(items: Items, kinds: str, scene: Scene) -> Reading:
    """1 evening (2 hours) is 2 hours; 3 evenings (2 hours) may be 2 or 6."""
    sessions = next(item for item in items if item.kind == "S")
    other = next(item for item in items if item.kind != "S")
    found = read_one(other, scene)
    if "/" in kinds:
        return blank("ambiguous", found.hours)
    is_part_of_day = vocabulary(scene.policy.words).has_part_of_day(sessions.text)
    are_apart = "," in kinds or kinds[1:] == "S" or (is_part_of_day and len(kinds) == len(items))
    are_more = other.kind != "H" and are_apart  # 2 days 1 evening
    if "+" in kinds or (sessions.is_word and are_more):
        return blank("unknown-length")
    if _are_evenings(sessions, other, scene):
        return blank("unknown-length")  # evening class, 3 days; 2 weeks (evenings)
    if not sessions.is_plural and sessions.high <= 1:
        return found
    if other.kind in "DW" and any(sign in kinds for sign in "(:-="):
        each = (hours_of(other, scene) or Decimal(0)) * sessions.low
        return blank("ambiguous", found.hours, each) if _may_be_each(items, scene) else found
    return _hours_beside_several(sessions, found, scene) if other.kind == "H" else blank("unknown-length")


def _are_evenings(sessions: Item, days: Item, scene: Scene) -> bool:
    """Say whether days or weeks are evenings, which nobody counted: no whole days."""
    is_evening = sessions.kind == "S" and vocabulary(scene.policy.words).has_part_of_day(sessions.text)
    return is_evening and not sessions.is_word and days.kind in "DW" and not days.is_half


def _hours_beside_several(sessions: Item, found: Reading, scene: Scene) -> Reading:
    """Read hours as those of all sessions where one cannot have them: no evening has twelve, a module may."""
    if found.hours is None:
        return blank("unknown-length")
    is_within_a_day = sessions.text.split()[-1] in vocabulary(scene.policy.words).places["within_a_day"]
    if is_within_a_day and found.hours >= scene.policy.doubts.length_of_day.most:
        return found.coded("stated-hours")
    return blank("ambiguous", found.hours, None if sessions.is_plural else found.hours * sessions.low)


def _may_be_each(items: Items, scene: Scene) -> bool:
    """Say whether days are as likely those of each session: 6 Saturdays (1 day), 6 sessions (half day)."""
    first, other = items
    if first.kind != "S":
        return False
    places, words = vocabulary(scene.policy.words).places, first.text.split()
    words.append(" ".join(words[-2:]))  # week ends
    have_days = (
        2 if not places["weekend"].isdisjoint(words) else int(not places["calendar"].isdisjoint(words))
    )
    if other.is_half:
        is_counted = not first.is_plural or have_days  # Site visits: half day
        return bool(is_counted) and other.low <= 1 and places["brief"].isdisjoint(words)
    may_last_days = not have_days and places["within_a_day"].isdisjoint(words)  # 3 modules (2 days)
    if may_last_days and other.kind == "D" and not first.is_plural:
        return other.low > 1 and first.low < other.low * 2 and other.low != first.low
    return other.kind == "D" and other.low < first.low and other.low <= have_days


def total(found: Item, parts: Reading | None, scene: Scene) -> Reading:
    """Read the total that stands beside its parts, and say where they differ."""
    reading = read_one(found, scene).coded("stated-hours")
    if parts is None or parts.hours is None or reading.hours is None or is_same(parts.hours, reading.hours):
        return reading
    return reading.coded("conflicting-totals")


def is_same(first: Decimal, second: Decimal) -> bool:
    """Say whether hours are the same but for what a sixtieth loses in decimals."""
    return abs(first - second) < CENTI / 2


def stated_total(items: Items, kinds: str, scene: Scene) -> Reading:
    """9am-5pm (7 hours)."""
    clock = next(item for item in items if item.kind == "K")
    hours = next(item for item in items if item.kind == "H")
    return beside_clock(hours, clock_range([clock], "K", scene), scene)


def confirmed_hours(items: Items, kinds: str, scene: Scene) -> Reading | None:
    """3 hrs (9-12): numbers that can only be times of day, for the hours say so."""
    hours = read_one(next(item for item in items if item.kind == "H"), scene)
    first, last = (item.low for item in items if item.kind == "N")
    is_span = max(first, last) <= _OCLOCK and hours.hours == (last - first + _OCLOCK) % _OCLOCK
    return hours.coded("stated-hours") if is_span else None


def beside_clock(hours: Item, clock: Reading, scene: Scene) -> Reading:
    """Read hours beside a clock range as its total, unless they are so few that they may be its break."""
    found = total(hours, clock, scene)
    breaks = scene.policy.doubts.breaks_in_a_clock_range
    if found.hours is not None and clock.hours is not None and found.hours * breaks <= clock.hours:
        return blank("ambiguous", found.hours, clock.hours - found.hours)
    return found


def beside_dates(items: Items, kinds: str, scene: Scene) -> Reading:
    """1 wk (19-23 Oct): the duration stated; dates that disagree are reported."""
    found = next(item for item in items if item.kind != "Z")
    days_named = next(item for item in items if item.kind == "Z")
    span = dates([days_named], "Z", scene)
    reading = read_one(found, scene)
    if reading.hours is None or span.hours is None:
        return reading
    if found.kind == "W" and days_named.per == "week" and found.low > 1:  # Mon & Wed for 3 weeks
        times = span.hours * found.low * weeks_of(found, scene)
        return reading if is_same(times, reading.hours) else blank("ambiguous", times, reading.hours)
    days = span.hours / scene.policy.hours_per_day
    may_be_each = 0 < reading.hours <= days or are_too_few(reading.hours, days, scene)
    if found.kind == "H" and "v" not in kinds and days > 1 and may_be_each:  # 2 hours, Mon-Fri
        return blank("ambiguous", reading.hours, reading.hours * days)
    fits = reading.hours <= days * HOURS_IN_A_DAY if found.kind == "H" else is_same(reading.hours, span.hours)
    return reading if fits else reading.coded("conflicting-totals")


def credit_hours(items: Items, kinds: str, scene: Scene) -> Reading:
    """20 credits: hours only where the policy gives them."""
    found = items[0]
    policy = scene.policy.credits["point" if found.unit == "point" else "credit"]
    if not found.is_plural:
        return blank("credits")
    if policy.hours_each is not None:
        return Reading(found.low * policy.hours_each, frozenset({"credits"}))
    return blank("credits", found.low * policy.candidate_hours, codes=found.codes)


def bare_number(items: Items, kinds: str, scene: Scene) -> Reading:
    """7.5: hours or days, unless the policy says which."""
    number, policy = items[0], scene.policy
    if scene.is_part_time:
        return blank("part-time")
    if is_year(number, policy.dates):
        return blank("date-not-duration")
    each = {"hours": Decimal(1), "days": policy.hours_per_day}.get(policy.default_unit)
    codes = number.codes - {"range"}
    if each is not None and number.low == number.high:
        return Reading(number.low * each, codes | {"no-unit"})
    return blank("no-unit", number.low, number.low * policy.hours_per_day, codes=codes)


SHAPES: dict[str, Shape] = {
    "amount": amount,
    "clock_range": clock_range,
    "dates": dates,
    "clock_days": clock_days,
    "clock_times": clock_times,
    "clock_list": clock_list,
    "dated_clock": dated_clock,
    "stated_total": stated_total,
    "confirmed_hours": confirmed_hours,
    "reckoned": reckoned,
    "beside_dates": beside_dates,
    "repeated": repeated,
    "rate_over": rate_over,
    "rates_over": rates_over,
    "times_rate_over": times_rate_over,
    "session_rate_over": session_rate_over,
    "rate_times": rate_times,
    "same_length": same_length,
    "rate_alone": rate_alone,
    "unknown_length": unknown_length,
    "stated_hours": stated_hours,
    "hours_of_span": hours_of_span,
    "shorter_amount": shorter_amount,
    "beside_sessions": beside_sessions,
    "sum": sum_up,
    "vague": vague,
    "credits": credit_hours,
    "bare_number": bare_number,
}
