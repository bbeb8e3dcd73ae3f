"""The one interface to each engine's bulk paths.

A frame on its way to or from a database is an Arrow table of text: every engine can say any value as text,
NULL and the empty text stay apart, and two values are the same when their texts are.
"""

import importlib
from typing import Protocol

import pyarrow as pa
from sqlalchemy import Connection, Engine, Select, Table

TEXT = pa.large_string()


class BulkPaths(Protocol):
    """What an engine's module gives."""

    def prepare(self, engine: Engine) -> None:
        """Set each new connection up: character set, strictness, time-outs."""

    def make_read_only(self, engine: Engine) -> None:
        """Make every transaction a read-only snapshot that the server itself guards."""

    def probe(self, connection: Connection) -> None:
        """Ask something that only a working database answers."""

    def read_table(self, connection: Connection, statement: Select[tuple[object, ...]]) -> pa.Table:
        """Return the result of a SELECT as text."""

    def write_table(self, connection: Connection, table: Table, frame: pa.Table) -> None:
        """Insert every row of a frame; its columns are columns of the table, its values text."""


_MODULES = {
    "postgresql": "postgresql",
    "mysql": "mariadb",
    "mariadb": "mariadb",
    "sqlite": "sqlite",
}


def paths_of(bind: Engine | Connection) -> BulkPaths:
    """Return the bulk paths of an engine."""
    module = importlib.import_module(f"migrate.databases.{_MODULES[bind.dialect.name]}")
    paths: BulkPaths = module.PATHS
    return paths


def read_table(connection: Connection, statement: Select[tuple[object, ...]]) -> pa.Table:
    """Return the result of a SELECT as an Arrow table of text (`large_string`), NULL where it is NULL.

    Dates are ISO, ids 32 hex digits, flags `true` or `false` only after `migrate.load.canonical`.
    """
    _begin(connection)
    return paths_of(connection).read_table(connection, statement)


def write_table(connection: Connection, table: Table, frame: pa.Table) -> None:
    """Insert every row of a frame of text in the connection's transaction, by the engine's bulk path.

    Raises sqlalchemy.exc.IntegrityError or DataError where the database refuses a row.
    """
    if frame.num_rows:
        _begin(connection)
        paths_of(connection).write_table(connection, table, frame)


def _begin(connection: Connection) -> None:
    """Begin the transaction that SQLAlchemy, past which the bulk paths go, would begin by itself."""
    if not connection.in_transaction():
        connection.begin()
