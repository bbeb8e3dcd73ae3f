"""What no v3 database can store, a NUL or a lone surrogate, is removed; all other text is kept to the letter.

A lone surrogate stands in a frame as the three bytes that UTF-8 would give it (0xED 0xA0 to 0xBF …), which is
not valid UTF-8: such a text must be cleaned or shown before Python looks at it. The ledger cannot store those
characters either, so a raw value shows them as \\u0000 or \\ud83d.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from migrate.schema.arrow import TEXT, octets_of
from migrate.transform.columns import Mask, mask_of, rows_of

_UNSTORABLE = rb"\x00|\xed[\xa0-\xbf][\x80-\xbf]"
_FIRST_OF_SURROGATES = 0xED


def unstorable(texts: pa.LargeStringArray) -> Mask:
    """Return where texts hold a character that v3 cannot store."""
    if _is_plain(texts):
        return np.zeros(len(texts), dtype=bool)
    return mask_of(pc.match_substring_regex(texts.view(pa.large_binary()), _UNSTORABLE))


def cleaned(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Return the texts without the characters that v3 cannot store; all else to the letter."""
    if not unstorable(texts).any():
        return texts
    storable = pc.replace_substring_regex(texts.view(pa.large_binary()), _UNSTORABLE, b"")
    return storable.view(TEXT)


def shown(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Return the texts as the ledger keeps them: what cannot be stored is written out."""
    damaged = unstorable(texts)
    if not damaged.any():
        return texts
    raw = texts.view(pa.large_binary())
    written = [_written_out(raw[place].as_py()) for place in rows_of(damaged)]
    return pc.replace_with_mask(cleaned(texts), pa.array(damaged), pa.array(written, TEXT))


def _written_out(raw: bytes) -> str:
    escaped = raw.decode("utf-8", "surrogatepass").encode("utf-8", "backslashreplace")
    return escaped.decode("utf-8").replace("\0", "\\u0000")


def _is_plain(texts: pa.LargeStringArray) -> bool:
    """Tell that no byte is NUL or one that a surrogate may begin with."""
    octets = octets_of(texts)
    return not len(octets) or bool(octets.min() > 0 and octets.max() < _FIRST_OF_SURROGATES)
