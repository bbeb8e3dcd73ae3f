"""A frame as the INSERTs that write it to SQLite: many rows a statement, and a value that they share once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Column, Table

from migrate.schema.arrow import differ, whole

ROWS_A_STATEMENT = (200, 20, 1)
"""Few lengths, since the driver caches each distinct statement together with its values. For the same reason
only the longest statements vary with the columns in which all their rows share one value."""
_FEW = 0.5
"""Where at most this share of rows differs from the row before, each distinct value is converted once."""


def inserts(table: Table, frame: pa.Table, most_values: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield statements and their values, which insert every row of a frame of text, in order.

    most_values: how many a statement may have.
    """
    columns = [_cells(table.columns[name], frame[name]) for name in frame.column_names]
    start = 0
    for length in ROWS_A_STATEMENT:
        while length * len(columns) <= most_values and start + length <= frame.num_rows:
            yield _insert(table.name, columns, start, length)
            start += length


@dataclass(frozen=True, eq=False)
class _Cells:
    """A column's values as SQLite stores them."""

    name: str
    values: list[Any]
    changes: np.ndarray[Any, np.dtype[np.int64]]
    """For each row, how often the value has changed up to it."""

    def is_one(self, start: int, length: int) -> bool:
        """Tell whether some rows share one value."""
        return bool(self.changes[start] == self.changes[start + length - 1])


def _cells(column: Column[Any], values: pa.ChunkedArray) -> _Cells:
    held = whole(values)
    changes = _changes(held)
    if changes[-1] > len(held) * _FEW:
        return _Cells(column.name, _as_stored(column, held), changes)
    encoded = held.dictionary_encode()
    distinct = np.array([*_as_stored(column, encoded.dictionary), None], dtype=object)
    places = encoded.indices.fill_null(len(distinct) - 1).to_numpy()
    return _Cells(column.name, distinct[places].tolist(), changes)


def _changes(values: pa.Array) -> np.ndarray[Any, np.dtype[np.int64]]:
    changed = differ(values.slice(0, len(values) - 1), values.slice(1))
    return np.concatenate(([0], np.cumsum(changed.to_numpy(zero_copy_only=False), dtype=np.int64)))


def _as_stored(column: Column[Any], values: pa.Array) -> list[Any]:
    """Return values as SQLite stores them: flags as 0 and 1."""
    listed: list[Any] = values.to_pylist()
    if column.type.python_type is bool:
        return [None if value is None else int(value == "true") for value in listed]
    return listed


def _insert(table: str, columns: list[_Cells], start: int, length: int) -> tuple[str, tuple[Any, ...]]:
    may_share = columns if length == ROWS_A_STATEMENT[0] else []
    shared = [column for column in may_share if column.is_one(start, length)]
    own = [column for column in columns if column not in shared]
    cells: list[Any] = [None] * (length * len(own))
    for place, column in enumerate(own):
        cells[place :: len(own)] = column.values[start : start + length]
    names = tuple(column.name for column in shared), tuple(column.name for column in own)
    return _statement(table, *names, length), (*(column.values[start] for column in shared), *cells)


@lru_cache
def _statement(table: str, shared: tuple[str, ...], own: tuple[str, ...], length: int) -> str:
    """Return an INSERT in which the shared values are bound once, by number, before all others."""
    columns = ", ".join(f'"{name}"' for name in shared + own)
    numbered = [f"?{number}" for number, _ in enumerate(shared, start=1)]
    row = "(" + ", ".join([*numbered, *("?" for _ in own)]) + ")"
    return f'INSERT INTO "{table}" ({columns}) VALUES ' + ", ".join([row] * length)  # noqa: S608  # names, no values
