"""Reads a PostgreSQL snapshot through ADBC: binary COPY straight into Arrow, without a Python step a row.

It has a connection of its own, so it serves v2, which is only read; v3 is read where it is written.
"""

from typing import Any

import adbc_driver_manager.dbapi as adbc
import pyarrow as pa
from adbc_driver_postgresql import dbapi
from sqlalchemy import Connection, Engine, Select, String, Text, cast, event, exc
from sqlalchemy.dialects import postgresql

TEXT = pa.large_string()
PLAIN_DIALECT = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # % stays % in literals
_KEY = "career_migrate_snapshot"


def read_snapshots(engine: Engine) -> None:
    """End the snapshot of each transaction of an engine with the transaction."""

    @event.listens_for(engine, "rollback")
    @event.listens_for(engine, "commit")
    def _end(connection: Connection) -> None:
        _close(connection)


def read_from_snapshot(connection: Connection, statement: Select[Any]) -> pa.Table:
    """Return the result of a SELECT as text, of the transaction's snapshot.

    Raises sqlalchemy.exc.OperationalError where the connection is lost.
    """
    columns = [_as_text(column) for column in statement.selected_columns]
    plain = statement.with_only_columns(*columns, maintain_column_froms=True)
    sql = str(plain.compile(dialect=PLAIN_DIALECT, compile_kwargs={"literal_binds": True}))
    try:
        with _snapshot(connection).cursor() as cursor:
            cursor.execute(sql)
            found = cursor.fetch_arrow_table()
    except adbc.Error as error:
        _close(connection)
        raise exc.OperationalError("SELECT", None, error, connection_invalidated=True) from error
    return pa.table({name: found.column(place).cast(TEXT) for place, name in enumerate(found.column_names)})


def _snapshot(connection: Connection) -> adbc.Connection:
    """Return the transaction's snapshot, begun by its first SELECT."""
    snapshot: adbc.Connection | None = connection.info.get(_KEY)
    if snapshot is None:
        url = connection.engine.url.set(drivername="postgresql")
        snapshot = dbapi.connect(url.render_as_string(hide_password=False))
        connection.info[_KEY] = snapshot
        with snapshot.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL random_page_cost = 1.1")  # a batch by its index, not by a scan
    return snapshot


def _close(connection: Connection) -> None:
    snapshot = connection.info.pop(_KEY, None)
    if snapshot is not None:
        snapshot.close()


def _as_text(column: Any) -> Any:
    """Return a column as text; texts stay as they are, for a cast would trim CHAR's blanks."""
    return column if isinstance(column.type, String) else cast(column, Text).label(column.name)
