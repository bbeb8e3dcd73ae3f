"""Temporary tables: how a set of keys or values reaches the server, to be joined there."""

from typing import Any

import pyarrow as pa
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    String,
    Table,
    any_,
    cast,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.schema import CreateTable

from migrate.databases import is_mariadb, is_read_only, write_table
from migrate.schema.types import Id, LongText
from migrate.schema.v3 import EXACT_TEXT

_metadata = MetaData()

_SEPARATORS = "\x1f\x1e\x1d\x1c\x01\x02\x03\x04"
_ANALYZE = {"postgresql": "ANALYZE ", "sqlite": "ANALYZE temp."}
"""Without statistics these planners assume a large table, and would scan the ledger for every batch."""


def _temporary(name: str, *columns: Column[str]) -> Table:
    return Table(name, _metadata, *columns, prefixes=["TEMPORARY"], **EXACT_TEXT)


OWNERS = _temporary("staged_owners", Column("owner_id", Id, primary_key=True))
MEMBERS = _temporary("staged_members", Column("id", Id, primary_key=True))
IDS = _temporary("staged_ids", Column("id", Id, primary_key=True))
KEYS = _temporary("staged_keys", Column("v2_id", String(255)))
ROWS = _temporary("staged_rows", Column("v2_table", String(64)), Column("v2_id", String(255)))
GONE = _temporary(
    "staged_gone", Column("owner_id", Id), Column("v2_table", String(64)), Column("v2_id", String(255))
)
NUMBERS = _temporary("staged_numbers", Column("membership_number", LongText))


def stage(connection: Connection, table: Table, frame: pa.Table) -> None:
    """Fill a temporary table with a frame of text, in place of what it held.

    Where nothing can be written, the values are kept for `among` to send along.
    """
    if are_sent_along(connection):
        connection.info[table.name] = {column.name: _sent_along(column, frame) for column in table.columns}
        return
    if is_mariadb(connection.dialect):  # it deletes rows one by one: a new table is quicker
        connection.execute(text(f"DROP TEMPORARY TABLE IF EXISTS {table.name}"))
        connection.execute(CreateTable(table))
    else:
        connection.execute(CreateTable(table, if_not_exists=True))
        connection.execute(table.delete())
    write_table(connection, table, frame)
    analyze = _ANALYZE.get(connection.dialect.name)
    if analyze and frame.num_rows:
        connection.execute(text(analyze + connection.dialect.identifier_preparer.quote(table.name)))


def are_sent_along(connection: Connection) -> bool:
    """Return whether staged values are sent within the statements, because nothing can be written."""
    return is_read_only(connection)


def among(
    connection: Connection, column: Column[str], wanted: Column[str] | Select[Any]
) -> ColumnElement[bool]:
    """Return the condition that a column has one of the values of a staged column, or of those selected.

    PostgreSQL gets them as an array: in a join with a table that has no statistics yet, such as a young
    ledger, its planner would scan that table for every batch.
    """
    selected = wanted if isinstance(wanted, Select) else _values(connection, wanted)
    if connection.dialect.name == "postgresql":
        return column == any_(func.array(selected.scalar_subquery(), type_=ARRAY(column.type)))
    return column.in_(selected)


def among_ids(
    connection: Connection, rows: Select[Any], table: Table, wanted: Column[str] | Select[Any]
) -> Select[Any]:
    """Select those of a table's rows whose id is staged, each by its key.

    MariaDB assumes that a table which is being filled is still empty, and would scan it for every batch.
    """
    found = rows.where(among(connection, table.c.id, wanted))
    for dialect in ("mysql", "mariadb"):
        found = found.with_hint(table, "FORCE INDEX (PRIMARY)", dialect)
    return found


def _values(connection: Connection, staged: Column[str]) -> Select[Any]:
    """Select the values of a staged column: from its table or, where none can be made, from what is sent."""
    sent = connection.info.get(staged.table.name)
    return select(staged) if sent is None else select(sent[staged.name])


def _sent_along(staged: Column[str], frame: pa.Table) -> ColumnElement[str]:
    """Return a column of the values, which stand in a statement as one text however often they are used."""
    texts = [text for text in frame[staged.name].to_pylist() if "\x00" not in text]  # which v3 cannot hold
    joined = "".join(texts)
    separator = next(sign for sign in _SEPARATORS if sign not in joined)
    parts = func.unnest(func.string_to_array(literal(separator.join(texts)), literal(separator)))
    return select(cast(parts, staged.type).label("value")).cte(f"{staged.table.name}_given").c.value


def staged_like(table: Table, names: tuple[str, ...], suffix: str = "") -> Table:
    """Return a temporary table with some columns of a real one, of the same types.

    A name that the real one lacks stands for a column of text.
    suffix: a different one for each set of columns of a table. Raises ValueError where two sets share one.
    """
    name = f"staged_new_{table.name}{suffix}"  # no other staged table is called so
    staged = _metadata.tables.get(name)
    if staged is None:
        types = {column.name: column.type for column in table.columns}
        staged = _temporary(name, *(Column(column, types.get(column, LongText)) for column in names))
    if tuple(staged.columns.keys()) != names:
        raise ValueError(f"{name} is staged with {', '.join(staged.columns.keys())}; give another suffix")
    return staged


def distinct(values: pa.Array | pa.ChunkedArray, name: str) -> pa.Table:
    """Return the distinct values of a column, without NULL, as a frame of one column."""
    return pa.table({name: values.unique().drop_null()})
