"""What a report may show of v2's texts: no personal data, and nothing invisible.

In free text, e-mail addresses and telephone numbers are masked. Columns that hold only personal data are
withheld as a whole. Control characters that reverse or hide text are spelt out (‹U+202E›).
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from migrate.schema.storable import written_out

_SPELT = "‹U+{:04X}›"
WITHHELD = "‹withheld: personal data›"

_PERSONAL: dict[str, frozenset[str]] = {
    "members": frozenset({"membership_number", "title", "forename", "surname", "email"}),
    "verifications": frozenset({"verifier_name", "verifier_email"}),
    "supporters": frozenset({"name", "email", "membership_number"}),
    "schemes": frozenset({"coordinator_email"}),
}
_EMAIL = re.compile(
    r"""
    (?:[^\s@<>"'(),;:]{1,64}|"[^"@]{1,64}")
    (?:\s?@\s?|\s?[\[(]\s?at\s?[\])]\s?)      # also (at), written against harvesters
    [^\s@<>"'(),;:]{1,255}\.\w{2,}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PHONE = re.compile(
    r"""
    (?<![\d.,/-])(?:
      (?:\+|00)[1-9][\d\s().-]{6,18}\d     # +44 7700 900123, 0044 (0)20 ...
    | \(?0\d{2,5}\)?(?:[\s.-]?\d{2,8}){1,4}  # 020 7946 0958, (01632) 960001
    | \(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}    # 555 123 4567
    )(?![\w/:])
    """,
    re.VERBOSE,
)
_FEWEST_DIGITS, _MOST_DIGITS = 10, 15  # 8 digits are a date (01-02-2010) or two clock times (0900-1630)
_OFTEN = 200  # characters: shorter texts are likely to be repeated
_KEPT_CONTROLS = "\n\r\t"
_TURNING = (
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


@dataclass(frozen=True)
class Privacy:
    """How texts of v2 are shown; `with_personal_data` shows them whole."""

    with_personal_data: bool = False

    def shown(self, table: str, column: str | None, text: str | None) -> str | None:
        """Return a text of a v2 column as a report may show it; NULL stays NULL."""
        if text is None:
            return None
        if self.withholds(table, column):
            return WITHHELD
        show = _shown_often if len(text) <= _OFTEN else _shown
        return show(text, self.with_personal_data)

    def masks(self, table: str, column: str | None, text: str | None) -> bool:
        """Say whether a text is not shown whole. Its readings may then give away what is masked."""
        return text is not None and self.shown(table, column, text) != visible(text)

    def withholds(self, table: str, column: str | None) -> bool:
        """Say whether a column (NULL: the whole row) holds nothing that may be shown."""
        if self.with_personal_data or table not in _PERSONAL:
            return False
        return column is None or column in _PERSONAL[table]


def _shown(text: str, with_personal_data: bool) -> str:
    return visible(text if with_personal_data else mask(text))


_shown_often = lru_cache(maxsize=65536)(_shown)


def mask(text: str) -> str:
    """Return the text without the e-mail addresses and telephone numbers in it."""
    if text.isascii() and "&" not in text:
        return _masked(text)
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    as_typed, as_read = _masked(text), _masked(plain)  # full-width figures or &#64; are masked in one only
    return as_read if as_read.count("‹") > as_typed.count("‹") else as_typed


def _masked(text: str) -> str:
    masked = _EMAIL.sub("‹e-mail›", text) if "@" in text or "at" in text.lower() else text
    return _PHONE.sub(_masked_number, masked)


def visible(text: str) -> str:
    """Return the text with controls that turn, hide or end text spelt out; line breaks and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_spelt, written_out(text, _SPELT)))


def _masked_number(found: re.Match[str]) -> str:
    digits = sum(character.isdigit() for character in found[0])
    return "‹telephone›" if _FEWEST_DIGITS <= digits <= _MOST_DIGITS else found[0]


def _spelt(character: str) -> str:
    if character in _KEPT_CONTROLS:
        return character
    hides = character in _TURNING or unicodedata.category(character) in {"Cc", "Cs"}
    return _SPELT.format(ord(character)) if hides else character
