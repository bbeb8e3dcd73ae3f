"""The v3 id of a v2 row: a function of its table and key, the same on any machine and in any run.

The ids are UUIDs of version 8 (RFC 9562) that keep v2's order, because random keys made a million index
inserts three times slower when measured: the table stands in the first 8 bits and the key, its sign bit
flipped, in the next 64 free bits. For a key that is not a 64-bit integer these bits hold a digest.

    tttttttt kkkkkkkk×5 | 8 kkkkkkkkkkkk | 10 kkkkkkkkkkkk d 0…     t table, k key, d 1 for a digest
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from migrate.schema import frames, v2
from migrate.schema.arrow import NULL, TEXT, whole

Words = npt.NDArray[np.uint64]

TABLE_CODES = {name: code for code, name in enumerate(v2.metadata.tables, start=1)}
"""The first byte of an id. Tables are only ever appended: an id never changes."""

_VERSION = np.uint64(8 << 12)
_VARIANT = np.uint64(2 << 62)
_SIGN = np.uint64(1 << 63)
_HEX = np.frombuffer(b"".join(b"%02x" % byte for byte in range(256)), dtype="S2")
_MADE = r"^0[1-9a-c][0-9a-f]{10}8[0-9a-f]{3}[89ab]"
_INTEGER = r"^(0|-?[1-9][0-9]{0,17})$"

ENDS_IN = "0" * 12
"""The last hex digits of every id that is made from an integer key."""


def v3_ids(table: str, keys: pd.Series) -> pd.Series:
    """Return the v3 ids (TEXT, 32 hex digits) of the rows of a v2 table.

    keys: v2's keys as TEXT; NULL stays NULL. The result has the index of `keys`.
    """
    texts = whole(pa.array(keys, type=TEXT))
    numeric = pc.fill_null(pc.match_substring_regex(texts, _INTEGER), False)
    numbers = pc.cast(pc.if_else(numeric, texts, pa.scalar("0", TEXT)), pa.int64())
    high, low = _from_integers(TABLE_CODES[table], numbers.to_numpy(zero_copy_only=False))
    others = np.flatnonzero(~numeric.to_numpy(zero_copy_only=False))
    for place in others:  # rare: a v2 whose keys are not integers
        key = texts[place].as_py()
        if key is not None:
            high[place], low[place] = _from_text(table, key)
    return pd.Series(_hex_digits(high, low, texts.is_null()), index=keys.index, dtype=frames.TEXT)


def v3_id(table: str, key: str) -> str:
    """Return the v3 id of one row of a v2 table."""
    return str(v3_ids(table, pd.Series([key], dtype=frames.TEXT)).iloc[0])


def is_made(ids: pa.Array) -> pa.Array:
    """Tell which v3 ids the migration made: those of version 8 that begin with the code of a table."""
    return pc.match_substring_regex(ids, _MADE)


def are_integers(keys: pa.Array | pa.ChunkedArray) -> bool:
    """Tell whether all keys (text) are integers: their ids are in the order of the numbers."""
    return pc.all(pc.match_substring_regex(keys, _INTEGER)).as_py() in (True, None)


def _from_integers(code: int, numbers: npt.NDArray[np.int64]) -> tuple[Words, Words]:
    ordered = numbers.view(np.uint64) ^ _SIGN
    high = (
        np.uint64(code << 56)
        | ((ordered >> np.uint64(24)) << np.uint64(16))
        | _VERSION
        | ((ordered >> np.uint64(12)) & np.uint64(0xFFF))
    )
    low = _VARIANT | ((ordered & np.uint64(0xFFF)) << np.uint64(50))
    return high, low


def _from_text(table: str, key: str) -> tuple[int, int]:
    digest = xxhash.xxh3_128_intdigest(f"{table}\x1f{key}".encode("utf-8", "surrogatepass"))
    high = (TABLE_CODES[table] << 56) | ((digest >> 88) << 16) | (8 << 12) | ((digest >> 76) & 0xFFF)
    low = (2 << 62) | (((digest >> 64) & 0xFFF) << 50) | (1 << 49) | (digest & ((1 << 49) - 1))
    return high, low


def _hex_digits(high: Words, low: Words, missing: pa.Array) -> pa.Array:
    """Write each id's 16 bytes as 32 hex digits, a whole column at a time."""
    octets = np.stack([high, low], axis=1).astype(">u8").view(np.uint8).reshape(-1)
    digits = _HEX[octets].tobytes()
    offsets = np.arange(len(high) + 1, dtype=np.int64) * 32
    ids = pa.LargeStringArray.from_buffers(len(high), pa.py_buffer(offsets), pa.py_buffer(digits))
    return pc.if_else(missing, NULL, ids)
