"""What no v3 database can store, a NUL or a lone surrogate, is removed; all other text is kept to the letter.

A lone surrogate stands in a frame as the three bytes that UTF-8 would give it (0xED 0xA0 to 0xBF …), which is
not valid UTF-8: such a text must be cleaned or shown before Python looks at it.
"""

import pyarrow as pa
import pyarrow.compute as pc

from migrate.schema.arrow import TEXT, octets_of

_UNSTORABLE = rb"\x00|\xed[\xa0-\xbf][\x80-\xbf]"
_FIRST_OF_SURROGATES = 0xED


def unstorable(texts: pa.LargeStringArray) -> pa.BooleanArray:
    """Tell which texts hold a character that v3 cannot store; NULL does not."""
    if _is_plain(texts):
        return pa.repeat(pa.scalar(False), len(texts))
    return pc.fill_null(pc.match_substring_regex(texts.view(pa.large_binary()), _UNSTORABLE), False)


def cleaned(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Return the texts without the characters that v3 cannot store; all else to the letter."""
    if _is_plain(texts):
        return texts
    storable = pc.replace_substring_regex(texts.view(pa.large_binary()), _UNSTORABLE, b"")
    return storable.view(TEXT)


def _is_plain(texts: pa.LargeStringArray) -> bool:
    """Tell that no byte is NUL or one that a surrogate may begin with."""
    octets = octets_of(texts)
    return not len(octets) or bool(octets.min() > 0 and octets.max() < _FIRST_OF_SURROGATES)
