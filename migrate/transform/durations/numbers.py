"""Number words, fractions and mixed numbers become one number."""

from decimal import Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.calendar_days import is_year
from migrate.transform.durations.items import Item
from migrate.transform.durations.rewrite import rule
from migrate.transform.durations.vocabulary import vocabulary

HALF = Decimal("0.5")
QUARTERS = 4
_WITH_A_DASH = 3


def read_tens(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Twenty-four, vingt quatre, treinta y dos."""
    tens, ones = items[0], items[-1]
    if len(items) > 1 and not (ones.is_word and 0 < ones.low < 10 and ones.low % 1 == 0):  # noqa: PLR2004
        return [_number(items[:1], tens.low), *items[1:]]
    return [_number(items, tens.low + (ones.low if len(items) > 1 else 0))]


def read_multiplied(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Two hundred and forty, a dozen, half a dozen."""
    place = next(place for place, item in enumerate(items) if item.kind == "h")
    count = items[0].low if place and items[0].kind in "nf" else Decimal(1)
    rest = sum((item.low for item in items[place + 1 :] if item.kind == "n"), Decimal(0))
    return [_number(items, count * items[place].low + rest)]


def read_parts(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Three quarters: a number of a fraction that a word says."""
    number, fraction = items[0], items[-1]
    if (
        not fraction.is_word
        or fraction.low == HALF
        or number.low % 1
        or not 0 < number.low * fraction.low < policy.doubts.counted_fraction_below
    ):
        return None
    found = _number(items, number.low * fraction.low)
    found.kind, found.is_plural = "f", True
    return [found]


def read_mixed(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 1/2, one and a half, 1-1/2; not 2 half days, which are two halves."""
    items = [item for item in items if item.kind != "-" or len(items) == _WITH_A_DASH]
    number, fraction = items[0], items[-1]
    added = vocabulary(policy.words).places["added_fraction"]
    joined = len(items) > 2 or not fraction.is_word or fraction.text in added  # noqa: PLR2004
    if len(items) == 4 and items[2].kind == "n" and items[2].low != 1:  # noqa: PLR2004 - two and one half
        return None
    if number.low % 1 or not joined or not 0 < fraction.low < 1 or is_year(number, policy.dates):
        return None
    if fraction.fraction and items[1].kind == "-" and items[1].after_space:  # 2 - 1/2 days may be two halves
        return None
    found = _number(items, number.low + fraction.low)
    if len(items) > 2 and items[1].kind == "-" and fraction.is_word and not number.is_word:  # noqa: PLR2004
        found.low = number.low * fraction.low  # 3-half days may be three halves
        found.coded("ambiguous")
    return [found]


def read_word_before_figures(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Three 1/2 days: three of them, or three and a half; one 1/2 hours are one and a half."""
    number, *_, fraction, unit = [item for item in items if item.kind != "-"]
    is_mixed = number.low == 1 and unit.is_plural
    if not (number.is_word and fraction.fraction) or is_mixed:
        return None
    number.coded("ambiguous")
    return items


def read_slash(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3/4 of an hour or 3/4 day is a fraction; 2/3 days, a 2/3 day course, 10/12 weeks may be two amounts."""
    fraction, unit = items[0], items[-1]
    doubts = policy.doubts
    if not fraction.fraction or not may_be_two_amounts(fraction, unit, policy):
        return None
    numerator, denominator = fraction.fraction
    may_be_range = denominator == numerator + 1 and denominator != QUARTERS and unit.unit != "hour"
    is_one = not (unit.is_plural or may_be_range) and len(unit.text) > 1
    if numerator < denominator <= doubts.largest_denominator and is_one:
        return None
    found = Item("n", fraction.text, Decimal(numerator), Decimal(denominator), codes=frozenset({"ambiguous"}))
    return [found, unit]


def read_slash_times(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """4/5 x 2 hours: four or five times; half of it may be a fraction."""
    fraction, times = items
    is_fraction = (
        not fraction.fraction or fraction.fraction in policy.doubts.fractions or "⁄" in fraction.text
    )
    return None if is_fraction else [_number(items[:1], fraction.low).coded("ambiguous"), times]


def may_be_two_amounts(number: Item, unit: Item, policy: DurationPolicy) -> bool:
    """Say whether figures with a slash before or after a unit are not surely one fraction of it."""
    doubts = policy.doubts
    if not number.fraction or "⁄" in number.text:
        return False
    if " " in number.text and unit.is_plural:  # 1 / 2 days
        return True
    if number.fraction in doubts.fractions:
        return False
    return unit.unit != "hour" or number.fraction not in doubts.hour_fractions


def _number(items: list[Item], value: Decimal) -> Item:
    codes = frozenset().union(*(item.codes for item in items))
    languages = frozenset().union(*(_told(item) for item in items))
    return Item(
        "n",
        " ".join(item.text for item in items),
        value,
        value,
        codes=codes,
        is_word=True,
        languages=languages,
    )


def _told(item: Item) -> frozenset[str]:
    return item.languages if item.kind in "ndhf" else frozenset()


def read_twice_said(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Three (3) is three."""
    return [items[0]] if items[0].low == items[2].low else None


def read_number_of_name(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Eurocode 7 half day: the number is the name's.

    Of Eurocode 7 1/2 day, session 2 1/2 day, week 3 1/2 day or Module 4 half days nobody can tell.
    """
    name, unit = items[0], items[-1]
    number = next(item for item in items if item.kind == "n")
    fraction = next(item for item in items if item.kind == "f")
    is_name = name.kind == "w"
    numbered = vocabulary(policy.words).places["numbered"]
    is_one_day = unit.unit == "day" and not (unit.is_plural or fraction.is_word)  # session 1 1/2 day
    may_be_length = unit.is_plural or (number.low == 1 and not is_one_day)
    if name.kind == "u" and not (is_one_day and not name.is_plural):
        return None
    if name.text[-1].isdigit() or (name.kind == "s" and name.text not in numbered and may_be_length):
        return None  # seminar 1 1/2 hours
    if is_year(number, policy.dates) or number.is_word or (is_name and may_be_length):
        return None
    if not fraction.is_word and is_name and number.low <= policy.doubts.days_after_a_name:
        return None  # BRE 2 1/2 day course
    if fraction.is_word and not unit.is_plural:
        return [name, *items[items.index(number) + 1 :]]
    number.coded("ambiguous")
    return items


def read_added_numbers(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2+1 days are three."""
    first, plus, second = items
    if plus.text != "+" or plus.after_space or second.after_space or first.is_word or second.is_word:
        return None
    found = _number(items, first.low + second.low)
    found.codes |= {"sum"}
    return [found]


NUMBER_RULES = (
    rule(r"(?:[wLs]|(?<![nfdhap/])u)[#.]?n-?f-?u(?!s)", read_number_of_name, "Excel 2 half day"),
    rule(r"n-?f-?u", read_word_before_figures, "three 1/2 days"),
    rule(r"(?<![wLsxn])n\+n(?=-?u)", read_added_numbers, "2+1 days"),
    rule(r"d[-+]?n|d", read_tens, "forty-two hours"),
    rule(r"n\(n\)", read_twice_said, "two (2) hours"),
    rule(r"(?:[na]|fa?)?h(?:\+?n)?", read_multiplied, "half a dozen days"),
    rule(r"n-?f(?![/])", read_parts, "three quarters of an hour"),
    rule(r"n(?:-?\+-?[an]?-?|-)?f", read_mixed, "1 1/2 days"),
    rule(r"fx", read_slash_times, "4/5 x 2 hours"),
    rule(r"fu", read_slash, "2/3 days"),
)
