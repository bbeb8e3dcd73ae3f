"""What no v3 database can store, a NUL or a lone surrogate, is removed; all other text is kept to the letter.

Neither Arrow nor a database takes a lone surrogate from Python, so one stands in a frame as `stand_in` writes
it: a NUL and three code points that are no characters, for the last three of its four hex digits.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from migrate.schema.arrow import octets_of

_FIRST_DIGIT = 0xFDD0
_UNSTORABLE = re.compile("\0([\ufdd0-\ufddf]{3})?")


def stand_in(surrogate: str) -> str:
    """Return what stands in a frame for a lone surrogate."""
    return "\0" + "".join(chr(_FIRST_DIGIT + int(digit, 16)) for digit in f"{ord(surrogate):x}"[1:])


def written_out(text: str, form: str = "\\u{:04x}") -> str:
    """Return a text with what cannot be stored written by its number: \\u0000, \\ud83d."""
    return _UNSTORABLE.sub(lambda found: form.format(_number(found[1])), text)


def unstorable(texts: pa.LargeStringArray) -> pa.BooleanArray:
    """Tell which texts hold a character that v3 cannot store; NULL does not."""
    if _is_plain(texts):
        return pa.repeat(pa.scalar(False), len(texts))
    return pc.fill_null(pc.match_substring(texts, "\0"), False)


def cleaned(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Return the texts without the characters that v3 cannot store; all else to the letter."""
    return texts if _is_plain(texts) else pc.replace_substring_regex(texts, _UNSTORABLE.pattern, "")


def _is_plain(texts: pa.LargeStringArray) -> bool:
    """Tell that no byte is NUL."""
    octets = octets_of(texts)
    return not len(octets) or bool(octets.min() > 0)


def _number(digits: str | None) -> int:
    return int("d" + "".join(f"{ord(each) - _FIRST_DIGIT:x}" for each in digits), 16) if digits else 0
