"""The one interface to each engine's bulk paths.

A frame on its way to or from a database is an Arrow table of text: every engine can say any value as text,
NULL and the empty text stay apart, and two values are the same when their texts are.
"""

import importlib
from collections.abc import Mapping
from typing import Any, Protocol

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, select


class BulkPaths(Protocol):
    """What an engine's module gives."""

    def prepare(self, engine: Engine) -> None:
        """Set each new connection up: character set, strictness, time-outs."""

    def make_read_only(self, engine: Engine) -> None:
        """Make every transaction a read-only snapshot that the server itself guards."""

    def probe(self, connection: Connection) -> None:
        """Ask something that only a working database answers."""

    def read_table(
        self, connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
    ) -> pa.Table:
        """Return the result of a SELECT as text."""

    def read_with_fingerprint(
        self, connection: Connection, statement: Select[Any], values: Mapping[str, Any]
    ) -> tuple[pa.Table, str | None]:
        """Read as `read_table` does, and tell what `fingerprint` tells, or None where only the server can."""

    def write_table(self, connection: Connection, table: Table, frame: pa.Table) -> None:
        """Insert every row of a frame; its columns are columns of the table, its values text."""

    def fingerprint(self, connection: Connection, rows: Select[Any]) -> Select[Any]:
        """Select a text that is the same while a SELECT gives the same rows.

        It is NULL where the server cannot tell.
        """

    def version(self, connection: Connection, table: Table, rows: Select[Any]) -> Select[Any]:
        """Select a text that changes whenever one of the rows is written, added or deleted."""

    def versions_of_content(
        self, rows: Mapping[Table, pa.Table], found_by: Mapping[Table, str]
    ) -> dict[str, str] | None:
        """Return the versions of rows that are to be inserted; None where they depend on who inserts them."""

    def versions_of_writer(
        self, connection: Connection, rows: Mapping[Table, pa.Table]
    ) -> dict[str, str] | None:
        """Return the versions of rows that this transaction inserts; None where they must be read back."""


_ENGINES = {
    "postgresql": "postgresql",
    "mysql": "mariadb",
    "mariadb": "mariadb",
    "sqlite": "sqlite",
}


def paths_of(bind: Engine | Connection) -> BulkPaths:
    """Return the bulk paths of an engine."""
    module = importlib.import_module(f"migrate.databases.{_ENGINES[bind.dialect.name]}.paths")
    paths: BulkPaths = module.PATHS
    return paths


def read_table(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
) -> pa.Table:
    """Return the result of a SELECT as an Arrow table of text (`large_string`), NULL where it is NULL.

    values: of the parameters that the SELECT leaves open. Such a SELECT is compiled once and kept, since it
    is asked again and again.
    Dates are ISO, ids 32 hex digits, flags `true` or `false` only after `migrate.load.canonical`.
    """
    _begin(connection)
    return paths_of(connection).read_table(connection, statement, values)


def read_with_fingerprint(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any]
) -> tuple[pa.Table, str | None]:
    """Return what `read_table` does, with its fingerprint; None where the server would have to be asked."""
    _begin(connection)
    return paths_of(connection).read_with_fingerprint(connection, statement, values)


def write_table(connection: Connection, table: Table, frame: pa.Table) -> None:
    """Insert every row of a frame of text in the connection's transaction, by the engine's bulk path.

    Raises sqlalchemy.exc.IntegrityError or DataError where the database refuses a row.
    """
    if frame.num_rows:
        _begin(connection)
        paths_of(connection).write_table(connection, table, frame)


def fingerprint(connection: Connection, rows: Select[Any]) -> Select[Any]:
    """Select the fingerprint of what a SELECT gives (see `BulkPaths.fingerprint`)."""
    return paths_of(connection).fingerprint(connection, rows)


def version(connection: Connection, table: Table, rows: Select[Any]) -> Select[Any]:
    """Select the version of those rows of a table that a SELECT gives (see `BulkPaths.version`)."""
    return paths_of(connection).version(connection, table, rows)


def select_aggregates(selects: Mapping[str, Select[Any]]) -> Select[Any]:
    """Select what SELECTs of one value give, all in one row."""
    return select(*(each.scalar_subquery().label(name) for name, each in selects.items()))


def read_aggregates(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
) -> dict[str, str | None]:
    """Return what a SELECT of `select_aggregates` gives, by name; values as for `read_table`."""
    found: dict[str, str | None] = read_table(connection, statement, values).to_pylist()[0]
    return found


def versions_of_new(
    connection: Connection, rows: Mapping[Table, pa.Table], found_by: Mapping[Table, str]
) -> dict[str, str] | None:
    """Return the versions, by the name of the table, of rows that this transaction has inserted.

    rows: canonical text (`migrate.load.canonical`). found_by: table → the column in whose order `version`
    will find its rows, for engines that have regard to it; a table that is not named is in that order
    already. None where the versions must be read back.
    """
    paths = paths_of(connection)
    return paths.versions_of_content(rows, found_by) or paths.versions_of_writer(connection, rows)


def versions_of_content(
    connection: Connection, rows: Mapping[Table, pa.Table], found_by: Mapping[Table, str]
) -> dict[str, str] | None:
    """Return `versions_of_new` before the rows are written; None where only the writer can tell."""
    return paths_of(connection).versions_of_content(rows, found_by)


def select_instead(rows: Select[Any], column: ColumnElement[Any]) -> Select[Any]:
    """Select something else of the rows that a SELECT gives, in no order."""
    return rows.with_only_columns(column, maintain_column_froms=True).order_by(None)


def _begin(connection: Connection) -> None:
    """Begin the transaction that SQLAlchemy, past which the bulk paths go, would begin by itself."""
    if not connection.in_transaction():
        connection.begin()
