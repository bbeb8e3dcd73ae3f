"""PostgreSQL: COPY in both directions, through psycopg's connection inside SQLAlchemy's transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
import pyarrow as pa
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Select,
    String,
    Table,
    Text,
    Uuid,
    cast,
    event,
    func,
    literal_column,
    text,
)

from migrate.databases.bulk import select_instead
from migrate.databases.delimited import csv_from_table, table_from_csv, without_dashes
from migrate.databases.driver_errors import raised_as_sqlalchemys
from migrate.databases.postgresql.binary import binary_from_table
from migrate.databases.postgresql.literal import literal_sql
from migrate.databases.postgresql.session import SETTINGS, refuse_nameless_letters, refuse_shared_sessions
from migrate.databases.postgresql.snapshot import read_from_snapshot, read_snapshots
from migrate.databases.reading import is_read_only, mark_read_only
from migrate.schema.types import Id

_HASHES_ROWS = (14,)
"""Since which version the server hashes a row without making a text of it."""


class PostgresqlPaths:
    """See `migrate.databases.bulk.BulkPaths`."""

    def prepare(self, engine: Engine) -> None:
        """Settle what each session's settings are."""

        @event.listens_for(engine, "connect")
        def _settings(connection: psycopg.Connection[Any], _: object) -> None:
            with connection.cursor() as cursor:
                for setting in SETTINGS:
                    cursor.execute(setting)
            connection.commit()

    def make_read_only(self, engine: Engine) -> None:
        """Begin every transaction READ ONLY at REPEATABLE READ: one snapshot."""

        @event.listens_for(engine, "begin")
        def _snapshot(connection: Connection) -> None:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

        mark_read_only(engine)
        read_snapshots(engine)

    def probe(self, connection: Connection) -> None:
        """Ask for the session and its letters.

        Raises ConfigurationError where the session is not this connection's own, PreflightError where the
        database does not say what letters it holds.
        """
        refuse_shared_sessions(connection)
        refuse_nameless_letters(connection)

    def read_table(
        self, connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
    ) -> pa.Table:
        """COPY the result out as CSV; what is only ever read, through ADBC."""
        if is_read_only(connection):
            return _with_hex_ids(read_from_snapshot(connection, statement, values), statement, (Id,))
        with _cursor(connection) as cursor:
            content = _copied_out(cursor, f"COPY ({literal_sql(statement, values)}) TO STDOUT (FORMAT csv)")
        table = table_from_csv(content, [column.name for column in statement.selected_columns])
        return _with_hex_ids(table, statement, (Id, Uuid))

    def read_with_fingerprint(
        self, connection: Connection, statement: Select[Any], values: Mapping[str, Any]
    ) -> tuple[pa.Table, str | None]:
        """Leave the fingerprint to a statement of its own."""
        return self.read_table(connection, statement, values), None

    def write_table(self, connection: Connection, table: Table, frame: pa.Table) -> None:
        """COPY the rows in, in binary where that is certain and else as CSV."""
        quote = connection.dialect.identifier_preparer.quote
        columns = ", ".join(quote(name) for name in frame.column_names)
        binary = binary_from_table(connection, quote(table.name), frame)
        form = "csv" if binary is None else "binary"
        with (
            _cursor(connection) as cursor,
            cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN (FORMAT {form})") as copy,
        ):
            for piece in binary or [csv_from_table(frame)]:
                copy.write(piece)

    def fingerprint(self, connection: Connection, rows: Select[Any]) -> Select[Any]:
        """Sum 64-bit hashes of the rows' own hashes or, before version 14, of their text.

        The server's hash of a row is itself a sum of its values' hashes: if those were only added up, two
        values that change places would not be noticed.
        """
        row = func.row(*(_to_the_letter(column) for column in rows.selected_columns))
        version = connection.dialect.server_version_info or ()
        told = cast(func.hash_record_extended(row, 0) if version >= _HASHES_ROWS else row, Text)
        return select_instead(
            rows, func.concat(func.count(), ":", func.sum(func.hashtextextended(told, 0)), type_=Text)
        )

    def version(self, connection: Connection, table: Table, rows: Select[Any]) -> Select[Any]:
        """Sum the numbers of the transactions that wrote the rows: each new one is higher than all before."""
        name = connection.dialect.identifier_preparer.quote(table.name)
        writer = cast(cast(literal_column(f"{name}.xmin"), Text), BigInteger)
        return select_instead(rows, func.concat(func.count(), ":", func.sum(writer), type_=Text))

    def versions_of_content(
        self, _: Mapping[Table, pa.Table], __: Mapping[Table, str]
    ) -> dict[str, str] | None:
        """Return None: versions are made of the numbers of the transactions that write."""
        return None

    def versions_of_writer(
        self, connection: Connection, rows: Mapping[Table, pa.Table]
    ) -> dict[str, str] | None:
        """Tell the versions from the number of this transaction."""
        number = connection.execute(text("SELECT txid_current() % 4294967296")).scalar_one()
        counts = {table.name: frame.num_rows for table, frame in rows.items()}
        return {name: f"{count}:{count * number}" if count else "0:" for name, count in counts.items()}


def _to_the_letter(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column so that two values hash alike only where they are the same, whatever its collation."""
    if isinstance(column.type, String):
        return column.collate("C")
    return column if isinstance(column.type, Integer) else cast(column, Text)


def _with_hex_ids(table: pa.Table, statement: Select[Any], kinds: tuple[type, ...]) -> pa.Table:
    """Write ids as 32 hex digits; a v2 that has UUIDs for keys keeps its dashes."""
    for place, column in enumerate(statement.selected_columns):
        if isinstance(column.type, kinds):
            table = table.set_column(place, column.name, without_dashes(table[column.name]))
    return table


def _copied_out(cursor: psycopg.Cursor[Any], statement: str) -> bytes:
    """Return what COPY gives. libpq is asked row by row: psycopg's own loop waits on the socket for each."""
    cursor.execute("")  # psycopg begins its transaction before the first statement
    connection = cursor.connection.pgconn
    result = connection.exec_(statement.encode())
    if result.status != ExecStatus.COPY_OUT:
        raise error_from_result(result)
    parts: list[memoryview] = []
    size, data = connection.get_copy_data(0)
    while size > 0:
        parts.append(data)
        size, data = connection.get_copy_data(0)
    ending = connection.get_result()
    if ending is not None and ending.status != ExecStatus.COMMAND_OK:
        raise error_from_result(ending)
    connection.get_result()
    return b"".join(parts)


@contextmanager
def _cursor(connection: Connection) -> Iterator[psycopg.Cursor[Any]]:
    """Give psycopg's cursor of a SQLAlchemy connection."""
    raw: Any = connection.connection.driver_connection
    with raised_as_sqlalchemys(connection, "COPY", psycopg.Error), raw.cursor() as cursor:
        yield cursor


PATHS = PostgresqlPaths()
