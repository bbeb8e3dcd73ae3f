"""What v2 holds that the mapping gives no fate: found before anything is written."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Enum, String, Table, and_, func, inspect, select
from sqlalchemy.engine import Inspector

from migrate.extract.staging import DAMAGED_TABLE
from migrate.extract.tables import reflect_table, split_name
from migrate.rulebook.mapping import Mapping, TableRule


class Unmapped(NamedTuple):
    """A table of v2, or a column of a mapped table, that has data and no fate."""

    table: str
    column: str | None
    rows: int
    """How many rows have a value."""


def readable_tables(connection: Connection, schema: str | None = None) -> tuple[str, ...]:
    """Return the tables that this account may read; its views where there is no table."""
    inspector = inspect(connection)
    for names in (inspector.get_table_names(schema), _views(inspector, schema)):
        readable = tuple(sorted(name for name in set(names) if _may_read(connection, name, schema)))
        if readable:
            return tuple(name for name in readable if name != DAMAGED_TABLE)
    return ()


def is_readable(connection: Connection, name: str) -> bool:
    """Return whether this account may read a table or view; its name may begin with its schema."""
    schema, plain = split_name(connection, name)
    inspector = inspect(connection)
    names = {*inspector.get_table_names(schema or None), *_views(inspector, schema or None)}
    return plain in names and _may_read(connection, plain, schema or None)


def unmapped(connection: Connection, mapping: Mapping) -> Iterator[Unmapped]:
    """Yield every table and column with data and no fate, in v2's own names."""
    rules = {rule.source: rule for rule in mapping.tables.values()}
    schemas = sorted({split_name(connection, name)[0] for name in rules})
    for schema in schemas:
        for plain in readable_tables(connection, schema or None):
            name = f"{schema}.{plain}" if schema else plain
            if name in rules or name in mapping.ignored_tables:
                continue
            rows = _count(connection, reflect_table(connection, name))
            if rows:
                yield Unmapped(name, None, rows)
    for name, rule in rules.items():
        yield from _columns(connection, name, rule)


def _columns(connection: Connection, name: str, rule: TableRule) -> Iterator[Unmapped]:
    if not is_readable(connection, name):
        return
    table = reflect_table(connection, name)
    known = {column.source for column in rule.columns.values()} | set(rule.ignore)
    for column in table.columns:
        if column.name not in known:
            rows = _count(connection, table, column)
            if rows:
                yield Unmapped(name, column.name, rows)


def _count(connection: Connection, table: Table, column: Any = None) -> int:
    conditions = [] if column is None else [column.is_not(None)]
    if column is not None and isinstance(column.type, String) and not isinstance(column.type, Enum):
        conditions.append(column != "")
    counted = select(func.count()).select_from(table).where(and_(True, *conditions))
    return int(connection.execute(counted).scalar_one())


def _views(inspector: Inspector, schema: str | None) -> list[str]:
    has_materialised = inspector.dialect.name == "postgresql"
    materialised = inspector.get_materialized_view_names(schema) if has_materialised else []
    return [*inspector.get_view_names(schema), *materialised]


def _may_read(connection: Connection, name: str, schema: str | None) -> bool:
    """Ask PostgreSQL, which lists what it then refuses; the other engines list what may be read."""
    if connection.dialect.name != "postgresql":
        return True
    quote = connection.dialect.identifier_preparer.quote
    full = ".".join(quote(part) for part in (schema, name) if part)
    return bool(connection.execute(select(func.has_any_column_privilege(full, "SELECT"))).scalar_one())
