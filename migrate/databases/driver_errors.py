"""A driver's errors as SQLAlchemy's, where a bulk path speaks to the driver itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, exc


@contextmanager
def raised_as_sqlalchemys(connection: Connection, statement: str, kind: type[Exception]) -> Iterator[None]:
    """Raise errors of a driver's as SQLAlchemy does: one that loses the connection invalidates it.

    statement: what was asked. kind: the base of the driver's errors.
    """
    try:
        yield
    except kind as error:
        dialect = connection.dialect
        lost = dialect.is_disconnect(error, None, None)  # type: ignore[arg-type]
        if lost:
            connection.invalidate(error)
        raise exc.DBAPIError.instance(
            statement, None, error, kind, connection_invalidated=lost, dialect=dialect
        ) from error
