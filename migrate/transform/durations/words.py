"""What a word may be. Each kind is one letter, so that a text is a string that a pattern can match."""

from decimal import Decimal
from typing import NamedTuple

KINDS = {  # the legend of rules/durations/shapes.yaml, for words and signs
    "number": "n",
    "tens": "d",
    "multiplier": "h",
    "fraction": "f",
    "article": "a",
    "unit": "u",
    "session": "s",
    "credit": "c",
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
    "month": "M",
    "weekday": "W",
    "placeholder": "z",
    "doubt": "z",
    "share": "e",
    "filler": "",
    "label": "L",
    "name": "L",
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
