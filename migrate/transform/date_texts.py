"""Reads one text as a date: by the formats of `rules/dates.yaml`, then with months in other languages.

Nothing is guessed: a text that is not one date beyond doubt gives no date, but its possible
readings as candidates.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from migrate.rulebook.dates import SHAPE_PART, DatePolicy, Precision

MAX_LENGTH = 100
"""No longer text is a date."""

_EXPRESSIONS = {
    "yyyy": r"(?P<year>[0-9]{4})",
    "yy": r"(?P<short_year>[0-9]{2})",
    "mm": r"(?P<month>[0-9]{1,2})",
    "dd": r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?",
    "-": "-",
    " ": r"(?:[ ,./'-]+(?:of )?|(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[0-9]))",
}
_TIME = re.compile(
    r"(?P<day>.*[0-9a-z])(?:t|,? (?:at )?)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)? ?(?P<half>[ap]m)?"
    r" ?(?P<zone>z|utc|gmt|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_DASHES = re.compile("[\u2010-\u2015\u2212\u00ad]")
_QUOTES = re.compile("[\u2018\u2019\u00b4`]")
_AROUND_SEPARATORS = re.compile(r" *([/.-]) *")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_SEASON = re.compile(r"(?:in )?(?P<season>[a-z0-9]+)[ ,/'-]+(?:term |of )*(?P<year>[0-9]{4})")
_TWO_YEARS = re.compile(r"([0-9]{4})[/-]([0-9]{4}|[0-9]{2})")
_NUMBERS = re.compile(r"[0-9]+")
_WORDS = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile(r"[\w .,'/-]+")
_SHORTEST_NAME = 3


class DateText(NamedTuple):
    """What a text says. `day` is None where it says no date."""

    day: date | None = None
    precision: Precision = "day"
    clock: time | None = None
    offset: timedelta | None = None
    """From UTC, where the text names a time zone."""
    candidates: tuple[date, ...] = ()


def plain_words(text: str) -> str:
    """Return a text in lower case, with plain dashes, quotes and blanks; '' where nothing can be seen."""
    unescaped = html.unescape(text) if "&" in text else text
    composed = unicodedata.normalize("NFKC", unescaped).lower()
    plain = _QUOTES.sub("'", _DASHES.sub("-", composed))
    if not plain.isascii():
        plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    return " ".join(plain.split())


def understand_date(words: str, policy: DatePolicy) -> DateText:
    """Return what plain words say as a date or a moment. Never raises."""
    timed = _TIME.fullmatch(words)
    day_words = timed["day"] if timed else words
    try:
        clock, offset = _clock(timed) if timed else (None, None)
    except ValueError:  # 25:00
        return DateText()
    understood = _understand_day(_AROUND_SEPARATORS.sub(r"\1", day_words).strip(" .,;"), policy)
    if understood.day is None:
        return understood
    return understood._replace(clock=clock, offset=offset)


def _understand_day(words: str, policy: DatePolicy) -> DateText:
    weekday, bare = _without_weekday(words, policy)
    for pattern, precision in _patterns(policy):
        found = pattern.fullmatch(bare)
        if found:
            return _checked(found, precision, weekday, policy)
    season = _SEASON.fullmatch(bare)
    if season and season["season"] in policy.seasons:
        months = policy.seasons[season["season"]]
        return DateText(candidates=_within(policy, *((int(season["year"]), month) for month in months)))
    years = _TWO_YEARS.fullmatch(bare)
    if years:
        return DateText(candidates=_within(policy, *((year, 1) for year in _both(years))))
    return _foreign(bare, policy)


def _checked(found: re.Match[str], precision: Precision, weekday: int | None, policy: DatePolicy) -> DateText:
    """Return the date that a format found, unless there is no such day or the text contradicts itself."""
    parts = found.groupdict()
    year = int(parts["year"]) if parts.get("year") else policy.full_year(int(parts["short_year"]))
    name = parts.get("name")
    month = policy.month_numbers[name] if name else int(parts.get("month") or 1)
    day = _day(year, month, int(parts.get("day") or 1), policy)
    years = _TWO_YEARS.fullmatch(found.string)
    if years and _both(years)[1] == year + 1:  # 2009/10 is October, or two years
        return DateText(candidates=_within(policy, (year, month), (year, 1), (year + 1, 1)))
    if day is None:
        return DateText(candidates=_month_first(found.string, policy))
    if weekday is not None and (precision != "day" or day.weekday() != weekday):
        return DateText(candidates=(day,))
    return DateText(day, precision)


def _day(year: int, month: int, day: int, policy: DatePolicy) -> date | None:
    if not policy.years.earliest <= year <= policy.years.latest:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_first(words: str, policy: DatePolicy) -> tuple[date, ...]:
    found = _MONTH_FIRST.fullmatch(words)
    if not found:
        return ()
    year = int(found[4]) if len(found[4]) == 4 else policy.full_year(int(found[4]))  # noqa: PLR2004
    day = _day(year, int(found[1]), int(found[3]), policy)
    return () if day is None else (day,)


def _both(years: re.Match[str]) -> tuple[int, int]:
    first, second = int(years[1]), int(years[2])
    if len(years[2]) == 4:  # noqa: PLR2004 - digits of a full year
        return first, second
    following = first - first % 100 + second
    return first, following if second > first % 100 else following + 100


def _within(policy: DatePolicy, *months: tuple[int, int]) -> tuple[date, ...]:
    days = (_day(year, month, 1, policy) for year, month in months)
    return tuple(dict.fromkeys(day for day in days if day is not None))


def _clock(timed: re.Match[str]) -> tuple[time, timedelta | None]:
    """Return the time of day and the offset from UTC. Raises ValueError where there is no such time."""
    hour = int(timed["hour"])
    if timed["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock's face
            raise ValueError(timed["hour"])
        hour = hour % 12 + (12 if timed["half"] == "pm" else 0)
    microsecond = int((timed["fraction"] or "0").ljust(6, "0")[:6])
    clock = time(hour, int(timed["minute"]), int(timed["second"] or 0), microsecond)
    return clock, _offset(timed["zone"]) if timed["zone"] else None


def _offset(zone: str) -> timedelta:
    digits = zone[1:].replace(":", "")
    if not digits.isdigit():
        return timedelta(0)
    amount = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -amount if zone[0] == "-" else amount


def _without_weekday(words: str, policy: DatePolicy) -> tuple[int | None, str]:
    for pattern in _weekday_patterns(policy):
        found = pattern.fullmatch(words)
        if found:
            return policy.weekday_numbers[found["weekday"]], found["rest"]
    return None, words


@lru_cache(maxsize=8)
def _weekday_patterns(policy: DatePolicy) -> tuple[re.Pattern[str], re.Pattern[str]]:
    weekday, rest = rf"(?P<weekday>{_any_of(policy.weekday_numbers)})", "(?P<rest>.*[0-9].*)"
    return re.compile(rf"{weekday}[ .,]+{rest}"), re.compile(rf"{rest}[ ,]+\(?{weekday}\)?")


@lru_cache(maxsize=8)
def _patterns(policy: DatePolicy) -> tuple[tuple[re.Pattern[str], Precision], ...]:
    return tuple((_pattern(each.shape, policy), each.precision) for each in policy.formats)


def _pattern(shape: str, policy: DatePolicy) -> re.Pattern[str]:
    return re.compile("".join(_expressions(shape, policy)))


def _expressions(shape: str, policy: DatePolicy) -> Iterator[str]:
    separated = False
    for part in SHAPE_PART.findall(shape):
        if part == "month":
            yield f"(?P<name>{_any_of(policy.month_numbers)})"
        elif part == "/":
            yield "(?P=separator)" if separated else "(?P<separator>[/. -])"
            separated = True
        else:
            yield _EXPRESSIONS[part]


def _any_of(names: dict[str, int]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def _foreign(words: str, policy: DatePolicy) -> DateText:
    """Read a month in another language beside a year of four digits, with or without a day; nothing else."""
    numbers = _NUMBERS.findall(words)
    names = [word for word in _WORDS.findall(words) if word not in policy.connectors]
    years = [number for number in numbers if len(number) == 4]  # noqa: PLR2004 - digits of a full year
    days = [number for number in numbers if len(number) <= 2]  # noqa: PLR2004
    if len(years) != 1 or len(years + days) != len(numbers) or len(days) > 1 or len(names) != 1:
        return DateText()
    month = _foreign_months(policy).get(_without_accents(names[0]))
    if month is None or not _FOREIGN.fullmatch(words):
        return DateText()
    day = int(days[0]) if days else 1
    return DateText(_day(int(years[0]), month, day, policy), "day" if days else "month")


@lru_cache(maxsize=8)
def _foreign_months(policy: DatePolicy) -> dict[str, int]:
    """Return name → month in the policy's languages, without names on which the languages disagree."""
    from migrate.transform.known_words import month_words  # its libraries take time, and few texts need them

    meant: dict[str, set[int]] = {}
    for language in policy.languages:
        for number, name in month_words(language):
            meant.setdefault(_without_accents(name.lower()), set()).add(number)
    return {
        name: numbers.pop()
        for name, numbers in meant.items()
        if len(numbers) == 1 and len(name) >= _SHORTEST_NAME and name not in policy.no_months
    }


def _without_accents(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
