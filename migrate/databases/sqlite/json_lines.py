"""Rows as lines of JSON, the form that SQLite makes fastest: how it is asked for, made here, and read."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json
from sqlalchemy import ColumnElement, Text, cast, func, literal

from migrate.databases.delimited import as_text, in_one_block
from migrate.schema.arrow import TEXT, no_rows, octets_of

_QUOTE, _NOTHING = pa.scalar('"', TEXT), pa.scalar("", TEXT)
_CONTROLS = 0x20
_ESCAPES = {code: f"\\u{code:04x}" for code in range(_CONTROLS)} | {
    ord(character): written
    for character, written in {
        "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
    }.items()
}  # fmt: skip
"""How SQLite writes the characters that may not stand in a text of JSON."""
_AN_OBJECT = 50
"""How many columns go into one object: SQLite allows a function about a hundred arguments."""


def line_of(columns: Sequence[ColumnElement[str]]) -> ColumnElement[str]:
    """Return an object of a row's values by their places, as texts: SQLite's JSON refuses bytes."""
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


def content_of(columns: Sequence[pa.ChunkedArray]) -> bytes | None:
    """Return the lines that SQLite would make of columns of text, below one another.

    None for many columns, whose lines SQLite may write differently.
    """
    if len(columns) > _AN_OBJECT:
        return None
    if not len(columns[0]):
        return b""
    parts: list[Any] = []
    for place, values in enumerate(columns):
        parts += [f'{"," if place else "{"}"{place}":', *_written(values)]
    joined = [*_joined([*parts, "}\n"])]
    if len(joined) == 1:  # every row is NULL throughout
        line: str = joined[0].as_py()
        return (line * len(columns[0]))[:-1].encode()
    lines = pc.binary_join_element_wise(*joined, _NOTHING)
    return b"".join(octets_of(piece).tobytes() for piece in lines.chunks)[:-1]


def table_from_lines(content: bytes, columns: Sequence[str]) -> pa.Table:
    """Read lines of `line_of` into text columns. Bytes that are no UTF-8 are read as Windows-1252."""
    if not content:
        return no_rows(columns)
    schema = pa.schema([(str(place), pa.binary()) for place, _ in enumerate(columns)])
    found = json.read_json(
        pa.BufferReader(content),
        read_options=json.ReadOptions(use_threads=False, block_size=in_one_block(content)),
        parse_options=json.ParseOptions(explicit_schema=schema),
    )
    return pa.table({name: as_text(found[str(place)]) for place, name in enumerate(columns)})


def _written(values: pa.ChunkedArray) -> list[Any]:
    """Return what a column's values are put together from: texts that all rows share, and columns."""
    if values.null_count == len(values):
        return ["null"]
    escaped = _escaped(values)
    if not values.null_count:
        return ['"', escaped, '"']
    return [pc.fill_null(pc.binary_join_element_wise(_QUOTE, escaped, _QUOTE, _NOTHING), "null")]


def _joined(parts: Sequence[Any]) -> Iterator[Any]:
    """Put texts that stand beside one another together: each part is written for every row."""
    for shared, run in groupby(parts, lambda part: isinstance(part, str)):
        beside = list(run)
        yield from [pa.scalar("".join(beside), TEXT)] if shared else beside


def _escaped(values: pa.ChunkedArray) -> pa.ChunkedArray:
    for code in sorted(_special(values), key=lambda code: code != ord("\\")):  # first, for others bring it
        values = pc.replace_substring(values, chr(code), _ESCAPES[code])
    return values


def _special(values: pa.ChunkedArray) -> set[int]:
    """Return the characters in a column that have to be escaped, found at the speed of memory."""
    found: set[int] = set()
    for piece in values.chunks:
        octets = octets_of(piece)
        where = (octets < _CONTROLS) | (octets == ord('"')) | (octets == ord("\\"))
        if where.any():
            found.update(np.unique(octets[where]).tolist())
    return found
