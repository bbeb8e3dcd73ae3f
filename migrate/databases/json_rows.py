"""Rows as lines of JSON, the form in which SQLite puts them together soonest: asked for, made here, read."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json
from sqlalchemy import ColumnElement, Text, cast, func, literal

from migrate.databases.delimited import as_text, in_one_block
from migrate.schema.arrow import TEXT

_QUOTE, _NOTHING = pa.scalar('"', TEXT), pa.scalar("", TEXT)
_ESCAPES = {
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip
_CONTROL = "[\\x00-\\x1f]"
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


def content_of(columns: Sequence[pa.Array | pa.ChunkedArray]) -> bytes | None:
    """Return the lines that SQLite would make of columns of text, below one another.

    None where it may write a line otherwise: control characters that JSON has no letter for, many columns.
    """
    if len(columns) > _AN_OBJECT:
        return None
    parts: list[Any] = []
    for place, values in enumerate(columns):
        escaped = _escaped(values)
        if pc.any(pc.match_substring_regex(escaped, _CONTROL)).as_py():
            return None
        texts = pc.binary_join_element_wise(_QUOTE, escaped, _QUOTE, _NOTHING)
        parts += [pa.scalar(f'{"," if place else "{"}"{place}":', TEXT), pc.fill_null(texts, "null")]
    lines = pc.binary_join_element_wise(*parts, pa.scalar("}\n", TEXT), _NOTHING)
    return b"".join(_octets(piece) for piece in lines.chunks)[:-1]


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


def _escaped(values: pa.ChunkedArray) -> pa.ChunkedArray:
    for character, written in _ESCAPES.items():
        if pc.any(pc.match_substring(values, character)).as_py():
            values = pc.replace_substring(values, character, written)
    return values


def _octets(texts: pa.LargeStringArray) -> bytes:
    """Return all texts of an array one after the other."""
    _, offsets, octets = texts.buffers()
    ends = np.frombuffer(offsets, np.int64)[texts.offset :][: len(texts) + 1]
    return octets[int(ends[0]) : int(ends[-1])].to_pybytes() if octets is not None else b""
