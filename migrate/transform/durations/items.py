"""The pieces of a text while it is being read: each has a kind (one letter) and what is known of it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Codes = frozenset[str]
NO_CODES: Codes = frozenset()


@dataclass(slots=True, eq=False)
class Item:
    """A word, number or sign, and later an amount, a rate, a clock range or dates.

    `low` and `high` are a quantity of `unit`; they differ in a range. Kinds of what is read from words:
    H hours or less, D days, W weeks, E elapsed time, G a vague amount, S sessions, U sessions of one length,
    C credits, N a number, R a rate, Q an amount "each", K a clock range, k one clock time, Z dates.
    """

    kind: str
    text: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    unit: str = ""
    codes: Codes = NO_CODES
    is_plural: bool = False
    after_space: bool = False
    is_word: bool = False  # a number in letters
    is_total: bool = False
    languages: Codes = NO_CODES
    per: str = ""  # the unit of a rate
    dates: Any = None

    def coded(self, *codes: str) -> "Item":
        """Return the item itself with more codes."""
        self.codes = self.codes.union(codes)
        return self


def signature(items: list[Item]) -> str:
    """Return the kinds of the items as one string, for patterns."""
    return "".join([item.kind for item in items])
