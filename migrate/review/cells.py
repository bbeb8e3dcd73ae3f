"""The ledger's anomalies counted in cells: by table, column, code, severity, cohort and text.

The database counts a million anomalies once, as some hundred thousand cells. All lists, facets and groups of
the pages are sums of cells.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from migrate.databases import is_mariadb
from migrate.schema.ledger import anomalies

START_LENGTH = 400
"""Longer texts are distinguished by this many first characters and their length, to save memory."""


class Cell(NamedTuple):
    """Anomalies that differ only in the row they are about."""

    v2_table: str
    v2_column: str | None
    code: str
    severity: str
    cohort: str | None
    start: str | None
    """The text, or the start of a long one."""
    length: int | None
    """Characters of the whole text."""
    rows: int
    members: int
    valued: int
    """Rows that were loaded with a value."""
    least_loaded: str | None
    most_loaded: str | None
    candidates: str | None


def read_cells(connection: Connection) -> Iterator[Cell]:
    """Yield the cells of the whole ledger."""
    query = _nested() if is_mariadb(connection.dialect) else _plain()
    for row in connection.execute(query.execution_options(yield_per=20_000)):
        yield Cell(*row)


def text_start() -> ColumnElement[Any]:
    """Return the start of a text, as an expression of the database."""
    return func.substr(anomalies.c.raw_value, literal_column("1"), literal_column(str(START_LENGTH)))


def text_length() -> ColumnElement[Any]:
    """Return the number of characters of a text, as an expression of the database."""
    return func.char_length(anomalies.c.raw_value)


def _keys() -> tuple[ColumnElement[Any], ...]:
    c = anomalies.c
    texts = (text_start().label("start"), text_length().label("length"))
    return (c.v2_table, c.v2_column, c.code, c.severity, c.cohort, *texts)


def _values() -> tuple[ColumnElement[Any], ...]:
    loaded = func.substr(anomalies.c.loaded_value, 1, 100)
    return (
        func.count(anomalies.c.loaded_value).label("valued"),
        func.min(loaded).label("least"),
        func.max(loaded).label("most"),
        func.max(func.substr(anomalies.c.candidates, 1, 2000)).label("candidates"),
    )


def _plain() -> Select[Any]:
    counts = (func.count(), func.count(anomalies.c.member_id.distinct()))
    return select(*_keys(), *counts, *_values()).group_by(*_keys())


def _nested() -> Select[Any]:
    """Count members in two steps: MariaDB takes three times as long to count distinct ones in one."""
    member = anomalies.c.member_id
    inner = (
        select(*_keys(), member, func.count().label("rows"), *_values()).group_by(*_keys(), member).subquery()
    )
    c = inner.c
    keys = tuple(c)[:7]
    return select(
        *keys,
        func.sum(c.rows), func.count(c.member_id),
        func.sum(c.valued), func.min(c.least), func.max(c.most), func.max(c.candidates),
    ).group_by(*keys)  # fmt: skip
