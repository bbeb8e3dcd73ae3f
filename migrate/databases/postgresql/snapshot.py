"""Reads a PostgreSQL snapshot through ADBC: binary COPY straight into Arrow, without a Python step a row.

It has a connection of its own beside each of SQLAlchemy's, so it sees what is committed: v2, and v3 as it is
compared with ahead of a load.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import adbc_driver_manager.dbapi as adbc
import pyarrow as pa
from adbc_driver_postgresql import dbapi
from sqlalchemy import URL, Connection, Engine, Select, event, exc
from sqlalchemy.pool import ConnectionPoolEntry

from migrate.databases.postgresql.literal import literal_sql
from migrate.databases.postgresql.session import SETTINGS
from migrate.schema.arrow import TEXT

_READER = "career_migrate_reader"
_BEGUN = "career_migrate_snapshot_begun"


def read_snapshots(engine: Engine) -> None:
    """End the snapshot of each transaction of an engine with the transaction."""

    @event.listens_for(engine, "rollback")
    @event.listens_for(engine, "commit")
    def _end(connection: Connection) -> None:
        if connection.info.pop(_BEGUN, False):
            try:
                connection.info[_READER].adbc_connection.set_autocommit(True)
            except adbc.Error:  # what was read is read
                _drop_reader(connection.info)

    @event.listens_for(engine, "close")
    def _close(_: object, record: ConnectionPoolEntry) -> None:
        _drop_reader(record.info)


def read_from_snapshot(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None
) -> pa.Table:
    """Return the result of a SELECT as text, of the transaction's snapshot.

    Raises sqlalchemy.exc.OperationalError where the connection is lost.
    """
    sql = literal_sql(statement, values, as_text=True)
    with _lost_means_closed(connection), _snapshot(connection).cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetch_arrow_table()
    return pa.table({name: found.column(place).cast(TEXT) for place, name in enumerate(found.column_names)})


def _snapshot(connection: Connection) -> adbc.Connection:
    """Return the reader in the transaction's snapshot, begun by its first SELECT."""
    reader: adbc.Connection | None = connection.info.get(_READER)
    if reader is None:
        reader = dbapi.connect(_libpq_url(connection.engine.url), autocommit=True)
        connection.info[_READER] = reader
        with reader.cursor() as cursor:
            for setting in SETTINGS:
                cursor.execute(setting)
    if not connection.info.get(_BEGUN):
        reader.adbc_connection.set_autocommit(False)
        connection.info[_BEGUN] = True
        with reader.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    return reader


def _libpq_url(url: URL) -> str:
    """Return the URL as libpq reads it: a blank in an option's value is %20, for + stays what it is."""
    shown = url.set(drivername="postgresql").render_as_string(hide_password=False)
    place, mark, options = shown.partition("?")
    return place + mark + options.replace("+", "%20")


@contextmanager
def _lost_means_closed(connection: Connection) -> Iterator[None]:
    """Drop a reader that failed, and say in SQLAlchemy's words that the connection is lost."""
    try:
        yield
    except adbc.Error as error:
        _drop_reader(connection.info)
        raise exc.OperationalError("SELECT", None, error, connection_invalidated=True) from error


def _drop_reader(info: dict[Any, Any]) -> None:
    info.pop(_BEGUN, None)
    reader = info.pop(_READER, None)
    if reader is not None:
        with suppress(adbc.Error):
            reader.close()
