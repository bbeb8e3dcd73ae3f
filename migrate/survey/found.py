"""The tables of a v2 as they are, whatever they are called."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, Table, func, inspect, select, text
from sqlalchemy.dialects.postgresql.base import PGInspector
from sqlalchemy.sql.sqltypes import NullType

from migrate.extract.rights import is_readable, readable_tables, unreadable_columns
from migrate.extract.tables import reflect_table, split_name
from migrate.extract.textless import is_textless
from migrate.rulebook.mapping import Mapping, ReadAs

_BEHIND = re.compile(r"([^ (]+(?:\([^)]*\)(?:\[\])*)?).*", re.DOTALL)
"""A type with its brackets, and what follows them."""


class FoundColumn(NamedTuple):
    """A column by its own name."""

    name: str
    type_name: str
    is_text: bool


class FoundTable(NamedTuple):
    """A table or view by its own name."""

    name: str
    rows: int
    columns: tuple[FoundColumn, ...]
    """Those that this account may read."""

    def column(self, name: str) -> FoundColumn | None:
        """Return a column by its name."""
        return next((column for column in self.columns if column.name == name), None)


class MappedColumn(NamedTuple):
    """A column of v2 that the mapping says how to read, by its own name."""

    table: str
    column: str
    read: ReadAs


def mapped_text_columns(tables: Iterable[FoundTable], mapping: Mapping) -> Iterator[MappedColumn]:
    """Yield the text columns of some tables that migrate, in the mapping's order."""
    present = {table.name: table for table in tables}
    for rule in mapping.tables.values():
        for column in rule.columns.values():
            found = present[rule.source].column(column.source) if rule.source in present else None
            if column.read and found and found.is_text:
                yield MappedColumn(rule.source, column.source, column.read)


def find_tables(connection: Connection, mapping: Mapping) -> list[FoundTable]:
    """Return every table that this account may read in the schemas that the mapping names, sorted by name."""
    mapped = {rule.source for rule in mapping.tables.values()}
    names = {name for name in mapped if is_readable(connection, name)}  # views among tables, too
    for schema in {split_name(connection, name)[0] for name in mapped}:
        prefix = f"{schema}." if schema else ""
        names |= {f"{prefix}{name}" for name in readable_tables(connection, schema or None)}
    return [_found(connection, reflect_table(connection, name), name) for name in sorted(names)]


def other_schemas(connection: Connection, mapping: Mapping) -> dict[str, int]:
    """Return how many tables may be read in each PostgreSQL schema that `find_tables` does not look at."""
    inspector = inspect(connection)
    if not isinstance(inspector, PGInspector):
        return {}
    seen = {split_name(connection, rule.source)[0] for rule in mapping.tables.values()}
    path = connection.execute(text("SELECT unnest(current_schemas(true))")).scalars()
    seen |= {*path, "information_schema"}
    others = (schema for schema in inspector.get_schema_names() if schema not in seen)
    counted = {schema: len(readable_tables(connection, schema)) for schema in others}
    return {schema: tables for schema, tables in counted.items() if tables}


def _found(connection: Connection, table: Table, name: str) -> FoundTable:
    rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
    hidden = unreadable_columns(connection, name)
    columns = (
        FoundColumn(
            str(column.name),
            _type_name(column.type),
            _is_text(column.type) and not is_textless(connection, column),
        )
        for column in table.columns
        if column.name not in hidden
    )
    return FoundTable(name, rows, tuple(columns))


def _type_name(column_type: Any) -> str:
    """Return a type with what stands in its brackets, without its character set or collation."""
    return _BEHIND.sub(r"\1", str(column_type))


def _is_text(column_type: Any) -> bool:
    """Return whether the values are text; SQLite lets a column have no type at all."""
    return isinstance(column_type, String | NullType)
