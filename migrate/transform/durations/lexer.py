"""Text to pieces: numbers, clock times, dates, words and signs."""

import re
from functools import lru_cache

_ISO = r"(?<![^\W_])p(?=\d|t\d)(?:\d+(?:[.,]\d+)?[ymwd])*(?:t(?:\d+(?:[.,]\d+)?[hms])+)?(?![^\W_])"
_QUARTER = r"(?<![^\W_])q[1-4](?![^\W_])"
_DATE = (
    r"(?<![\d.,/])(?:\d{4}(?P<after_year>[/.\-])\d{1,2}(?P=after_year)\d{1,2}(?!\d)"
    r"|\d{1,2}\s?(?P<after_day>[/.\-])\s?\d{1,2}\s?(?P=after_day)\s?(?:\d{4}|\d{2})(?![\d:]|[.,]\d))"
)
_MONTH = (
    r"(?<![\d.,/])(?:0?[1-9]|1[0-2])[/.\-](?:19|20)\d{2}(?![\d/\-]|\.\d)"
    r"|(?:19|20)\d0s(?![^\W_])"
)
_TIME = r"\d{1,3}:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?![\d:]|\.\d)"
_ODD = r"\d+\ue001|\d[\d.,]*e[+\-]?\d+|\d+:\d[\d:.]*|\d[\d,.]*\s?(?:%|[£$€](?!\d))"
_ODD_SIGN = r"(?:^|(?<=\s)):\d+|#\d++(?!\s?[x*@])|[£$€]\s?\d[\d,.]*k?"
_FRACTION = r"(?<![\d.,/])\d+\s?[/⁄]\s?\d+(?![\d/⁄]|[.,]\d)"
_ORDINAL = r"\d{1,2}\s?(?:st|nd|rd|th)(?![^\W_])"
_NUMBER = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])"
    r"|\d{1,3}(?: \d{3})+(?![\d:/.,])"
    r"|\d+(?=,\d+,\d)|(?<=\d,)\d+(?=,\d)"
    r"|\d+[.,]\d+(?![.,]?\d)|\d+"
)
_POINT = r"(?:(?<![\w.,])|(?<=[\d ]x))[.,]\d+"  # 2x.5 day
_LETTER_FOR_FIGURE = r"(?<![^\W_])(?:[oil][.,]|i)\d+"  # O.5, I0: nobody can be sure that it is a figure
_UNSPACED = "\u0e00-\u0e7f\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTERS = rf"[^\W\d_{_UNSPACED}]+"
_WORD = rf"(?:(?<=\d)|(?<=\d )){_LETTERS}?(?=x\d)|{_LETTERS}"  # 2hrsx2: the x stands by itself


@lru_cache(maxsize=8)
def token_pattern(unspaced: tuple[str, ...] = ()) -> "re.Pattern[str]":
    """Return the pattern whose matches are a text's pieces; words of scripts without spaces are given.

    The group's name says what a piece is. Words come first since they are most of a text; what begins with a
    figure is tried only where there is one.
    """
    known = "|".join(map(re.escape, unspaced)) or "(?!)"
    return re.compile(
        f"(?P<iso>{_ISO})|(?P<quarter>{_QUARTER})|(?P<odd_figure>{_LETTER_FOR_FIGURE})|(?P<word>{_WORD})"
        f"|(?=\\d)(?:(?P<date>{_DATE})|(?P<month>{_MONTH})|(?P<time>{_TIME})|(?P<odd>{_ODD})"
        f"|(?P<fraction>{_FRACTION})|(?P<ordinal>{_ORDINAL})|(?P<number>{_NUMBER}))"
        f"|(?P<odd_sign>{_ODD_SIGN})|(?P<point>{_POINT})"
        f"|(?P<unspaced>{known})|(?P<unknown>[{_UNSPACED}]+?(?={known}|[^{_UNSPACED}]|$))"
        f"|(?P<sign>[^\\s\\x00-\\x1f])"
    )


def split(text: str) -> tuple[str, ...]:
    """Return a phrase of the vocabulary as the pieces it is met as, without dashes."""
    return tuple(found[0] for found in token_pattern().finditer(text) if found[0] != "-")


def is_unspaced(text: str) -> bool:
    """Say whether a word is of a script that does not put spaces between words."""
    return bool(re.search(f"[{_UNSPACED}]", text))
