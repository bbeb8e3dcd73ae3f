"""Frames of text as CSV and back, the form in which PostgreSQL and MariaDB take and give them in bulk.

NULL is an empty cell, the empty text is `""`: the two never meet.
"""

from codecs import BOM_UTF8
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from migrate.databases.octets import text_of
from migrate.schema.arrow import TEXT, no_rows

_SHORTEST_BLOCK, _LONGEST_BLOCK = 1 << 20, 2**31 - 1


def table_from_csv(content: bytes, columns: Sequence[str]) -> pa.Table:
    """Read CSV without a heading into text columns. Bytes that are no UTF-8 are read as Windows-1252."""
    if not content:
        return no_rows(columns)
    if content.startswith(BOM_UTF8):  # of a text, from which Arrow would take it
        content = BOM_UTF8 + content
    table = csv.read_csv(
        pa.BufferReader(content),
        read_options=csv.ReadOptions(column_names=list(columns), block_size=in_one_block(content)),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=as_octets(columns),
    )
    return pa.table({name: as_text(table[name]) for name in columns})


def as_octets(columns: Sequence[str]) -> csv.ConvertOptions:
    """Return how Arrow reads cells to the letter: as bytes, NULL where nothing stands, not even quotes."""
    return csv.ConvertOptions(
        column_types=dict.fromkeys(columns, pa.large_binary()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )


def csv_from_table(table: pa.Table) -> bytes:
    """Write a frame of text as CSV: every value in quotes, NULL as nothing."""
    with pa.BufferOutputStream() as sink:
        _write(table, sink, "")
        content: bytes = sink.getvalue().to_pybytes()
    return content


def write_csv(table: pa.Table, path: str, *, null: str) -> None:
    """Write a frame of text into a file, as `csv_from_table` does, with a word for NULL."""
    with pa.OSFile(path, "wb") as sink:
        _write(table, sink, null)


def _write(table: pa.Table, sink: pa.NativeFile, null: str) -> None:
    """Write to a sink of Arrow's own: one of Python's would wait for its lock at every thousand rows."""
    if any(not len(chunk) for column in table.columns for chunk in column.chunks):
        table = table.combine_chunks()  # after an empty piece Arrow writes stray memory for what is all NULL
    options = csv.WriteOptions(include_header=False, quoting_style="all_valid", null_string=null)
    csv.write_csv(table, sink, write_options=options)


def in_one_block(content: bytes) -> int:
    """Return the size of block in which Arrow reads everything at once: a row must fit into a block."""
    return min(max(len(content) + 1, _SHORTEST_BLOCK), _LONGEST_BLOCK)


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read binary values as UTF-8, the ones that are not as `text_of` does."""
    try:
        return column.cast(TEXT)
    except pa.ArrowInvalid:
        texts = [None if value is None else text_of(value) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, TEXT)])


def without_dashes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return UUIDs as 32 hex digits."""
    return pc.replace_substring(column, "-", "")
