"""How often an amount comes: so many times, in so many sessions, and a rate over a span."""

from dataclasses import replace
from decimal import Decimal

from migrate.transform.durations.items import NO_CODES, Codes, Item
from migrate.transform.durations.reading import Reading, Scene, blank, codes_of_count, hours_of, read_one
from migrate.transform.durations.stated import have_sessions

Items = list[Item]
ELAPSED = frozenset({"month", "quarter", "term", "semester", "year", "decade"})
WEEKS = frozenset({"week", "fortnight"})


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
        return _times(span, weeks_of(span, scene) * scene.policy.days_per_week), frozenset({"assumed-week"})
    if rate.per in WEEKS and span.kind == "W":
        return _times(span, weeks_of(span, scene) / weeks_of(Item("W", unit=rate.per), scene)), NO_CODES
    return None, frozenset({"ambiguous"})


def _are_of_half(rate: Item, days: Item, scene: Scene) -> bool:
    """Half day, 3 hours a day: as likely all that the half day had; half day, 6 hours a day is three."""
    each = hours_of(rate, scene) or Decimal(0)
    return rate.per == "day" and days.is_half and each < scene.policy.doubts.part_of_day_below


def _times(span: Item, each: Decimal) -> Item:
    return replace(span, low=span.low * each, high=span.high * each)


def weeks_of(item: Item, scene: Scene) -> Decimal:
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
