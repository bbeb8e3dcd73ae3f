"""Parts in the order of their numbers or letters, each with its length: Part 1 - 2 days, part 2 - 3 days."""

from itertools import pairwise

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.items import Item
from migrate.transform.durations.list_marks import SERIES
from migrate.transform.durations.vocabulary import vocabulary

_NAMES = frozenset("wLsu")
_LENGTHS = frozenset("ukmA")
_AFTER_NUMBER = frozenset("-:=.")
_BEFORE_NAME = frozenset(",;.")
_OPEN = frozenset("|(+/")  # what joins two parts in its own way
_COUNTED = frozenset("uysfA")
_MARKS = frozenset().union(*SERIES)


def add_numbered_parts(items: list[Item], policy: DurationPolicy) -> list[Item]:
    """Return the items with a plus in place of each part's name and number, where each part has a length.

    The numbers say that none is another way to do the same, as group 1 and group 2 may be.
    """
    names = vocabulary(policy.words).places["part_of_all"]
    starts = [place for place in range(len(items)) if _name_of(items, place) in names]
    are_parts = len({_name_of(items, place) for place in starts}) == 1 < len(starts)
    if not (
        are_parts
        and _are_in_order([_mark_of(items[place]) for place in starts])
        and _have_lengths(items, starts)
    ):
        return items
    kept, done = [], 0
    for start in starts:
        kept += items[done : start if items[start].after_filler else start - 1]
        if kept and kept[-1].kind in _BEFORE_NAME:
            kept.pop()
        if start != starts[0] and not (kept and kept[-1].kind in _OPEN):
            kept.append(Item("+", "+"))
        done = start + 1
        if done < len(items) and items[done].kind in _AFTER_NUMBER:
            done += 1
    return kept + items[done:]


def _name_of(items: list[Item], place: int) -> str:
    """Return what a number may be the number of; nothing where it is none."""
    number, before = items[place], items[place - 1] if place else Item("")
    following = items[place + 1].kind if place + 1 < len(items) else ""
    if _mark_of(number) not in _MARKS or (number.is_word and following in _COUNTED):  # course one day
        return ""
    if number.after_filler:
        return number.after_filler
    return before.text if before.kind in _NAMES and not before.is_plural else ""


def _mark_of(item: Item) -> str:
    """Return what an item is as a mark: one and 01 are 1."""
    return f"{item.low:f}" if item.kind == "n" and not item.low % 1 else item.text


def _are_in_order(marks: list[str]) -> bool:
    return any(marks == list(series[: len(marks)]) for series in SERIES)


def _have_lengths(items: list[Item], starts: list[int]) -> bool:
    ends = pairwise([*starts, len(items) + 1])
    return all(any(item.kind in _LENGTHS for item in items[start + 1 : end - 1]) for start, end in ends)
