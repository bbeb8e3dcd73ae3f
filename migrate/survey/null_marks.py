"""Texts that programs write where there is no value: v2 has them where an export turned NULL into words.

They migrate to the letter, for a member may have typed one, so whoever inspects v2 is told of them.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, cast, func, select

from migrate.extract.tables import exactly, reflect_table
from migrate.rulebook.mapping import Mapping
from migrate.survey.found import FoundTable

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
    """Yield the marks in each mapped column of text, those of most rows first."""
    present = {table.name: table for table in tables}
    for rule in mapping.tables.values():
        for column in rule.columns.values():
            found = present[rule.source].column(column.source) if rule.source in present else None
            if column.read and found and found.is_text:
                yield from _marks_of(connection, rule.source, column.source)


def _marks_of(connection: Connection, table: str, column: str) -> list[NullMark]:
    texts = cast(reflect_table(connection, table).c[column], Text)  # an enumeration takes no other words
    grouped: Any = select(func.min(texts), func.count()).group_by(exactly(connection, texts))
    counted = connection.execute(grouped.where(texts.in_(MARKS)))
    marks = (NullMark(table, column, text, rows) for text, rows in counted if text in MARKS)  # `Null` is none
    return sorted(marks, key=lambda mark: (-mark.rows, mark.text))
