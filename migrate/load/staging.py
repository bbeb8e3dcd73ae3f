"""Temporary tables: how a set of keys or values reaches the server, to be joined there."""

import pyarrow as pa
from sqlalchemy import Column, Connection, MetaData, String, Table, text
from sqlalchemy.schema import CreateTable

from migrate.databases import write_table
from migrate.schema.types import Id, LongText
from migrate.schema.v3 import EXACT_TEXT

_metadata = MetaData()

_ANALYZE = {"postgresql": "ANALYZE ", "sqlite": "ANALYZE temp."}
"""These planners take an unknown table for a large one, and would then scan the ledger for every batch."""


def _temporary(name: str, *columns: Column[str]) -> Table:
    return Table(name, _metadata, *columns, prefixes=["TEMPORARY"], **EXACT_TEXT)


OWNERS = _temporary("staged_owners", Column("owner_id", Id, primary_key=True))
MEMBERS = _temporary("staged_members", Column("id", Id, primary_key=True))
IDS = _temporary("staged_ids", Column("id", Id, primary_key=True))
KEYS = _temporary("staged_keys", Column("v2_table", String(64)), Column("v2_id", String(255)))
GONE = _temporary(
    "staged_gone", Column("owner_id", Id), Column("v2_table", String(64)), Column("v2_id", String(255))
)
NUMBERS = _temporary("staged_numbers", Column("membership_number", LongText))


def stage(connection: Connection, table: Table, frame: pa.Table) -> None:
    """Fill a temporary table with a frame of text, in place of what it held."""
    connection.execute(CreateTable(table, if_not_exists=True))
    connection.execute(table.delete())
    write_table(connection, table, frame)
    analyze = _ANALYZE.get(connection.dialect.name)
    if analyze and frame.num_rows:
        connection.execute(text(analyze + connection.dialect.identifier_preparer.quote(table.name)))


def staged_like(table: Table, names: tuple[str, ...], suffix: str = "") -> Table:
    """Return a temporary table with some columns of a real one, of the same types."""
    name = f"staged_new_{table.name}{suffix}"  # no other staged table is called so
    if name in _metadata.tables:
        return _metadata.tables[name]
    columns = [Column(column, table.columns[column].type) for column in names]
    return Table(name, _metadata, *columns, prefixes=["TEMPORARY"], **EXACT_TEXT)


def distinct(values: pa.Array | pa.ChunkedArray, name: str) -> pa.Table:
    """Return the distinct values of a column, without NULL, as a frame of one column."""
    return pa.table({name: values.unique().drop_null()})
