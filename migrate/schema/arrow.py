"""Columns of text in Arrow, which frames between v2 and v3 are made of: their type, and how they are used.

In pandas the same columns are of `migrate.schema.frames.TEXT`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pa.large_string()
NULL = pa.scalar(None, TEXT)
_BETWEEN = pa.scalar("\x1f", TEXT)  # made to stand between fields, so nobody types it
_NO_TEXT = "\x00"  # which v3 cannot store, so no text that was loaded or reported is this


def differ(left: pa.Array | pa.ChunkedArray, right: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Tell where two columns differ; NULL differs from every text, and from no NULL."""
    unlike = pc.fill_null(pc.not_equal(left, right), False)
    return whole(pc.or_(unlike, pc.xor(pc.is_null(left), pc.is_null(right))))


def as_one_text(*parts: pa.Array | pa.ChunkedArray | pa.Scalar) -> pa.Array:
    """Return the parts of each row as one text to find it by; NULL where a part is."""
    return whole(pc.binary_join_element_wise(*parts, _BETWEEN))


def rows_as_text(table: pa.Table, columns: Iterable[str]) -> pa.Array:
    """Return each row's values in some columns as one text to compare rows by: NULL equals NULL alone."""
    return as_one_text(*(pc.fill_null(table[name], _NO_TEXT) for name in columns))


def no_rows(columns: Iterable[str]) -> pa.Table:
    """Return a table of columns of text without rows."""
    return pa.schema([(name, TEXT) for name in columns]).empty_table()


def nowhere(count: int) -> pa.Array:
    """Return a mask of so many rows that is true of none."""
    return pa.repeat(pa.scalar(False), count)


def with_columns(table: pa.Table, columns: Mapping[str, Any]) -> pa.Table:
    """Return a table with other values in some of the columns that it has."""
    for name, values in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, values)
    return table


def whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, copied only where it is in several (`combine_chunks` always copies).

    The result may be a slice: who reads its buffers has regard to its offset.
    """
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def octets_of(texts: pa.LargeStringArray) -> npt.NDArray[np.uint8]:
    """Return all texts of an array one after the other as UTF-8: looked through at the speed of memory."""
    _, offsets, octets = texts.buffers()
    if octets is None or not len(texts):
        return np.array([], np.uint8)
    ends = np.frombuffer(offsets, np.int64)[texts.offset :][: len(texts) + 1]
    return np.frombuffer(octets, np.uint8)[ends[0] : ends[-1]]
