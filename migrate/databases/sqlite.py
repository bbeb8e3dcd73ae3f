"""SQLite, the embedded default: many rows go in by one statement, and come out as one text."""

import sqlite3
from collections.abc import Iterator, Mapping
from functools import reduce
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
    literal,
    select,
    text,
)

from migrate.databases.bulk import told_of
from migrate.databases.delimited import table_from_csv
from migrate.errors import ConfigurationError

BUSY_MILLISECONDS = 60_000
CACHE_KILOBYTES = 24_576
"""A batch's pages stay in it until the commit: a file that is written to earlier keeps readers waiting."""
NO_ROWS = "none"
"""The fingerprint of nothing."""
ROWS_A_STATEMENT = (200, 20, 1)
"""Few lengths, for the driver keeps each statement with its values."""


class SqlitePaths:
    """See `migrate.databases.bulk.BulkPaths`."""

    def prepare(self, engine: Engine) -> None:
        """Check foreign keys, wait for other writers, and begin as a writer: no lock is upgraded later."""

        @event.listens_for(engine, "connect")
        def _settings(connection: sqlite3.Connection, _: object) -> None:
            connection.isolation_level = None  # transactions begin below, not by the driver's guess
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            if not getattr(engine.dialect, "career_migrate_read_only", False):
                connection.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
            connection.create_function("career_digest", 1, _digest, deterministic=True)

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
        """Read the file's catalogue. Raises ConfigurationError for UTF-16: bytes are read as UTF-8."""
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
        """Let SQLite put all rows together as CSV: one value to fetch (see `write_table`)."""
        names = [column.name for column in statement.selected_columns]
        line = reduce(_with_comma, map(_quoted, statement.selected_columns))
        lines = statement.with_only_columns(line.label("line"), maintain_column_froms=True).subquery("lines")
        whole = cast(func.group_concat(lines.c.line, "\n"), BLOB)
        content: bytes | None = connection.execute(select(whole), values or {}).scalar_one()
        return table_from_csv(b"" if content is None else content + b"\n", names)

    def write_table(self, connection: Connection, table: Table, frame: pa.Table) -> None:
        """Insert many rows by each statement.

        By `executemany` the interpreter's lock changes hands for every row: beside another thread that
        computes, 25,000 rows took 42 seconds where these took 0.2 (the same goes for fetching many rows).
        """
        columns = ", ".join(f'"{name}"' for name in frame.column_names)
        places = "(" + ", ".join("?" * frame.num_columns) + ")"
        for part in _parts(frame, _most_rows(connection, frame.num_columns)):
            rows = ", ".join([places] * part.num_rows)
            statement = f'INSERT INTO "{table.name}" ({columns}) VALUES {rows}'  # noqa: S608  # names, no values
            connection.exec_driver_sql(statement, tuple(_row_by_row(table, part)))

    def fingerprint(self, connection: Connection, rows: Select[Any]) -> Select[Any]:
        """Hash the rows as they stand in the file: in another order they are looked at in vain.

        Each row is an array of JSON, in which no value can be mistaken for its neighbour: SQLite writes those
        in less than half of the time that texts put together one by one took.
        """
        every = func.group_concat(func.json_array(*map(_as_text, rows.selected_columns)), "")
        return told_of(rows, func.coalesce(func.career_digest(cast(every, BLOB), type_=Text), NO_ROWS))

    def version(self, connection: Connection, table: Table, rows: Select[Any]) -> Select[Any]:
        """Tell it from the rows' content: the file keeps no number of the writer."""
        return self.fingerprint(
            connection, rows.with_only_columns(*table.columns, maintain_column_froms=True)
        )

    def versions_of_new(
        self, connection: Connection, rows: Mapping[Table, pa.Table]
    ) -> dict[str, str] | None:
        """Leave it to a look: see `version`."""
        return None


def _digest(rows: bytes | None) -> str | None:
    return None if rows is None else xxhash.xxh3_128_hexdigest(rows)


def _most_rows(connection: Connection, columns: int) -> int:
    """Return how many rows of so many columns a statement can have."""
    driver: Any = connection.connection.driver_connection
    return int(driver.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)) // columns


def _parts(frame: pa.Table, most: int) -> Iterator[pa.Table]:
    """Cut a frame into parts as long as statements are."""
    start = 0
    for length in ROWS_A_STATEMENT:
        while length <= most and start + length <= frame.num_rows:
            yield frame.slice(start, length)
            start += length


def _row_by_row(table: Table, frame: pa.Table) -> list[Any]:
    """Return a frame's cells one row after the other."""
    width = frame.num_columns
    cells = [None] * (frame.num_rows * width)
    for place, name in enumerate(frame.column_names):
        cells[place::width] = _values(table, frame, name)
    return cells


def _values(table: Table, frame: pa.Table, name: str) -> list[Any]:
    """Return a column's values as SQLite stores them: flags as 0 and 1."""
    values = frame[name].to_pylist()
    if table.columns[name].type.python_type is bool:
        return [None if value is None else int(value == "true") for value in values]
    return list(values)


def _beside(left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[str]:
    return left.op("||")(right)


def _with_comma(left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[str]:
    return _beside(_beside(left, literal(",")), right)


def _quoted(column: Any) -> ColumnElement[str]:
    doubled = func.replace(cast(column, BLOB), '"', '""')
    return func.ifnull(_beside(_beside(literal('"'), doubled), literal('"')), "")


def _as_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a value as a text: JSON refuses what is stored as a BLOB."""
    return cast(column, Text)


PATHS = SqlitePaths()
