"""SQLite, the embedded default: many rows go in by one statement, and come out as one value."""

import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pyarrow as pa
import xxhash
from sqlalchemy import (
    BLOB,
    Connection,
    Engine,
    Select,
    Table,
    Text,
    cast,
    event,
    func,
    select,
    text,
)

from migrate.databases.as_stored import flags_as_numbers, without_trailing_zeros
from migrate.databases.reading import as_reader, is_read_only, mark_read_only, only_reads
from migrate.databases.sqlite.inserts import inserts
from migrate.databases.sqlite.json_lines import content_of, line_of, table_from_lines
from migrate.databases.sqlite.scratch import FEWEST_CELLS, insert_by_scratch, leave_scratch_files
from migrate.errors import ConfigurationError
from migrate.schema.arrow import TEXT

BUSY_MILLISECONDS = 60_000
CACHE_KILOBYTES = 24_576
"""Room for a batch's pages until the commit: once SQLite writes to the file, readers must wait."""
NO_ROWS = "none"
"""The fingerprint of nothing."""
_AS_STORED: dict[type, Callable[[Any], Any]] = {bool: flags_as_numbers, Decimal: without_trailing_zeros}


class SqlitePaths:
    """See `migrate.databases.bulk.BulkPaths`."""

    def prepare(self, engine: Engine) -> None:
        """Check foreign keys, wait for other writers, and begin as a writer: no lock is upgraded later."""

        @event.listens_for(engine, "connect")
        def _settings(connection: sqlite3.Connection, _: object) -> None:
            connection.isolation_level = None  # transactions begin below, not by the driver's guess
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            if not is_read_only(engine):
                connection.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
            connection.create_function("career_digest", 1, _digest, deterministic=True)

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            leave_scratch_files(connection)
            connection.exec_driver_sql("BEGIN" if only_reads(connection) else "BEGIN IMMEDIATE")

    def make_read_only(self, engine: Engine) -> None:
        """Let SQLite itself refuse every write."""
        mark_read_only(engine)

        @event.listens_for(engine, "connect")
        def _query_only(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA query_only = ON")

    def probe(self, connection: Connection) -> None:
        """Read the file's catalogue. Raises ConfigurationError for UTF-16: bytes are read as UTF-8."""
        connection = as_reader(connection)  # whoever opens the file need not wait for who writes to it
        connection.execute(text("SELECT count(*) FROM sqlite_master"))
        encoding = connection.execute(text("PRAGMA encoding")).scalar_one()
        if encoding != "UTF-8":
            raise ConfigurationError(
                f"{connection.engine.url.database}: the file keeps its texts as {encoding}; "
                "copy it with `sqlite3 OLD .dump | sqlite3 NEW` into one of UTF-8 and name that"
            )

    def read_table(
        self, connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
    ) -> pa.Table:
        """Let SQLite put all rows together: one value to fetch (see `write_table`)."""
        return _read(connection, statement, values)[0]

    def read_with_fingerprint(
        self, connection: Connection, statement: Select[Any], values: Mapping[str, Any]
    ) -> tuple[pa.Table, str | None]:
        """Hash what was read: `fingerprint` hashes the same."""
        found, content = _read(connection, statement, values)
        return found, _digest(content)

    def write_table(self, connection: Connection, table: Table, frame: pa.Table) -> None:
        """Insert a frame by one statement where it is worth a scratch file, or many rows by each.

        By `executemany` the interpreter's lock changes hands for every row: beside another thread that
        computes, 25,000 rows took 42 seconds where these took 0.2 (the same goes for fetching many rows).
        """
        if frame.num_rows * frame.num_columns >= FEWEST_CELLS and insert_by_scratch(connection, table, frame):
            return
        driver: Any = connection.connection.driver_connection
        most = driver.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        for statement, values in inserts(table, frame, most):
            connection.exec_driver_sql(statement, values)

    def fingerprint(self, connection: Connection, rows: Select[Any]) -> Select[Any]:
        """Hash the rows in the order of the SELECT: in another, unchanged rows would look changed.

        Each row is an object of JSON, in which no value can be mistaken for its neighbour: SQLite writes
        those in less than half of the time that texts put together one by one took.
        """
        return select(func.career_digest(_lines(rows).scalar_subquery(), type_=Text))

    def version(self, connection: Connection, table: Table, rows: Select[Any]) -> Select[Any]:
        """Tell it from the rows' content: the file keeps no number of the writer."""
        return self.fingerprint(
            connection, rows.with_only_columns(*table.columns, maintain_column_froms=True)
        )

    def versions_of_content(
        self, rows: Mapping[Table, pa.Table], found_by: Mapping[Table, str]
    ) -> dict[str, str] | None:
        """Hash the lines that SQLite would make of the rows, which would have to read them back for that."""
        found = {}
        for table, frame in rows.items():
            in_order = frame.sort_by(found_by[table]) if table in found_by and len(frame) else frame
            content = content_of(_as_told(table, in_order))
            if content is None:
                return None
            found[table.name] = _digest(content or None)
        return found

    def versions_of_writer(self, _: Connection, __: Mapping[Table, pa.Table]) -> dict[str, str] | None:
        """Return None: what `versions_of_content` cannot tell must be read back."""
        return None


def _read(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None
) -> tuple[pa.Table, bytes | None]:
    lines = _lines(statement) if values is None else _kept_lines(statement)
    content: bytes | None = connection.execute(lines, values or {}).scalar_one()
    names = [column.name for column in statement.selected_columns]
    return table_from_lines(content or b"", names), content


@lru_cache(maxsize=100)
def _kept_lines(statement: Select[Any]) -> Select[Any]:
    """Return `_lines`, made once: SQLAlchemy then keeps what it compiles of it."""
    return _lines(statement)


def _lines(rows: Select[Any]) -> Select[Any]:
    """Select all rows as one value, NULL where there are none."""
    line = line_of(list(rows.selected_columns)).label("line")
    lines = rows.with_only_columns(line, maintain_column_froms=True).subquery("lines")
    return select(cast(func.group_concat(lines.c.line, "\n"), BLOB))


def _as_told(table: Table, frame: pa.Table) -> list[pa.ChunkedArray]:
    """Return the values of each column of a table in the words of SQLite."""
    nothing = pa.chunked_array([pa.nulls(frame.num_rows, TEXT)])
    told = []
    for column in table.columns:
        values = frame[column.name] if column.name in frame.column_names else nothing
        as_stored = _AS_STORED.get(column.type.python_type)
        told.append(as_stored(values) if as_stored else values)
    return told


def _digest(rows: bytes | None) -> str:
    return NO_ROWS if rows is None else xxhash.xxh3_128_hexdigest(rows)


PATHS = SqlitePaths()
