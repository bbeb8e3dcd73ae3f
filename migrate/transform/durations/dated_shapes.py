"""How clock ranges and dates stand to amounts: a break, so many days, a total beside them."""

from dataclasses import replace
from decimal import Decimal

from migrate.transform.durations.clock import START_AND_END
from migrate.transform.durations.items import Item
from migrate.transform.durations.reading import Reading, Scene, blank, codes_of_count
from migrate.transform.durations.vocabulary import vocabulary

Items = list[Item]


def clock_range(items: Items, kinds: str, scene: Scene) -> Reading:
    """9am-5pm."""
    clock = items[0]
    if "ambiguous" in clock.codes:
        return blank("ambiguous", codes=clock.codes - {"ambiguous"})
    return Reading(clock.low, clock.codes)


def clock_days(items: Items, kinds: str, scene: Scene) -> Reading:
    """9am-5pm, 2 days; 3 evenings 7-9pm; Tuesday morning 9-12.30pm."""
    clock = clock_range([item for item in items if item.kind == "K"], kinds, scene)
    days = next(item for item in items if item.kind != "K")
    if days.kind == "S" and days.is_plural:
        return blank("unknown-length")
    if days.kind == "S" and not vocabulary(scene.policy.words).places["weekend"].isdisjoint(
        days.text.split()
    ):
        times = (days.low, days.low * 2)  # 9am-5pm 2 weekends: on one day of each, or on both
        return blank("ambiguous", *(None if clock.hours is None else clock.hours * each for each in times))
    if days.kind == "S" and "x" not in kinds and _may_be_within(days, clock, scene):
        return blank("ambiguous", clock.hours, None if clock.hours is None else clock.hours * days.low)
    is_first_and_last = any(item.unit == START_AND_END for item in items) and days.kind in "DW"
    if is_first_and_last and (clock.hours or 0) < scene.policy.doubts.part_of_day_below:
        return blank("ambiguous", clock.hours)  # 2 days, start 9am, finish noon: on the last of them
    if days.is_half:
        longest = scene.policy.hours_per_day + scene.policy.doubts.breaks_of_a_day
        if clock.hours is None or clock.hours * 2 > longest:
            return blank("ambiguous", clock.hours)
        days = replace(days, low=days.low * 2, high=days.high * 2)  # 3 half days are three
    return _clock_times(clock, days)


def _may_be_within(sessions: Item, clock: Reading, scene: Scene) -> bool:
    """9am-5pm in 2 parts: of one day; 6-8pm, 4 sessions and 9am-5pm, 3 Saturdays are of several."""
    places, words = vocabulary(scene.policy.words).places, sessions.text.split()
    are_days = not (places["calendar"] | places["shift"]).isdisjoint(words)
    is_day = clock.hours is not None and clock.hours >= scene.policy.doubts.part_of_day_below
    return sessions.low > 1 and is_day and not are_days


def clock_times(items: Items, kinds: str, scene: Scene) -> Reading:
    """9am-5pm x 2."""
    clock = clock_range([item for item in items if item.kind == "K"], kinds, scene)
    return _clock_times(clock, next(item for item in items if item.kind == "N"))


def _clock_times(clock: Reading, count: Item) -> Reading:
    if clock.hours is None or "ambiguous" in count.codes:
        return blank("ambiguous", codes=clock.codes - {"ambiguous"})
    return Reading(clock.hours * count.low, clock.codes | codes_of_count(count))


def clock_list(items: Items, kinds: str, scene: Scene) -> Reading:
    """9am-12pm and 1pm-5pm."""
    spans = [clock_range([item], "K", scene) for item in items]
    if any(span.hours is None for span in spans):
        return blank("ambiguous")
    return Reading(sum((span.hours or Decimal(0) for span in spans), Decimal(0)), spans[0].codes | {"sum"})


def dated_clock(items: Items, kinds: str, scene: Scene) -> Reading:
    """A clock range on several days may be each day's or the whole's."""
    clock = clock_range([item for item in items if item.kind == "K"], kinds, scene)
    days = next(item for item in items if item.kind == "Z")
    if days.low == 1:
        return clock
    return blank("ambiguous", clock.hours * days.low if clock.hours else None, codes=clock.codes)


def dates(items: Items, kinds: str, scene: Scene) -> Reading:
    """3-5 May 2010: each day that counts, at the policy's hours."""
    days = items[0]
    for code in ("elapsed-time", "ambiguous"):
        if code in days.codes:
            return blank(code, codes=days.codes - {code, "from-dates"})
    return Reading(days.low * scene.policy.hours_per_day, days.codes)
