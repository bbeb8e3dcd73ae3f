"""What of v2 this account may read: tables, or views where there is no table."""

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.engine import Inspector

from migrate.extract.staging import DAMAGED_TABLE
from migrate.extract.tables import split_name


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
