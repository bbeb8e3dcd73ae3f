"""How the amounts of a text stand to each other: rules/durations/shapes.yaml names these functions."""

import re
from collections.abc import Callable
from dataclasses import replace
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
from migrate.transform.durations.items import NO_CODES, Codes, Item
from migrate.transform.durations.reading import Reading, Scene, blank, codes_of_count, hours_of, read_one
from migrate.transform.durations.stated import (
    are_too_few,
    have_sessions,
    hours_of_span,
    reckoned,
    stated_hours,
)
from migrate.transform.durations.sums import sum_up
from migrate.transform.durations.vocabulary import vocabulary

Items = list[Item]
Shape = Callable[[Items, str, Scene], Reading | None]
HOURS_IN_A_DAY = 24
_OCLOCK = 12
CENTI = Decimal("0.01")
ELAPSED = frozenset({"month", "quarter", "term", "semester", "year", "decade"})
WEEKS = frozenset({"week", "fortnight"})


def amount(items: Items, kinds: str, scene: Scene) -> Reading:
    """Read one amount."""
    return read_one(items[0], scene)


def product(found: Item, count: Item, scene: Scene, *codes: str) -> Reading:
    """Read an amount so many times."""
    more = codes_of_count(count)
    if "ambiguous" in more:
        return blank("ambiguous", codes=more)
    times = replace(found, low=found.low * count.low, high=found.high * count.high)
    if "minutes" in found.codes:
        readings = (value * count.low for value in read_one(found, scene).candidates)
        return blank("ambiguous", *readings, codes=more)
    return read_one(times, scene).coded(*more, *codes)


def repeated(items: Items, kinds: str, scene: Scene) -> Reading | None:
    """6 x 2 hours, 3 days of 6 hours, 10 evenings (2 hrs each)."""
    each = next((item for item in items if item.kind in "QU"), None)
    each = each or next((item for kind in "HDW" for item in items if item.kind == kind), None)
    if each is None:
        return None
    counts = [item for item in items if item is not each]
    if any(item.kind == "S" and item.is_plural for item in counts):
        return blank("unknown-length")
    if any(item.kind == each.kind for item in counts):
        return blank("ambiguous", hours_of(each, scene))
    if counts[0].is_half:  # 4 half-day sessions of 3 hours are four
        counts[0] = _times(counts[0], Decimal(2))
    for further in counts[1:]:
        counts[0] = replace(counts[0], low=counts[0].low * further.low, high=counts[0].high * further.high)
    found = replace(each, kind=each.of if each.kind in "QU" else each.kind)
    halves = counts[0].kind == "N" and found.kind in "DW" and (found.is_word or "alone" in found.codes)
    return product(found, counts[0], scene, *(() if halves else ("repeated",)))


def rate_over(items: Items, kinds: str, scene: Scene) -> Reading | None:
    """2 hours a day for 3 days; 1 day a week for 6 weeks."""
    rate = next(item for item in items if item.kind == "R")
    span = next(item for item in items if item.kind != "R")
    count, codes = _count(rate, span, scene)
    if count is None:
        code = next(iter(codes))
        return blank(code, *((hours_of(rate, scene), hours_of(span, scene)) if code == "ambiguous" else ()))
    each = replace(rate, kind=rate.of)
    return product(each, count, scene, "repeated", *codes)


def _count(rate: Item, span: Item, scene: Scene) -> tuple[Item | None, Codes]:
    """Return how often a rate comes in a span and what that assumes; or None and the code of why not."""
    if span.kind == "E" or rate.per in ELAPSED or rate.of == "E":
        return None, frozenset({"elapsed-time"})
    are_many = rate.of == "S" or (span.kind == "S" and span.is_plural)
    if are_many or (rate.per == "session" and (span.kind != "S" or have_sessions(span, rate, scene))):
        return None, frozenset({"unknown-length"})
    return (span, NO_CODES) if rate.per == "session" else _count_of_days(rate, span, scene)


def _count_of_days(rate: Item, span: Item, scene: Scene) -> tuple[Item | None, Codes]:
    if _are_of_half(rate, span, scene):
        return None, frozenset({"ambiguous"})
    if rate.per in {"day", "half_day"} and span.kind == "D" and rate.per == span.unit:
        return span, NO_CODES
    if rate.per == "day" and span.kind == "W":
        return _times(span, _weeks(span, scene) * scene.policy.days_per_week), frozenset({"assumed-week"})
    if rate.per in WEEKS and span.kind == "W":
        return _times(span, _weeks(span, scene) / _weeks(Item("W", unit=rate.per), scene)), NO_CODES
    return None, frozenset({"ambiguous"})


