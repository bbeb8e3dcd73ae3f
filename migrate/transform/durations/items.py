"""The pieces of a text while it is being read: each has a kind (one letter) and what is known of it."""

from dataclasses import dataclass
from decimal import Decimal

Codes = frozenset[str]
NO_CODES: Codes = frozenset()


@dataclass(frozen=True, slots=True)
class Day:
    """A day of which the month or the year may not be said."""

    day: int
    month: int = 0
    year: int = 0


@dataclass(slots=True, eq=False)
class Item:
    """A word, number or sign, and later an amount, a rate, a clock range or dates.

    `low` and `high` are a quantity of `unit`; they differ in a range. The kinds of words and signs stand in
    words.py and tokens.py, and beside them O an ordinal, A a word that is an amount (kwartier), w a word that
    is not understood. Kinds of what is read from them: H hours or less, D days, W weeks, E elapsed time, G a
    vague amount, S sessions, U sessions of one length, C credits, N a number, R a rate, Q an amount "each",
    K a clock range, k one clock time, Z dates that count, 1 one date, 2 a month or years, ! what leaves
    nothing settled.
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
    total: str = ""  # where its word stands: before or after it, or apart: after a word that says nothing
    languages: Codes = NO_CODES
    per: str = ""  # the unit of a rate, and of the dates that it counts
    of: str = ""  # the kind of the amount that comes more than once, in R, Q and U
    is_half: bool = False  # half a day
    is_share: bool = False  # a number of what counts: 6 CPD
    fraction: tuple[int, int] | None = None  # of figures: numerator and denominator
    day: Day | None = None  # of one date; none where it is still to be read
    after_filler: str = ""  # a word that says nothing, where one stands before it
    before_filler: str = ""  # the same, where one stands behind it

    def coded(self, *codes: str) -> "Item":
        """Return the item itself with more codes."""
        self.codes = self.codes.union(codes)
        return self


def signature(items: list[Item]) -> str:
    """Return the kinds of the items as one string, for patterns."""
    return "".join([item.kind for item in items])
