"""Rows as lines of JSON, the form in which SQLite puts them together soonest, and back."""

from collections.abc import Sequence

import pyarrow as pa
from pyarrow import json
from sqlalchemy import ColumnElement, Text, cast, func, literal

from migrate.databases.delimited import as_text, in_one_block

TEXT = pa.large_string()
_AN_OBJECT = 50
"""How many columns go into one object: SQLite gives a function a hundred arguments or a few more."""


def line_of(columns: Sequence[ColumnElement[str]]) -> ColumnElement[str]:
    """Return an object of a row's values by their places, as texts: SQLite's JSON refuses octets."""
    members = [(str(place), cast(each, Text)) for place, each in enumerate(columns)]
    objects = [
        func.json_object(*(part for member in members[start : start + _AN_OBJECT] for part in member))
        for start in range(0, len(members), _AN_OBJECT)
    ]
    whole: ColumnElement[str] = objects[0]
    for more in objects[1:]:  # no member begins with { or ends with }
        begun = func.rtrim(whole, "}").op("||")(literal(","))
        whole = begun.op("||")(func.ltrim(more, "{"))
    return whole


def table_from_lines(content: bytes, columns: Sequence[str]) -> pa.Table:
    """Read lines of `line_of` into text columns. Bytes that are no UTF-8 are read as Windows-1252."""
    if not content:
        return pa.table({column: pa.array([], TEXT) for column in columns})
    schema = pa.schema([(str(place), pa.binary()) for place, _ in enumerate(columns)])
    found = json.read_json(
        pa.BufferReader(content),
        read_options=json.ReadOptions(use_threads=False, block_size=in_one_block(content)),
        parse_options=json.ParseOptions(explicit_schema=schema),
    )
    return pa.table({name: as_text(found[str(place)]) for place, name in enumerate(columns)})
