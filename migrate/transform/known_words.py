"""Words that CLDR (through Babel) and dateparser know: units, numbers, months and weekdays."""

import importlib
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

from babel import Locale
from babel.units import format_unit

UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
_COUNTS = (1, 2, 3, 5, 11, 100)
_LENGTHS: tuple[Literal["long", "short", "narrow"], ...] = ("long", "short", "narrow")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_SHORTEST = 3  # a library's one or two letters mean different things in different languages


def unit_words(locale: str) -> Iterator[tuple[str, str, bool]]:
    """Yield unit, word and whether it is a plural, for every unit the libraries know."""
    for unit in UNITS:
        singular = set(_cldr_unit(locale, unit, (1,)))
        for word in _cldr_unit(locale, unit, _COUNTS):
            yield unit, word, word not in singular
        for word in _dateparser(locale).get(unit, ()):
            if _is_long_enough(word):
                yield unit, word, False


def number_words(locale: str) -> Iterator[tuple[Decimal, str]]:
    """Yield the value and the word of each number that dateparser knows."""
    for change in _dateparser(locale).get("simplifications") or ():
        for word, figures in change.items():
            if re.fullmatch(r"[^\W\d_]+", word) and re.fullmatch(r"\d+", figures) and _is_long_enough(word):
                yield Decimal(figures), word


def month_words(locale: str) -> Iterator[tuple[int, str]]:
    """Yield number and name of each month, in full and short."""
    for number, word in _calendar_words(Locale.parse(locale).months):
        yield number, word
    for number, name in enumerate(_MONTHS, start=1):
        for word in _dateparser(locale).get(name, ()):
            yield number, word


def weekday_words(locale: str) -> Iterator[tuple[int, str]]:
    """Yield number (Monday is 0) and name of each weekday, in full and short."""
    yield from _calendar_words(Locale.parse(locale).days)


def _calendar_words(names: Any) -> Iterator[tuple[int, str]]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, word in names[context][width].items():
                yield number, word.rstrip(".")


def _cldr_unit(locale: str, unit: str, counts: tuple[int, ...]) -> Iterator[str]:
    for length in _LENGTHS:
        for count in counts:
            word = re.sub(
                r"[\d\s.]+", " ", format_unit(count, f"duration-{unit}", length, locale=locale)
            ).strip()
            if _is_long_enough(word):
                yield word


def _is_long_enough(word: str) -> bool:
    return len(word) >= _SHORTEST or (bool(word) and not word[0].isascii() and not word[0].islower())


def _dateparser(locale: str) -> dict[str, Any]:
    try:
        module = importlib.import_module(f"dateparser.data.date_translation_data.{locale.partition('_')[0]}")
    except ModuleNotFoundError:
        return {}
    found: dict[str, Any] = module.info
    return found