def _are_of_half(rate: Item, days: Item, scene: Scene) -> bool:
    """Half day, 3 hours a day: as likely all that the half day had; half day, 6 hours a day is three."""
    each = hours_of(rate, scene) or Decimal(0)
    return rate.per == "day" and days.is_half and each < scene.policy.doubts.part_of_day_below


def _times(span: Item, each: Decimal) -> Item:
    return replace(span, low=span.low * each, high=span.high * each)


def _weeks(item: Item, scene: Scene) -> Decimal:
    return scene.policy.weeks_per_fortnight if item.unit == "fortnight" else Decimal(1)


def _of_sessions(rates: Items) -> tuple[Item | None, Item | None]:
    """3 hrs per night, 2 nights a week: the hours of each, and how often they come."""
    inner = next((rate for rate in rates if rate.of == "H" and rate.per == "session"), None)
    outer = next((rate for rate in rates if rate.of == "S" and rate.per in WEEKS), None)
    if inner is None or outer is None or inner.text.split()[-1].rstrip("s") not in outer.text:
        return None, None
    return inner, outer


def times_rate_over(items: Items, kinds: str, scene: Scene) -> Reading | None:
    """2 x 2 hrs per week for 5 weeks; 10 x 2 hrs per week for 10 weeks says ten of them twice."""
    count, rate, span = items
    if (
        rate.per not in WEEKS
        or rate.of == "S"
        or count.high > scene.policy.days_per_week
        or count.high >= span.low
    ):
        return None
    found = rate_over([rate, span], "RvW", scene)
    more = codes_of_count(count)
    if found is None or found.hours is None or "ambiguous" in more:
        return found
    return Reading(found.hours * count.low, found.codes | more)


def session_rate_over(items: Items, kinds: str, scene: Scene) -> Reading | None:
    """1 evening per week (2 hrs) for 10 weeks: the hours of each, where they are too few for all of them."""
    rate, hours, span = (next(item for item in items if item.kind in kind) for kind in ("R", "HQ", "W"))
    is_of_day = rate.of == "D" and hours.kind == "Q" and hours.low in scene.policy.doubts.length_of_day
    is_counted = rate.of == "S" or is_of_day  # 1 day a week, 6 hours each
    is_single = rate.low == rate.high and not rate.is_half
    if not is_counted or rate.per != "week" or not is_single or span.unit != "week":
        return None
    hours = replace(hours, kind=hours.of or hours.kind)
    each = read_one(hours, scene)
    may_be_each = rate.low == 1 and each.hours is not None and each.hours * 2 <= span.low
    if each.hours is None or not (may_be_each or set("xQ") & set(kinds)):
        return None
    times = replace(span, low=span.low * rate.low, high=span.high * rate.low)
    return product(hours, times, scene, "repeated")


def rate_times(items: Items, kinds: str, scene: Scene) -> Reading:
    """2 hours a session x 6."""
    rate = next(item for item in items if item.kind == "R")
    if rate.per in ELAPSED:
        return blank("elapsed-time")
    if rate.of == "S" or (kinds == "NxR" and rate.per != "session"):  # 2 x 2 hours per week
        return blank("unknown-length")
    count = next(item for item in items if item.kind == "N")
    return product(replace(rate, kind=rate.of), count, scene, "repeated")


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


def rates_over(items: Items, kinds: str, scene: Scene) -> Reading | None:
    """2 hours a day, 3 days a week for 4 weeks."""
    rates = [item for item in items if item.kind == "R"]
    span = next(item for item in items if item.kind != "R")
    inner = next((rate for rate in rates if rate.of == "H" and rate.per == "day"), None)
    outer = next((rate for rate in rates if rate.of == "D" and rate.per in WEEKS), None)
    if inner is None or outer is None:
        inner, outer = _of_sessions(rates)
    if inner is None or outer is None or _are_of_half(inner, outer, scene):
        return None
    count, codes = _count(replace(outer, of="D"), span, scene)
    if count is None:
        return blank(next(iter(codes)))
    return product(replace(inner, kind="H"), _times(count, outer.low), scene, "repeated", *codes)


def rate_alone(items: Items, kinds: str, scene: Scene) -> Reading:
    """2 hours per week: for how long, nobody says."""
    return blank("unknown-length", codes=items[0].codes & {"range", "approximate"})


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
        times = span.hours * found.low * _weeks(found, scene)
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
