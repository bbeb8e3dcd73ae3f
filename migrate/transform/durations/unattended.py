"""Percentages of the time, and words that say of the amount beside them that it was not attended."""

import re
from collections.abc import Iterable
from decimal import Decimal

from migrate.transform.durations.items import Item, signature

PERCENT, UNATTENDED, MARKS = "percent", "unattended", "marks"
_NOTED = frozenset({PERCENT, UNATTENDED, "break"})
_WHOLE = 100
_FIGURES = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_IN_A_YEAR = re.compile(r"(?P<year>v?M?n)[).]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_AMOUNTS = frozenset("uAkms1MW")  # dates count as well
_NUMBERS = frozenset("nfdhaqkj1MW")
_CLAUSE_BEGINS, _CLAUSE_ENDS = frozenset(",;:-(") | _AMOUNTS, frozenset(",;:.-)")
_BEFORE_ALL = frozenset("e:-,.")  # CPD: cancelled 2 days
_BETWEEN = frozenset(",;:-()=oax+.v")


def mark_what_did_not_count(items: list[Item]) -> list[Item]:
    """Mark percentages of the time, and words that say of the amount beside them that it was not attended."""
    said = {item.unit for item in items}
    if said.isdisjoint(_NOTED):
        return items
    items = _without_meals_that_are_events(_with_percentages(items))
    amounts = [place for place, item in enumerate(items) if item.kind in _AMOUNTS]
    if not amounts:
        return items
    percentages = [place for place, item in enumerate(items) if item.unit == PERCENT]
    if sum(_percent(items[place]) for place in percentages) == _WHOLE:
        percentages = []  # 100%, or 70% practical, 30% theory
    doubtful = [place for place in percentages if _is_of_the_time(items, place)]
    for place, item in enumerate(items):
        if item.unit == UNATTENDED and _is_said_alone(items, place, amounts[0]):
            doubtful.append(place)
    for place in doubtful:
        items[place].kind = "!"
    return items


def _without_meals_that_are_events(items: list[Item]) -> list[Item]:
    """Leave out the lunch of a CPD lunch: it is the kind of event."""
    if not {"b", "e"} <= {item.kind for item in items}:
        return items
    beside = zip([Item(""), *items], items, [*items[1:], Item("")], strict=False)
    return [
        item for before, item, after in beside if item.kind != "b" or "e" not in (before.kind, after.kind)
    ]


def _percent(item: Item) -> Decimal:
    figures = item.text.rstrip("% ").replace(",", ".")
    return Decimal(figures) if _FIGURES.fullmatch(figures) else Decimal(0)


def _with_percentages(items: list[Item]) -> list[Item]:
    """Join a number to the word for percent after it: 50 per cent is 50%."""
    kept: list[Item] = []
    for item in items:
        if item.kind != "%":
            kept.append(item)
        elif kept and kept[-1].kind == "n":
            kept[-1] = Item("w", f"{kept[-1].text}%", unit=PERCENT)
        else:
            kept.append(Item("w", item.text))
    return kept


def _is_of_the_time(items: list[Item], place: int) -> bool:
    """2 days (50%); not 100%, nor passed with 85%."""
    if _percent(items[place]) == _WHOLE:
        return False
    beside = (_nearest(reversed(items[:place])), _nearest(items[place + 1 :]))
    return not any(item is not None and item.unit == MARKS for item in beside)


def _nearest(items: Iterable[Item]) -> Item | None:
    return next((item for item in items if item.kind not in _BETWEEN), None)


def _is_said_alone(items: list[Item], place: int, first_amount: int) -> bool:
    """Postponed 2 days; 2 days (booked); not 2 day planned maintenance, nor BS 5950 (withdrawn) 2 days."""
    after = items[place + 1].kind if place + 1 < len(items) else ")"
    is_first = all(item.kind in _BEFORE_ALL for item in items[:place])
    if is_first or (items[place - 1].kind in _BEFORE_ALL and after in _NUMBERS):
        return after in _CLAUSE_ENDS or after in _NUMBERS or after == "("
    is_last = after in _CLAUSE_ENDS or _is_year(items[place + 1 :])
    return first_amount < place and items[place - 1].kind in _CLAUSE_BEGINS and is_last


def _is_year(items: list[Item]) -> bool:
    """Say whether a year is all that follows: booked 2015, repeated in May 2015."""
    found = _IN_A_YEAR.fullmatch(signature(items))
    return found is not None and _YEAR.fullmatch(items[found.end("year") - 1].text) is not None
