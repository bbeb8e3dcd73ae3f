"""The hash of rows: an expression by which MariaDB makes it, and the same made here of rows on their way in.

It is the sum of half the MD5 of each row, so that the order of rows does not matter. A row is hashed as its
values in the server's own words, each with its length, so that none can be mistaken for its neighbour.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Boolean, Column, ColumnElement, DateTime, Table, cast, func
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects.mysql import BINARY

TEXT = pa.large_string()
_NULL = "-"
_MICROSECONDS = 6


def hash_expression(columns: Iterable[ColumnElement[Any]]) -> ColumnElement[int]:
    """Return the hash of a row as SQL: NULL where the row is too long for the server to put together."""
    row = func.concat(*map(_with_length, columns))
    return cast(func.conv(func.left(func.md5(row), 16), 16, 10), mysql.INTEGER(unsigned=True))


def sum_of_hashes(table: Table, frame: pa.Table) -> int:
    """Return the sum of the hashes that the server will make of new rows.

    frame: canonical text (`migrate.load.canonical`); columns of the table that it lacks are NULL.
    """
    cells = [_cells(column, frame) for column in table.columns]
    rows = pc.binary_join_element_wise(*cells, pa.scalar("", TEXT)).cast(pa.large_binary())
    digests = b"".join(hashlib.md5(row, usedforsecurity=False).digest() for row in rows.to_pylist())
    halves = np.frombuffer(digests, dtype=">u8")[::2]
    return (int((halves >> 32).sum()) << 32) + int((halves & 0xFFFFFFFF).sum())


def flags_as_numbers(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Write flags as MariaDB stores them: 1 and 0."""
    numbers = pc.if_else(pc.equal(values, "true"), "1", "0").cast(TEXT)
    return pc.if_else(pc.is_null(values), pa.scalar(None, TEXT), numbers)


def _with_length(column: ColumnElement[Any]) -> ColumnElement[str]:
    octets = cast(column, BINARY)  # columns of several character sets cannot be put together as texts
    return func.ifnull(func.concat(func.length(column), ":", octets), _NULL)


def _cells(column: Column[Any], frame: pa.Table) -> pa.Array | pa.ChunkedArray | pa.Scalar:
    """Return `_with_length` of each row."""
    if column.name not in frame.column_names:
        return pa.scalar(_NULL, TEXT)
    values = frame[column.name]
    for kind, as_stored in _AS_STORED.items():
        if isinstance(column.type, kind):
            values = as_stored(values)
    length = pc.binary_length(values).cast(TEXT)
    return pc.fill_null(pc.binary_join_element_wise(length, values, pa.scalar(":", TEXT)), _NULL)


def _with_microseconds(moments: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write moments with all six digits of their fraction."""
    pointed = pc.binary_join_element_wise(moments, pa.scalar("", TEXT), pa.scalar(".", TEXT))
    pointed = pc.if_else(pc.match_substring(moments, "."), moments, pointed)
    return pc.utf8_rpad(pointed, len("2010-03-12 09:30:00.") + _MICROSECONDS, "0")


_AS_STORED: dict[type, Callable[[Any], Any]] = {Boolean: flags_as_numbers, DateTime: _with_microseconds}
