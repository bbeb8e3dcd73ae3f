"""The hash of rows: an expression by which MariaDB makes it, and the same made here of rows on their way in.

It is the sum of the first 64 bits of each row's SHA-1, which the server makes sooner than an MD5; the order
of rows does not matter. What is hashed of a row is the lengths of all its values, and then the values as the
server writes them: so none can be mistaken for part of its neighbour.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Boolean, Column, ColumnElement, DateTime, Table, case, cast, func
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects.mysql import BINARY

from migrate.databases.as_stored import flags_as_numbers
from migrate.schema.arrow import TEXT

_NULL = "-"
_AFTER_EACH = ":"
_MICROSECONDS = 6
_ROWS_AT_ONCE = 2_000
"""Each is a Python object for a moment."""


def hash_expression(columns: Iterable[ColumnElement[Any]]) -> ColumnElement[int]:
    """Return the hash of a row as SQL: NULL where the row is too long for the server to put together."""
    listed = list(columns)
    lengths = func.concat_ws(_AFTER_EACH, *(func.ifnull(func.length(column), _NULL) for column in listed), "")
    row = func.concat(lengths, *map(_octets, listed))
    return cast(func.conv(func.left(func.sha1(row), 16), 16, 10), mysql.INTEGER(unsigned=True))


def _octets(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a value's octets, since several character sets cannot be put together: nothing of a NULL.

    A value that the server cannot cast comes out as NULL, and makes one of the row.
    """
    return case((column.is_(None), ""), else_=cast(column, BINARY))


def sum_of_hashes(table: Table, frame: pa.Table) -> int:
    """Return the sum of the hashes that the server will make of new rows.

    frame: canonical text (`migrate.load.canonical`); columns of the table that it lacks are NULL.
    """
    parts = (frame.slice(start, _ROWS_AT_ONCE) for start in range(0, frame.num_rows, _ROWS_AT_ONCE))
    return sum(_sum_of_part(table, part) for part in parts)


def _sum_of_part(table: Table, frame: pa.Table) -> int:
    stored = [_as_stored(column, frame) for column in table.columns]
    lengths = [pc.fill_null(pc.binary_length(values).cast(TEXT), _NULL) for values in stored]
    octets = [pc.fill_null(values, "") for values in stored]
    nothing, end = pa.scalar("", TEXT), pa.scalar(_AFTER_EACH, TEXT)
    told = pc.binary_join_element_wise(*lengths, nothing, end)
    rows = pc.binary_join_element_wise(told, *octets, nothing).cast(pa.large_binary())
    digests = b"".join(hashlib.sha1(row, usedforsecurity=False).digest()[:8] for row in rows.to_pylist())
    return _sum(np.frombuffer(digests, dtype=">u8"))


def sum_of_numbers(hashes: pa.ChunkedArray) -> int:
    """Return the sum of hashes that the server has sent as text."""
    return _sum(hashes.cast(pa.uint64()).to_numpy())


def _sum(hashes: np.ndarray[Any, np.dtype[np.uint64]]) -> int:
    """Return what does not fit into 64 bits: the sum of the upper halves, and that of the lower."""
    upper, lower = hashes >> np.uint64(32), hashes & np.uint64(2**32 - 1)
    return (int(upper.sum(dtype=np.uint64)) << 32) + int(lower.sum(dtype=np.uint64))


def _as_stored(column: Column[Any], frame: pa.Table) -> pa.Array | pa.ChunkedArray:
    """Return the values of a column as the server will say them."""
    if column.name not in frame.column_names:
        return pa.nulls(frame.num_rows, TEXT)
    values = frame[column.name]
    for kind, as_stored in _AS_STORED.items():
        if isinstance(column.type, kind):
            values = as_stored(values)
    return values


def _with_microseconds(moments: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write moments with all six digits of their fraction."""
    pointed = pc.binary_join_element_wise(moments, pa.scalar("", TEXT), pa.scalar(".", TEXT))
    pointed = pc.if_else(pc.match_substring(moments, "."), moments, pointed)
    return pc.utf8_rpad(pointed, len("2010-03-12 09:30:00.") + _MICROSECONDS, "0")


_AS_STORED: dict[type, Callable[[Any], Any]] = {Boolean: flags_as_numbers, DateTime: _with_microseconds}
