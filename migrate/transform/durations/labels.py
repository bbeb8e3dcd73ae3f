"""Numbers that belong to names and are no amount, and words that are a slip away from a unit."""

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.amounts import ONE, make_amount, read_amount
from migrate.transform.durations.calendar_days import is_year
from migrate.transform.durations.items import Item
from migrate.transform.durations.vocabulary import vocabulary

SHORTEST_WORD = 3
DIMENSIONS = frozenset({"2 d", "3 d"})


def read_label(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Module 2, session 1: which one it was."""
    return None if items[0].is_plural or items[-1].is_word else [Item("w", items[0].text)]


def read_falling_label(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Guilds 2391 - 5 days: a number after a name is no lower end of a range.

    Of Part 1 - 2 days nobody can tell.
    """
    if items[0].kind == "L" and items[1].low < items[3].low:
        items[1].coded("ambiguous")
        return items
    return [Item("w", items[0].text), *items[2:]] if items[1].low > items[3].low else None


def read_numbered(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Day 1, week 3: which one it was, not how many there were."""
    if (
        items[0].is_plural
        or is_year(items[1], policy.dates)
        or items[0].unit in {"hour", "minute", "second"}
        or items[1].is_word
        or len(items[0].text) < SHORTEST_WORD
    ):
        return None
    return [Item("w", items[0].text)]


def read_misspelt(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 housr: a word after a quantity that is a slip away from a unit."""
    words = vocabulary(policy.languages).corrected(items[-1].text)
    if not words:
        return None
    units = {word.unit for word in words}
    word = next((word for word in words if not word.is_foreign), next(iter(words)))
    typed = items[-1]
    found = Item(
        "u",
        typed.text,
        unit=word.unit,
        codes=frozenset({"misspelt"}),
        is_plural=True,
        languages=word.languages,
    )
    if len(units) > 1:
        found.coded("ambiguous")
    return [*items[:-1], found]


def read_unknown_adjective(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 intensive days: a word nobody knows between a number and its unit."""
    number, word, unit = items[0], items[-2], items[-1]
    if not unit.is_plural or number.low == 1 or word.codes or len(word.text) < 3:  # noqa: PLR2004
        return None
    return [word, *(read_amount([number, unit], policy) or ())]


def read_ordinal_unit(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1st day, first week: which one it was."""
    return None if items[1].is_plural else [Item("w", items[0].text)]


def read_military(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """0900 hrs alone is a time of day."""
    is_time = len(items[0].text) == 4 and items[0].text.startswith("0") and items[0].text.isdigit()  # noqa: PLR2004
    return [Item("w", items[0].text)] if is_time and items[1].unit == "hour" else None


def read_misspelt_number(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Hlaf day: numbers are never corrected, yet the day is then not one day either."""
    unit, typed = items[-1], items[0]
    if unit.is_plural or not vocabulary(policy.languages).may_be_number(typed.text):
        return None
    return [make_amount([unit], unit, ONE, ONE, [], policy).coded("ambiguous")]


def read_dimension(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """AutoCAD 3D, 2D drawing: as likely dimensions as days."""
    found = next(item for item in items if item.kind == "D")
    return (
        [item.coded("ambiguous") if item is found else item for item in items]
        if found.text in DIMENSIONS
        else None
    )


def read_size(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """4x4 driving: numbers joined without a space before a word are its name."""
    first, times, second, word = items
    if times.after_space or second.after_space:
        return None
    return [Item("w", f"{first.text}x{second.text}"), word]


def read_year_first(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2012 conference, CDM 2015 half day: a year counts neither."""
    return [Item("w", items[0].text), *items[1:]] if is_year(items[0], policy.dates) else None
