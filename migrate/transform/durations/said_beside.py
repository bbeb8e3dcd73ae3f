"""What is said beside an amount: about, at least, in total, and over."""

from dataclasses import replace

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.items import Item

TOLERANCES = frozenset({"±", "plus minus"})


def read_approximate(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """About 3 days, 20 hours minimum, up to 10 sessions."""
    found = next(item for item in items if item.kind not in "q-:(.,oa=T")
    found.is_total = found.is_total or any(item.kind == "T" for item in items)
    return [found.coded("approximate")]


def read_minimum(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Min beside an amount is minimum, not a minute."""
    if items[0].unit != "minute" or items[0].text not in {"min", "mini"}:
        return None
    return [replace(items[0], kind="q")]


def read_plus(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """20 hours+."""
    return [items[0].coded("approximate"), *items[2:]]


def read_over(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Over 20 hours, with no amount before it, is a lower limit and not a span."""
    place = next(place for place, item in enumerate(items) if item.kind == "v")
    if items[place].text == "over":
        items[-1].coded("approximate")
    return [*items[:place], items[-1]]


def read_total(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Total 14 hours, 14 hours in total."""
    found = next(item for item in items if item.kind in "HDWE")
    found.is_total = True
    return [found]


def read_tolerance(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 hours ± 30 mins: how sure it is, and no part of it."""
    return [items[0].coded("approximate")] if items[1].text in TOLERANCES else None


def read_share(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """50% of 2 days: half of them, or 2 days of which it is said."""
    amount = next(item for item in items if item.kind != "w" and item.kind not in "ox")
    share = next(item for item in items if item.kind == "w")
    if not share.text.endswith("%"):
        return None
    return [amount.coded("ambiguous"), share]


def read_part_time(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 weeks PT: points are counted, part time is not."""
    mark = next(item for item in items if item.kind == "c")
    if mark.text != "pt":
        return None
    mark.kind = "P"
    return items


def read_date_added(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Friday and half day Saturday: a day that is added is no date beside the amount."""
    return [Item("!", item.text) if item.kind in "12" else item for item in items]
