"""Numbers that belong to names and are no amount, and words that are a slip away from a unit."""

import re
from itertools import pairwise

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.amounts import CLASSES, ONE, is_time_of_day, make_amount, read_amount
from migrate.transform.durations.calendar_days import is_year
from migrate.transform.durations.items import NO_CODES, Item
from migrate.transform.durations.not_counted import ASIDE
from migrate.transform.durations.vocabulary import vocabulary

SHORTEST_WORD = 3
_CURRENCIES = frozenset("£$€")
MIDNIGHT = "2400"
DIMENSION = "dimension"  # a note, and no code of the policy
_LETTERS_OF_WHOLE = {"day": frozenset("days"), "week": frozenset("weeks")}  # full dya, whole weke
WHICH = "which"  # of a word that says which one it was


def read_label(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Module 2, session 1: which one it was; not lecture 2-3 hours. Of module 2-3 days nobody can tell."""
    session, *dash = items[0], *(item for item in items if item.kind == "-")
    number = next(item for item in items if item.kind == "n")
    numbered = vocabulary(policy.words).places["numbered"]
    is_joined = any(not item.after_space for item in dash)
    if session.is_plural or number.is_word or (is_joined and session.text not in numbered):
        return None
    return [Item("w", session.text), *([Item("!", number.text)] if is_joined else dash)]


def read_lettered_label(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """IPAF 3a 1 day: a letter joined to a number belongs to it."""
    return None if items[2].after_space else [Item("w", items[0].text)]


def read_falling_label(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Guilds 2391 - 5 days: a number after a name is no lower end of a range.

    Of Part 1 - 2 days nobody can tell.
    """
    rises = items[1].low < items[3].low
    if rises and items[0].text[-1].isdigit():  # NEC4 2-3 days: it has its number
        return None
    is_apart = items[2].after_space or items[0].kind == "u"  # week 2-3 days
    if rises and (items[0].kind == "L" or (is_apart and not items[0].is_plural)):
        items[1].coded("ambiguous")
        return items
    if items[0].kind == "u":
        return None
    return [Item("w", items[0].text), *items[2:]] if items[1].low >= items[3].low else None


def read_numbered_list(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Level 1 & 2, modules 1-3: which ones they were, where an amount of its own may follow."""
    name, numbers = items[0], [item for item in items if item.kind == "n"]
    is_name = {
        "s": name.text.removesuffix("s") in vocabulary(policy.words).places["numbered"],
        "w": not name.unit and items[-2].kind == "+",  # London 9-5 may be times of day
    }
    are_numbers = all(not number.is_word and not number.low % 1 for number in numbers)
    if items[-2].kind == "-" and numbers[-2].low > numbers[-1].low:  # ISO 9001 - 2-3 days
        return None
    if not is_name.get(name.kind, True) or not are_numbers or any(is_year(n, policy.dates) for n in numbers):
        return None
    return [Item("w", name.text)]


def read_list_before_part(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Eurocodes 2 & 3 half day; not Eurocode 7 - 3 half days, nor Part 1 & 2 - 3 half days."""
    part = next(place for place, item in enumerate(items) if item.kind == "f")
    *_, before, joining, last = items[:part]
    is_amount = joining.kind != "+" and any(item.kind == "+" for item in items)
    if is_amount or last.low <= before.low:
        return None
    found = read_numbered_list(items[:part], policy)
    is_doubtful = joining.kind == "-" and last.after_space  # PRINCE 2 - 5 half days
    doubt = [Item("!", last.text)] if is_doubtful else []
    return found and [*found, *doubt, *items[part:]]


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
    return [Item("w", items[0].text, unit=WHICH if items[0].unit == "day" else "")]


def read_misspelt(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 housr: a word after a quantity that is a slip away from a unit; full dya, but not all our staff."""
    words = vocabulary(policy.words).corrected(items[-1].text)
    units = {word.unit for word in words}
    letters = NO_CODES.union(*(_LETTERS_OF_WHOLE.get(unit, NO_CODES) for unit in units))
    if not words or (items[0].kind == "y" and not letters.issuperset(items[-1].text)):
        return None
    word = next((word for word in words if not word.is_foreign), words[0])
    typed = items[-1]
    found = Item(
        "u",
        typed.text,
        unit=word.unit,
        codes=frozenset({"misspelt"}),
        is_plural=word.is_plural,
        languages=word.languages,
    )
    if len(units) > 1:
        found.coded("ambiguous")
    return [*items[:-1], found]


def read_unknown_adjective(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 intensive days: a word nobody knows between a number and its unit."""
    number, word, unit = items[0], items[-2], items[-1]
    if number.low == 1 or is_year(number, policy.dates):
        return None
    if not unit.is_plural:  # 5 SMSTS day course: of five days, or one day of the fifth
        return [word, *(item.coded("ambiguous") for item in read_amount([number, unit], policy) or ())]
    if word.codes or len(word.text) < SHORTEST_WORD:
        return None
    return [word, *(read_amount([number, unit], policy) or ())]


def read_ordinal_unit(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1st day, first week, second hour: which one it was."""
    words = vocabulary(policy.words).places["which_one"]
    if items[1].is_plural or (items[0].kind == "u" and items[0].text not in words):
        return None
    return [Item("w", items[0].text, unit=WHICH)]


def read_third(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Third day: which one it was, where a third of a day is a fraction."""
    is_which = items[0].text in vocabulary(policy.words).places["which_one"] and not items[-1].is_plural
    return [Item("w", items[0].text, unit=WHICH)] if is_which else None


def read_one_to_one(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1-to-1 mentoring."""
    return [Item("w", "1-1")] if items[0].low == items[-1].low == 1 else None


def read_time_of_day(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """0900 hrs, in total or over days: when it was."""
    number, unit = items
    return [Item("w", number.text)] if unit.unit == "hour" and is_time_of_day(number) else None


def read_military(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """0900 hrs is a time of day; 1730 hrs is as likely one as an amount."""
    number, unit = items
    if unit.unit != "hour" or not re.fullmatch(r"\d{4}", number.text):
        return None
    if is_time_of_day(number):
        return read_time_of_day(items, policy)
    is_round = number.text < MIDNIGHT and int(number.text[2:]) in policy.clock.quarters
    is_time = is_round and unit.text in vocabulary(policy.words).places["time_of_day_unit"]
    return [item.coded("ambiguous") for item in read_amount(items, policy) or ()] if is_time else None


def read_misspelt_number(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Hlaf day: numbers are never corrected, yet the day is then not one day either."""
    unit, typed = items[-1], items[0]
    is_figure = any(map(str.isdigit, typed.text)) and not typed.text.isalnum()  # O.5 day, 1/0 day
    if unit.is_plural or not (is_figure or vocabulary(policy.words).may_be_number(typed.text)):
        return None
    return [make_amount([unit], unit, ONE, ONE, [], policy).coded("ambiguous")]


def read_parts_that_fill(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 days (2 theory, 1 practical): numbers that come to the amount before them are its parts."""
    amount, *parts = (item for item in items if item.kind in "HDWn")
    is_whole = amount.low == amount.high == sum(part.low for part in parts)
    has_journey = any(item.unit == ASIDE for item in items)  # 4 days (1 travel, 3 training)
    return [amount, Item("w", "parts")] if is_whole and not has_journey else None


def read_dimension(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """AutoCAD 3D, 2D drawing, 5D BIM: as likely dimensions as days; 2d + 1d are days."""
    if any(item.kind == "-" and item.after_space for item in items):  # 3d - London
        return None
    if items[0].kind == "W" and items[0].text.endswith(" w"):  # 1w 2d online
        return items
    places = vocabulary(policy.words).places
    has_name = any(item.text in places["dimensioned"] for item in items)
    is_drawn = has_name or any(item.text in places["drawn"] for item in items)
    days = [item for item in items if item.kind == "D"]
    sizes = {item.text for item in days if is_dimension(item, policy)}
    is_list = len(sizes) == 1 < len(days) and not is_drawn  # not 2D/3D, 1d: of both dimensions
    may_be_title = any(  # 3D, 1d; Tekla 3D, 1d
        is_dimension(item, policy) and after.kind == "," for item, after in pairwise(items[:3])
    )
    has_days = any(is_day_letter(item, policy) for item in days) or (
        len(days) > sum(item.text in sizes for item in days) and any(item.kind == "+" for item in items)
    )
    if is_list and not may_be_title and has_days:  # 0.5d, 3d; 2d + 1 day
        return items
    found = [
        item
        for item in items
        if is_dimension(item, policy) or (has_name and re.fullmatch(r"\d d", item.text))
    ]
    for item in found:
        item.coded("ambiguous", DIMENSION)
    return items if found else None


def is_day_letter(item: Item, policy: DurationPolicy) -> bool:
    """Say whether an amount is written with the letter of dimensions and is none of them: 1d, 0.5d."""
    return item.text.endswith(" d") and not is_dimension(item, policy)


def is_dimension(item: Item, policy: DurationPolicy) -> bool:
    """Say whether an amount is written as dimensions are: 3D."""
    return DIMENSION in item.codes or item.text in vocabulary(policy.words).places["dimension"]


def read_method(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """5S, and no seconds: sort, set in order, shine, standardise, sustain."""
    name = items[0].text + items[1].text
    is_name = name in vocabulary(policy.words).places["method"] and not items[1].after_space
    return [Item("w", name)] if is_name else None


def read_price_rate(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """£125 per day, 2 days: what it cost."""
    price = items[0]
    return [price] if not _CURRENCIES.isdisjoint(price.text) else None


def read_size(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """4x4 driving: numbers joined without a space before a word are its name; of 4x4 day nobody can tell."""
    first, times, second, *_, last = items
    size = f"{first.text}x{second.text}"
    if times.after_space or second.after_space:
        return None
    if last.kind == "w":
        return [Item("w", size), last]
    if not last.is_plural and size in vocabulary(policy.words).places["size"]:
        second.coded("ambiguous")
    return None


def read_name_before_day(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Eurocode 7 full day, Module 2 morning, CDM 2015 day course: the number is not one of days."""
    number, unit = next(item for item in items if item.kind == "n"), items[-1]
    whole = items[-2].kind == "y" or unit.unit == "half_day"
    may_be_year = is_year(number, policy.dates)
    is_short_year = items[0].kind == "L" and re.fullmatch(r"0\d", number.text)  # CDM 07 day
    is_name = (whole and items[0].kind != "n" and number.low != 1) or may_be_year or bool(is_short_year)
    size = CLASSES.get(unit.unit)
    if unit.is_plural or number.is_word or not is_name:
        if size == "D" and not unit.is_plural and _may_be_edition(items[0], number, policy):
            number.coded("ambiguous")
        return None
    if (may_be_year and size == "H") or (is_short_year and size != "D"):
        if items[0] is not number:  # 1950 min is an amount; of CDM 2015 hour nobody can tell
            number.coded("ambiguous")
        return None
    return [Item("w", item.text) if item.kind == "L" else item for item in items if item is not number]


def _may_be_edition(name: Item, number: Item, policy: DurationPolicy) -> bool:
    """Level 3 day, CDM 15 day: one day at that level, by that edition, or so many; level 1 day is one."""
    places = vocabulary(policy.words).places
    is_year = name.text in places["edition_year"] and number.low > policy.doubts.days_after_a_name
    return number.low > 1 and not number.is_word and (is_year or name.text in places["edition"])


def read_year_or_time(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """12 May 2000 hours: its year, or the time of day, and hardly two thousand hours."""
    number, unit = items[-2:]
    is_sum = items[-3].kind == "," and unit.text in vocabulary(policy.words).places["amount_unit"]
    if unit.unit == "hour" and not is_sum and re.fullmatch(r"\d{4}", number.text):
        number.coded("ambiguous")
    return None


def read_name_before_kind(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Eurocode 7 training day, Phase 2 working week: the number is as likely the name's."""
    number, unit = items[1], items[-1]
    are_counted = unit.after_filler in vocabulary(policy.words).places["in_a_row"]
    is_part = items[0].kind == "w" and number.low % 1 != 0  # Excel 1.5 training day
    if not unit.after_filler or unit.is_plural or number.is_word or number.low == 1 or are_counted or is_part:
        return None
    return [items[0], *(item.coded("ambiguous") for item in read_amount(items[1:], policy) or ())]


def read_initials(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """H&S, Appendix D: letters that are no units."""
    letters = [item for item in items if item.kind == "u"]
    if any(len(item.text) > 1 for item in letters):
        return None
    return [*(item for item in items if item.kind in "wL"), Item("w", "".join(item.text for item in letters))]


def read_out_of(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 out of 3 days: a part of them."""
    return [items[2].coded("ambiguous")]


def read_year_first(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2012 conference, CDM 2015 half day, 2008 - 3 days: a year counts none of them."""
    is_range = items[-1].kind == "n" and items[0].low <= items[-1].low
    is_label = is_year(items[0], policy.dates) and not is_range
    return [Item("w", items[0].text), *items[1:]] if is_label else None
