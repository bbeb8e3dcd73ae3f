"""Figures in words: shares that never round to nothing or to everything, moments, counts, readings."""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any


def share(part: int, whole: int) -> str:
    """Return a share in per cent; 0 % and 100 % are said only where they are exact."""
    if whole == 0:
        return "–"
    lesser = Decimal(100) * min(part, whole - part) / whole
    rounded = _rounded_down(lesser)
    return f"{(rounded if part <= whole - part else 100 - rounded).normalize():f} %"


def _rounded_down(share: Decimal) -> Decimal:
    """Round to one decimal place, or to as many as it takes to see something."""
    digits = 1
    while share and not share.quantize(Decimal(1).scaleb(-digits), ROUND_DOWN):
        digits += 1
    return share.quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)


def moment(at: datetime | None) -> str:
    """Return a moment for a reader (UTC)."""
    return "–" if at is None else f"{at.day} {at:%B %Y, %H:%M} UTC"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: 1 row, 2,000 rows."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def candidate_words(candidates: list[Any]) -> str | None:
    """Return the possible readings of a text, separated by ' or '; None where there are none."""
    return " or ".join(_words(each) for each in candidates) or None


def _words(candidate: Any) -> str:
    parts = candidate.values() if isinstance(candidate, dict) else (candidate,)
    return " ".join(map(str, parts))
