"""What a word may be. Each kind is one letter, so that a text is a string that a pattern can match.

Beside these: n number, d tens, h multiplier, f fraction, u unit, A an amount in one word, s session,
c credit, M month, W weekday.
"""

from decimal import Decimal
from typing import NamedTuple

KINDS = {  # of the lists under `words` in a language's file
    "article": "a",
    "and": "+",
    "or": "|",
    "to": "t",
    "between": "B",
    "with": ",",
    "times": "x",
    "at": "x",
    "of": "o",
    "per": "p",
    "each": "p",
    "rate": "r",
    "blocker": "!",
    "absence": "!",
    "over": "v",
    "for": "j",
    "approx": "q",
    "at_least": "q",
    "at_most": "q",
    "tolerance": "q",
    "vague": "g",
    "whole": "y",
    "full_time": "F",
    "part_time": "P",
    "break": "b",
    "less": "l",
    "sign": "l",
    "including": "i",
    "total": "T",
    "total_hours": "T",
    "equals": "=",
    "past": "Y",
    "am": "m",
    "pm": "m",
    "oclock": "m",
    "noon": "k",
    "midnight": "k",
    "season": "M",
    "placeholder": "z",
    "doubt": "z",
    "share": "e",
    "count": "#",
    "filler": "",
    "label": "L",
    "name": "L",
    "unattended": "w",
    "aside": "w",
    "renewal": "w",
    "validity": "w",
    "begins": "w",
    "percent": "%",
    "marks": "w",
    "qualification": "w",
    "contrast": "w",
    "by": "w",
    "unknown": "w",
}


class Word(NamedTuple):
    """One meaning of a word: its kind, and what it stands for."""

    kind: str
    value: Decimal = Decimal(0)  # of a number or fraction; the number of a month or weekday
    unit: str = ""  # of a unit, rate or credit; am, pm or oclock of a clock mark
    is_plural: bool = False
    languages: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()

    @property
    def is_foreign(self) -> bool:
        """Whether an English reader would not know it."""
        return "en" not in self.languages
