"""The engine of the reader: patterns over the kinds of a text's items, and what the items become."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
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
    example: str
    """A text that is read otherwise without the rule."""


def rule(pattern: str, reduce: Reduce, example: str) -> Rule:
    """Return a rule from its pattern's text."""
    return Rule(re.compile(pattern), reduce, example)


class Rules:
    """Rules in their order.

    Which of them comes next is remembered for each signature, since few signatures make up most texts.
    """

    def __init__(self, *rules: Rule) -> None:
        self._rules = rules
        self._next = lru_cache(maxsize=32768)(self._search)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def _search(self, kinds: str, place: int) -> int:
        """Return the place of the next rule whose pattern is found; one past the last where none is."""
        for at in range(place, len(self._rules)):
            if self._rules[at].pattern.search(kinds):
                return at
        return len(self._rules)

    def apply(self, items: list[Item], policy: DurationPolicy) -> list[Item]:
        """Apply each rule in its order, once from left to right."""
        kinds = signature(items)
        place = self._next(kinds, 0)
        while place < len(self._rules):
            items = _apply(self._rules[place], items, kinds, policy)
            kinds = signature(items)
            place = self._next(kinds, place + 1)
        return items


def _apply(rule: Rule, items: list[Item], kinds: str, policy: DurationPolicy) -> list[Item]:
    after: list[Item] = []
    end = 0
    found = rule.pattern.search(kinds)
    while found is not None:
        start, stop = found.span()
        become = rule.reduce(items[start:stop], policy)
        if become is None:
            stop = start + 1
            become = items[start:stop]
        after += items[end:start]
        after += become
        end = stop
        found = rule.pattern.search(kinds, end)
    return after + items[end:]
