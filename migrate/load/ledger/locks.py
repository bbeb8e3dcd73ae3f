"""Named locks of PostgreSQL and MariaDB: a connection's, which the server releases with it."""

from typing import Any

import xxhash
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import OperationalError
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

WAIT_SECONDS = 60
"""How long MariaDB waits for a lock that somebody has; PostgreSQL waits on."""
TAKE_SECONDS = 5
"""How long a lock that ought to be free is tried for."""


def committing(engine: Engine) -> Connection:
    """Return a connection that commits each statement. Raises OperationalError where it is lost at once."""
    connection = engine.connect()
    driver: Any = engine.dialect.dbapi
    try:
        return connection.execution_options(isolation_level="AUTOCOMMIT")
    except driver.Error as error:  # SQLAlchemy passes on what the driver says there
        connection.invalidate()
        connection.close()
        raise OperationalError("SET TRANSACTION", None, error, connection_invalidated=True) from error


def try_lock(connection: Connection, name: str) -> bool:
    """Take a lock if nobody has it, and tell whether it was taken."""
    if connection.dialect.name == "postgresql":
        return bool(connection.execute(select(func.pg_try_advisory_lock(_number(name)))).scalar())
    return connection.execute(select(func.get_lock(_name(connection, name), 0))).scalar() == 1


def is_free(connection: Connection, name: str) -> bool:
    """Tell whether nobody has a lock; those who ask at the same time do not see each other."""
    if connection.dialect.name != "postgresql":
        return connection.execute(select(func.is_free_lock(_name(connection, name)))).scalar() == 1
    shared = _number(name)
    free = bool(connection.execute(select(func.pg_try_advisory_lock_shared(shared))).scalar())
    if free:
        connection.execute(select(func.pg_advisory_unlock_shared(shared)))
    return free


def take_lock(connection: Connection, name: str) -> None:
    """Take a lock that ought to be free. In PostgreSQL whoever asks whether it is holds it for an instant.

    Raises OperationalError where somebody keeps it: a connection that the server has not given up yet.
    """
    tries = Retrying(
        retry=retry_if_result(lambda taken: not taken),
        stop=stop_after_delay(TAKE_SECONDS),
        wait=wait_fixed(0.1),
        retry_error_callback=lambda state: False,
    )
    if not tries(try_lock, connection, name):
        raise _not_given(name)


def wait_for_lock(connection: Connection, name: str) -> None:
    """Take a lock once nobody else has it. Raises OperationalError where MariaDB waits for too long."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_lock(_number(name))))
    elif connection.execute(select(func.get_lock(_name(connection, name), WAIT_SECONDS))).scalar() != 1:
        raise _not_given(name)


def unlock(connection: Connection, name: str) -> None:
    """Give a lock back."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_unlock(_number(name))))
    else:
        connection.execute(select(func.release_lock(_name(connection, name))))


def lock_until_committed(connection: Connection, name: str) -> None:
    """Let one transaction at a time, of PostgreSQL's, do what the name stands for."""
    connection.execute(select(func.pg_advisory_xact_lock(_number(name))))


def _not_given(name: str) -> OperationalError:
    return OperationalError(
        "GET_LOCK", None, TimeoutError(f"the server did not give the lock of {name} in time")
    )


def _number(name: str) -> int:
    """Return the number that PostgreSQL, whose locks are a database's own, knows a name by."""
    digest = xxhash.xxh3_64_intdigest(f"career-migrate:{name}".encode())
    return digest - (1 << 63)


def _name(connection: Connection, name: str) -> str:
    """Return the name of a lock; MariaDB's are the whole server's, and up to 64 characters."""
    database = xxhash.xxh3_64_hexdigest(str(connection.engine.url.database).encode())
    return f"career-migrate:{database}:{name}"[:64]
