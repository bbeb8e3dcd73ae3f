"""Waits for a table's lock that are given up soon: a reviewer's page may hold the table for long."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

_FIVE_SECONDS = {
    "postgresql": "SET LOCAL lock_timeout = '5s'",
    "mysql": "SET SESSION lock_wait_timeout = 5",
    "mariadb": "SET SESSION lock_wait_timeout = 5",
}
_AS_BEFORE = {  # elsewhere it ends with the transaction
    "mysql": "SET SESSION lock_wait_timeout = DEFAULT",
    "mariadb": "SET SESSION lock_wait_timeout = DEFAULT",
}


@contextmanager
def not_waiting_long(connection: Connection) -> Iterator[None]:
    """Have the server refuse what waits for a lock for longer than five seconds.

    Raises DBAPIError where it does.
    """
    _execute(connection, _FIVE_SECONDS)
    try:
        yield
    finally:
        with suppress(DBAPIError):  # of a connection that is lost
            _execute(connection, _AS_BEFORE)


def _execute(connection: Connection, statements: dict[str, str]) -> None:
    statement = statements.get(connection.dialect.name)
    if statement:
        connection.execute(text(statement))
