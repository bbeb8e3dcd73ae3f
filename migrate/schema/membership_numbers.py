"""Which membership numbers are none at all: blank ones are NULL in v3, and shared by whoever has them."""

import pyarrow as pa
import pyarrow.compute as pc

# what is white space to Python, and two that nobody sees: NUL, which v3 cannot store, and the byte order mark
_SEEN = r"[^\s\x{0B}\x{1C}-\x{1F}\x{85}\p{Z}\x{00}\x{FEFF}]"


def are_numbers(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Tell which texts hold more than white space; NULL does not."""
    return pc.fill_null(pc.match_substring_regex(texts, _SEEN), False)
