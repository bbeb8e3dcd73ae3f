"""Texts with a NUL or a lone surrogate, as the ledger shows them.

The ledger cannot store those characters either (`migrate.schema.storable`), so a raw value shows them as
\\u0000 or \\ud83d.
"""

import pyarrow as pa
import pyarrow.compute as pc

from migrate.schema.arrow import TEXT
from migrate.schema.storable import cleaned, unstorable, written_out
from migrate.transform.columns import mask_of, rows_of


def shown(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Return the texts as the ledger keeps them, with characters that cannot be stored written as escapes."""
    damaged = mask_of(unstorable(texts))
    if not damaged.any():
        return texts
    written = [written_out(texts[place].as_py()) for place in rows_of(damaged)]
    return pc.replace_with_mask(cleaned(texts), pa.array(damaged), pa.array(written, TEXT))
