"""The engine of the reader: patterns over the kinds of a text's items, each with what the matched items become."""

import re
from collections.abc import Callable
from typing import NamedTuple

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.items import Item, signature

Reduce = Callable[[list[Item], DurationPolicy], list[Item] | None]


class Rule(NamedTuple):
    """A pattern over kinds (the legend is in words.py and items.py) and what the matched items become.

    `reduce` returns None where the items are not what they seem; they then stay as they are.
    """

    pattern: "re.Pattern[str]"
    reduce: Reduce


def rule(pattern: str, reduce: Reduce) -> Rule:
    """Return a rule from its pattern's text."""
    return Rule(re.compile(pattern), reduce)


def rewrite(items: list[Item], rules: tuple[Rule, ...], policy: DurationPolicy) -> list[Item]:
    """Apply each rule in its order, once from left to right."""
    kinds = signature(items)
    for pattern, reduce in rules:
        found = pattern.search(kinds)
        if found is None:
            continue
        after: list[Item] = []
        end = 0
        while found is not None:
            start, stop = found.span()
            become = reduce(items[start:stop], policy)
            if become is None:
                stop = start + 1
                become = items[start:stop]
            after += items[end:start]
            after += become
            end = stop
            found = pattern.search(kinds, end)
        items = after + items[end:]
        kinds = signature(items)
    return items
