"""Texts such as `NULL` that programs write for no value, left in v2 by an earlier export.

They are migrated unchanged, because a member may have typed one; `inspect` lists them.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, cast, func, select

from migrate.extract.tables import exactly, reflect_table
from migrate.rulebook.mapping import Mapping
from migrate.survey.found import FoundTable, mapped_text_columns

MARKS = (
    "NULL", "null", "(NULL)", "(null)", "[NULL]", "[null]", "<NULL>", "<null>",  # programs that show tables
    "\\N",  # MariaDB's INTO OUTFILE, PostgreSQL's COPY
    "NaN", "nan", "NaT", "<NA>",  # data frames
    "#N/A",  # spreadsheets
)  # fmt: skip


class NullMark(NamedTuple):
    """A mark in a column that migrates, and how many rows have it."""

    table: str
    column: str
    text: str
    rows: int


def find_null_marks(
    connection: Connection, tables: Iterable[FoundTable], mapping: Mapping
) -> Iterator[NullMark]:
    """Yield the marks in each mapped text column, those of most rows first."""
    for each in mapped_text_columns(tables, mapping):
        yield from _marks_of(connection, each.table, each.column)


def _marks_of(connection: Connection, table: str, column: str) -> list[NullMark]:
    texts = cast(reflect_table(connection, table).c[column], Text)  # an enumeration takes no other words
    grouped: Any = select(func.min(texts), func.count()).group_by(exactly(connection, texts))
    counted = connection.execute(grouped.where(texts.in_(MARKS)))
    marks = (NullMark(table, column, text, rows) for text, rows in counted if text in MARKS)  # `Null` is none
    return sorted(marks, key=lambda mark: (-mark.rows, mark.text))
