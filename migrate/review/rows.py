"""The rows behind the groups, read from the ledger a page at a time by the start of their text."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from migrate.databases import is_mariadb
from migrate.review.cells import START_LENGTH, Cell, text_length, text_start
from migrate.review.groups import PRIVACY, Group, Groups
from migrate.schema.ledger import anomalies, rows
from migrate.schema.ledger import text_start as indexed_start

INDEXED_LENGTH = 40


class AnomalyRow(NamedTuple):
    """An anomaly of one v2 row."""

    anomaly_id: int
    v2_table: str
    v2_id: str | None
    v2_column: str | None
    code: str
    severity: str
    member_id: str | None
    cohort: str | None
    start: str | None
    length: int | None
    loaded_value: str | None
    candidates: str | None
    message: str | None


class RowFate(NamedTuple):
    """What became of one v2 row."""

    fate: str
    reason: str | None
    member_id: str | None
    cohort: str | None
    v3_table: str | None
    v3_id: str | None
    owner_id: str | None


def in_group(connection: Connection, group: Group, groups: Groups) -> ColumnElement[bool]:
    """Return the condition for the anomalies of a group."""
    c, key = anomalies.c, group.key
    return and_(
        c.code == key.code, c.severity == key.severity, with_texts(connection, groups.cells_of(group))
    )


def in_cell(connection: Connection, cell: Cell) -> ColumnElement[bool]:
    """Return the condition for the anomalies of one cell."""
    c = anomalies.c
    cohort = c.cohort.is_not_distinct_from(cell.cohort)
    return and_(c.code == cell.code, c.severity == cell.severity, cohort, _exactly(connection, cell))


def with_texts(connection: Connection, cells: Iterable[Cell]) -> ColumnElement[bool]:
    """Return the condition for every anomaly of the column that has one of the texts, whatever its code."""
    listed = list(cells)
    c, table, column = anomalies.c, listed[0].v2_table, listed[0].v2_column
    place = and_(c.v2_table == table, c.v2_column.is_not_distinct_from(column))
    if listed[0].start is None:
        return and_(place, c.raw_value.is_(None), indexed_start.is_(None))
    if PRIVACY.withholds(table, column):
        return and_(place, c.raw_value.is_not(None))
    texts = sorted({(cell.start or "", cell.length or 0) for cell in listed})
    short = [start for start, length in texts if length <= START_LENGTH]
    long = [
        and_(text_start() == start, text_length() == length)
        for start, length in texts
        if length > START_LENGTH
    ]
    return and_(place, _by_index(connection, texts), or_(text_start().in_(short), *long))


def _exactly(connection: Connection, cell: Cell) -> ColumnElement[bool]:
    """Return the condition for one text alone, also where the texts of a column may not be told apart."""
    start = cell.start
    if start is None:
        return with_texts(connection, [cell])
    wider = _by_index(connection, [(start, cell.length or 0)])
    place = and_(
        anomalies.c.v2_table == cell.v2_table, anomalies.c.v2_column.is_not_distinct_from(cell.v2_column)
    )
    return and_(place, wider, text_start() == start, text_length() == cell.length)


def _by_index(connection: Connection, texts: list[tuple[str, int]]) -> ColumnElement[bool]:
    """Return a wider condition for an index: on the start of the text, or on MariaDB on all of it."""
    if not is_mariadb(connection.dialect):
        return indexed_start.in_(sorted({start[:INDEXED_LENGTH] for start, _ in texts}))
    if any(length > START_LENGTH for _, length in texts):
        return true()
    return anomalies.c.raw_value.in_([start for start, _ in texts])


def rows_of(
    connection: Connection, group: Group, groups: Groups, *, after: int, size: int
) -> list[AnomalyRow]:
    """Return the next rows of a group, at most `size`, in the order of their anomalies."""
    c = anomalies.c
    query = (
        select(*anomaly_columns())
        .where(in_group(connection, group, groups), c.anomaly_id > after)
        .order_by(c.anomaly_id)
        .limit(size)
    )
    return [AnomalyRow(*row) for row in connection.execute(query)]


def fate_of(connection: Connection, table: str, v2_id: str) -> RowFate | None:
    """Return what became of a v2 row; None where the ledger does not know it."""
    c = rows.c
    columns = (c.fate, c.reason, c.member_id, c.cohort, c.v3_table, c.v3_id, c.owner_id)
    known = select(*columns).where(c.v2_table == table, c.v2_id == v2_id)
    row = connection.execute(known.order_by(c.v3_id.is_(None))).first()  # a first run may record one twice
    return RowFate(*row) if row else None


def anomalies_of_row(
    connection: Connection, table: str, v2_id: str, fate: RowFate | None
) -> list[AnomalyRow]:
    """Return the anomalies of one v2 row, found by its owner."""
    c = anomalies.c
    owner = c.owner_id.is_not_distinct_from(fate.owner_id) if fate else true()
    query = (
        select(*anomaly_columns()).where(owner, c.v2_table == table, c.v2_id == v2_id).order_by(c.anomaly_id)
    )
    return [AnomalyRow(*row) for row in connection.execute(query)]


def whole_texts(connection: Connection, group: Group, groups: Groups) -> list[str]:
    """Return every spelling in a group, to the letter."""
    if group.key.text is None:
        return []
    cells = groups.cells_of(group)
    if not PRIVACY.withholds(group.key.v2_table, group.key.v2_column) and all(
        _is_whole(cell) for cell in cells
    ):
        return sorted({cell.start for cell in cells if cell.start is not None})
    query = select(anomalies.c.raw_value).where(in_group(connection, group, groups)).distinct()
    return sorted(connection.scalars(query))


def whole_text(connection: Connection, anomaly_id: int) -> str | None:
    """Return the text of one anomaly, to the letter."""
    query = select(anomalies.c.raw_value).where(anomalies.c.anomaly_id == anomaly_id)
    text: str | None = connection.scalar(query)
    return text


def _is_whole(cell: Cell) -> bool:
    return cell.length is not None and cell.length == len(cell.start or "")


def anomaly_columns() -> tuple[Any, ...]:
    """Return what `AnomalyRow` is made of, in its order."""
    c = anomalies.c
    return (
        c.anomaly_id, c.v2_table, c.v2_id, c.v2_column, c.code, c.severity, c.member_id, c.cohort,
        text_start(), text_length(), func.substr(c.loaded_value, 1, START_LENGTH), c.candidates,
        func.substr(c.message, 1, 2000),
    )  # fmt: skip
