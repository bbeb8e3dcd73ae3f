"""Rows as lines of JSON, the form in which SQLite puts them together soonest, and back."""

from collections.abc import Sequence

import pyarrow as pa
from pyarrow import json
from sqlalchemy import ColumnElement, Text, cast, func

from migrate.databases.delimited import as_text

TEXT = pa.large_string()
_SHORTEST_BLOCK, _LONGEST_BLOCK = 1 << 20, 2**31 - 1


def line_of(columns: Sequence[ColumnElement[str]]) -> ColumnElement[str]:
    """Return an object with a row's values as texts, each by its place: JSON has no octets."""
    members = [part for place, each in enumerate(columns) for part in (str(place), cast(each, Text))]
    return func.json_object(*members)


def table_from_lines(content: bytes, columns: Sequence[str]) -> pa.Table:
    """Read lines of `line_of` into text columns. Bytes that are no UTF-8 are read as Windows-1252."""
    if not content:
        return pa.table({column: pa.array([], TEXT) for column in columns})
    schema = pa.schema([(str(place), pa.binary()) for place, _ in enumerate(columns)])
    block = min(max(len(content) + 1, _SHORTEST_BLOCK), _LONGEST_BLOCK)  # a row must fit into a block
    found = json.read_json(
        pa.BufferReader(content),
        read_options=json.ReadOptions(use_threads=False, block_size=block),
        parse_options=json.ParseOptions(explicit_schema=schema),
    )
    return pa.table({name: as_text(found[str(place)]) for place, name in enumerate(columns)})
