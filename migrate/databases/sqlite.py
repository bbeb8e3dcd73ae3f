"""SQLite: the embedded default. Rows go in by executemany and come out as bytes: any text survives."""

import sqlite3
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import xxhash
from sqlalchemy import (
    BLOB,
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    Text,
    cast,
    event,
    func,
    text,
)

from migrate.databases.bulk import Columns
from migrate.databases.delimited import as_text

BUSY_MILLISECONDS = 60_000
NO_ROWS = "0:0"
"""The fingerprint of nothing: without a row the aggregate is never begun."""


class SqlitePaths:
    """See `migrate.databases.bulk.BulkPaths`."""

    def prepare(self, engine: Engine) -> None:
        """Check foreign keys, wait for other writers, and begin as a writer: no lock is upgraded later."""

        @event.listens_for(engine, "connect")
        def _settings(connection: sqlite3.Connection, _: object) -> None:
            connection.isolation_level = None  # transactions begin below, not by the driver's guess
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            connection.create_aggregate("career_fingerprint", -1, _Fingerprint)  # type: ignore[arg-type]

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            writes = not getattr(engine.dialect, "career_migrate_read_only", False)
            wanted = connection.get_execution_options().get("career_migrate_reads", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes and not wanted else "BEGIN")

    def make_read_only(self, engine: Engine) -> None:
        """Let SQLite itself refuse every write."""
        engine.dialect.career_migrate_read_only = True  # type: ignore[attr-defined]

        @event.listens_for(engine, "connect")
        def _query_only(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA query_only = ON")

    def probe(self, connection: Connection) -> None:
        """Read the file's catalogue."""
        connection.execute(text("SELECT count(*) FROM sqlite_master"))

    def read_table(self, connection: Connection, statement: Select[tuple[object, ...]]) -> pa.Table:
        """Fetch every value as the bytes of its text."""
        names = [column.name for column in statement.selected_columns]
        octets = [cast(column, BLOB).label(column.name) for column in statement.selected_columns]
        rows = connection.execute(statement.with_only_columns(*octets, maintain_column_froms=True)).fetchall()
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        return pa.table(
            {
                name: as_text(pa.chunked_array([pa.array(values, pa.large_binary())]))
                for name, values in zip(names, columns, strict=True)
            }
        )

    def write_table(self, connection: Connection, table: Table, frame: pa.Table) -> None:
        """Insert the rows by one prepared statement."""
        names = frame.column_names
        places = ", ".join("?" * len(names))
        columns = ", ".join(f'"{name}"' for name in names)
        statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})'  # noqa: S608  # names, no values
        rows = list(zip(*(_values(table, frame, name) for name in names), strict=True))
        connection.exec_driver_sql(statement, rows)

    def fingerprint(self, connection: Connection, columns: Columns) -> ColumnElement[str]:
        """Sum the rows' hashes in a function of this process, which the file's queries call."""
        told = func.career_fingerprint(*(cast(column, BLOB) for column in columns), type_=Text)
        return func.coalesce(told, NO_ROWS)

    def version(self, connection: Connection, table: Table) -> ColumnElement[str]:
        """Tell it from the rows' content: the file keeps no number of the writer."""
        return self.fingerprint(connection, table.columns.values())

    def versions_of_new(self, connection: Connection, rows: Mapping[str, int]) -> dict[str, str] | None:
        """Leave it to a look: see `version`."""
        return None


class _Fingerprint:
    """The aggregate: hashes (xxh3, 64 bits) of rows of bytes, added up."""

    def __init__(self) -> None:
        self._rows = self._sum = 0

    def step(self, *values: bytes | None) -> None:
        """Add a row; the lengths keep values side by side apart, NULL is -."""
        row = b"".join([b"-" if value is None else b"%d:%b" % (len(value), value) for value in values])
        self._rows += 1
        self._sum += xxhash.xxh3_64_intdigest(row)

    def finalize(self) -> str:
        """Return rows and sum."""
        return f"{self._rows}:{self._sum}"


def _values(table: Table, frame: pa.Table, name: str) -> list[Any]:
    """Return a column's values as SQLite stores them: flags as 0 and 1."""
    values = frame[name].to_pylist()
    if table.columns[name].type.python_type is bool:
        return [None if value is None else int(value == "true") for value in values]
    return list(values)


PATHS = SqlitePaths()
