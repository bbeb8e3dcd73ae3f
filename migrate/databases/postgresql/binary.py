"""Frames of text in the binary form of COPY, which PostgreSQL takes in for half of what CSV costs it.

What has no certain binary form goes as CSV: a column of a type that is not listed here, and a value that
Arrow cannot read as its column's type; the server then says what is wrong with it.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pgpq import ArrowToPostgresBinaryEncoder
from sqlalchemy import Connection, text

from migrate.schema.arrow import TEXT, whole

_ID = pa.binary(16)
_DIGITS = 32
_ROWS_A_PIECE = 4_000

_TYPES: Mapping[str, pa.DataType] = {
    "text": TEXT,
    "character varying": TEXT,
    "character": TEXT,
    "uuid": _ID,
    "boolean": pa.bool_(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "numeric": pa.decimal128(38, 8),
    "date": pa.date32(),
    "timestamp without time zone": pa.timestamp("us"),
}
"""The server's name of a type → what its values are sent as."""

_COLUMNS = text(
    "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
    "WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped"
)


def binary_from_table(connection: Connection, name: str, frame: pa.Table) -> Iterator[bytes] | None:
    """Return a frame of text as binary COPY takes it into a table, piece by piece; None where CSV must do.

    While a piece is made the server takes in the one before. name: of the table, quoted. The types are asked
    of the server: v3's tables may have others than ours.
    """
    kinds = {column: kind for column, kind in connection.execute(_COLUMNS, {"name": name})}  # noqa: C416
    if not {kinds.get(column, "") for column in frame.column_names} <= set(_TYPES):
        return None
    try:
        columns = {
            column: _typed(whole(frame[column]), _TYPES[kinds[column]]) for column in frame.column_names
        }
    except (pa.ArrowInvalid, ValueError):
        return None
    return _encoded(pa.RecordBatch.from_pydict(columns))


def _encoded(rows: pa.RecordBatch) -> Iterator[bytes]:
    encoder = ArrowToPostgresBinaryEncoder(rows.schema)
    yield encoder.write_header()
    for start in range(0, rows.num_rows, _ROWS_A_PIECE):
        yield encoder.write_batch(rows.slice(start, _ROWS_A_PIECE))
    yield encoder.finish()


def _typed(texts: pa.LargeStringArray, kind: pa.DataType) -> pa.Array:
    if kind is TEXT:
        return texts
    return _octets(texts) if kind is _ID else texts.cast(kind)


def _octets(ids: pa.LargeStringArray) -> pa.FixedSizeBinaryArray:
    """Return ids of 32 hex digits as their 16 bytes. Raises ValueError where one is anything else."""
    missing = ids.is_null()
    digits = pc.fill_null(ids, "0" * _DIGITS)
    if not pc.all(pc.equal(pc.binary_length(digits), _DIGITS)).as_py():
        raise ValueError("an id has 32 hex digits")
    _, offsets, letters = digits.buffers()
    start = np.frombuffer(offsets, np.int64)[digits.offset]
    joined = letters.slice(start, len(ids) * _DIGITS).to_pybytes().decode("ascii")
    content = bytes.fromhex(joined)
    if len(content) * 2 != len(joined):
        raise ValueError("an id has no spaces")
    octets = pa.Array.from_buffers(_ID, len(ids), [None, pa.py_buffer(content)])
    return pc.if_else(missing, pa.scalar(None, _ID), octets)
