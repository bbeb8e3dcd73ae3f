"""A MariaDB view or table as its columns are described to an account that may only SELECT from it.

SQLAlchemy reflects through SHOW CREATE, which needs the right SHOW VIEW; a read-only account often lacks it.
"""

from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, column, func, select, table
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.types import NullType

_COLUMNS = table(
    "columns",
    column("table_schema"),
    column("table_name"),
    column("column_name"),
    column("data_type"),
    column("ordinal_position"),
    schema="information_schema",
)


def described_table(connection: Connection, name: str, schema: str | None) -> Table:
    """Return a table or view with the types of its columns. Raises NoSuchTableError where there is none."""
    seen = _COLUMNS.c
    described = (
        select(seen.column_name, seen.data_type)
        .where(seen.table_name == name, seen.table_schema == (schema or func.database()))
        .order_by(seen.ordinal_position)
    )
    types: Any = getattr(connection.dialect, "ischema_names", {})
    columns = [
        Column(column_name, types.get(data_type.lower(), NullType))
        for column_name, data_type in connection.execute(described)
    ]
    if not columns:
        raise NoSuchTableError(name)
    return Table(name, MetaData(), *columns, schema=schema)
