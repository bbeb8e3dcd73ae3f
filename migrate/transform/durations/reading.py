"""What a shape makes of a text's amounts, before the policy names code and severity."""

from dataclasses import dataclass
from decimal import Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.items import NO_CODES, Codes, Item

INTERNAL = frozenset(
    {"alone", "minutes", "unsure", "letter", "adjacent", "thousands", "dimension"}
)  # notes between steps, not codes

LEAVES_BLANK = frozenset({"ambiguous", "elapsed-time", "vague", "unknown-length", "credits", "part-time"})
"""Codes of an amount that say why it has no hours; the others say what was assumed of it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Hours before rounding, or none; every code that applies; each reading where there are several."""

    hours: Decimal | None
    codes: Codes = NO_CODES
    candidates: tuple[Decimal, ...] = ()

    def coded(self, *codes: str) -> "Reading":
        """Return the reading with more codes."""
        return Reading(self.hours, self.codes.union(codes), self.candidates)


@dataclass(frozen=True, slots=True)
class Scene:
    """The policy, and what the whole text says about its amounts."""

    policy: DurationPolicy
    text: str = ""
    is_full_time: bool = False
    is_part_time: bool = False
    names_share: bool = False
    """Whether a word says how much of an amount counts: attended, CPD."""


def blank(code: str, *candidates: Decimal | None, codes: Codes = NO_CODES) -> Reading:
    """Return a reading without hours."""
    return Reading(None, codes | {code}, tuple(dict.fromkeys(c for c in candidates if c is not None)))


def hours_of(item: Item, scene: Scene, *, high: bool = False) -> Decimal | None:
    """Return an amount's hours, at its lower or higher end; None for elapsed time."""
    each = scene.policy.unit_hours.get(item.unit)
    return None if each is None else (item.high if high else item.low) * each


def read_one(item: Item, scene: Scene) -> Reading:
    """Return what one amount of hours, days, weeks or elapsed time says by itself."""
    codes = item.codes - INTERNAL | ({"language"} if item.languages else NO_CODES)
    low, high = hours_of(item, scene), hours_of(item, scene, high=True)
    if item.kind == "E" or low is None:
        return blank("elapsed-time", codes=codes)
    if item.kind == "W" and high is not None and exceeds_full_time(max(low, high), scene):
        return blank("elapsed-time", low, high, codes=codes)
    if "ambiguous" in codes or "unsure" in item.codes:
        return blank("ambiguous", *_readings(item, low, high), codes=codes)
    if scene.is_part_time and item.kind in "DW":
        return blank("part-time", codes=codes)
    return Reading(low, codes | assumed(item))


def assumed(item: Item) -> Codes:
    """Return the code of what a unit assumes."""
    return {"D": frozenset({"assumed-day"}), "W": frozenset({"assumed-week"})}.get(item.kind, NO_CODES)


def codes_of_count(count: Item) -> Codes:
    """Return the codes that the number of times brings to what it counts."""
    codes = count.codes - {"alone"}
    return codes | {"language"} if count.languages and "en" not in count.languages else codes


def exceeds_full_time(hours: Decimal, scene: Scene) -> bool:
    """Say whether weeks are more than are taken as full time."""
    week = scene.policy.unit_hours["week"]
    return not scene.is_full_time and week is not None and hours > scene.policy.max_full_time_weeks * week


def _readings(item: Item, low: Decimal, high: Decimal | None) -> tuple[Decimal | None, ...]:
    if "minutes" not in item.codes:
        return low, high
    whole = item.low // 1
    return whole + (item.low - whole) * 100 / 60, low
