"""Marks a run as alive, in a way that ends by itself when its process does.

PostgreSQL and MariaDB: a named lock of a connection, which the server releases with it. SQLite: a locked file
beside the database, which the operating system releases. Nobody has to clean up after a dead run.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

import xxhash
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError, InvalidRequestError, OperationalError
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

ADMISSION_SECONDS = 60
HOLD_SECONDS = 5


class Hold(Protocol):
    """A sign of life."""

    def renew(self) -> None:
        """Take it again where the connection was lost."""

    def release(self) -> None:
        """Give it back."""


def take_hold(engine: Engine, run_id: str) -> Hold:
    """Mark a run as alive until `release`, or the end of this process."""
    return _FileHold(engine, run_id) if engine.dialect.name == "sqlite" else _ServerHold(engine, run_id)


def is_held(engine: Engine, run_id: str) -> bool:
    """Tell whether a run's process is alive."""
    if engine.dialect.name == "sqlite":
        return _FileHold.is_held(engine, run_id)
    with engine.connect() as connection:
        free = _try_lock(connection, run_id)
        if free:
            _unlock(connection, run_id)
        return not free


def status_now(engine: Engine, run_id: str, status: str) -> str:
    """Return a run's status: of one whose process is gone `interrupted`, as the next run will write."""
    return "interrupted" if status == "running" and not is_held(engine, run_id) else status


@contextmanager
def admission(engine: Engine) -> Iterator[None]:
    """Let one run at a time ask whether it may begin, until it has committed that it has begun.

    SQLite's write transaction is enough there.
    """
    if engine.dialect.name == "sqlite":
        yield
        return
    with _committing(engine) as connection:
        _wait_for_lock(connection, "admission")
        try:
            yield
        finally:
            _unlock(connection, "admission")


def lock_until_committed(connection: Connection, name: str) -> None:
    """Let one transaction at a time, of PostgreSQL's, do what the name stands for."""
    connection.execute(select(func.pg_advisory_xact_lock(_number(name))))


def _committing(engine: Engine) -> Connection:
    """Return a connection that commits each statement. Raises OperationalError where it is lost at once."""
    connection = engine.connect()
    driver: Any = engine.dialect.dbapi
    try:
        return connection.execution_options(isolation_level="AUTOCOMMIT")
    except driver.Error as error:  # SQLAlchemy passes on what the driver says there
        connection.invalidate()
        connection.close()
        raise OperationalError("SET TRANSACTION", None, error, connection_invalidated=True) from error


class _ServerHold:
    def __init__(self, engine: Engine, run_id: str) -> None:
        self._engine, self._run_id = engine, run_id
        self._connection = self._take()

    def _take(self) -> Connection:
        connection = _committing(self._engine)
        try:
            _take_lock(connection, self._run_id)
        except DBAPIError:
            connection.close()
            raise
        return connection

    def renew(self) -> None:
        if not self._lives():
            self.release()
            self._connection = self._take()

    def release(self) -> None:
        if not self._connection.closed:
            self._connection.invalidate()
            self._connection.close()

    def _lives(self) -> bool:
        try:
            self._connection.execute(select(1))
        except (DBAPIError, InvalidRequestError):  # lost now, or before a renewal that failed
            return False
        return True


class _FileHold:
    def __init__(self, engine: Engine, run_id: str) -> None:
        self._path = self._path_of(engine, run_id)
        self._file: IO[str] = self._path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    @staticmethod
    def _path_of(engine: Engine, run_id: str) -> Path:
        return Path(f"{engine.url.database}.{run_id}.lock")

    @classmethod
    def is_held(cls, engine: Engine, run_id: str) -> bool:
        path = cls._path_of(engine, run_id)
        if not path.exists():
            return False
        with path.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        path.unlink(missing_ok=True)
        return False

    def renew(self) -> None:
        pass

    def release(self) -> None:
        self._path.unlink(missing_ok=True)
        self._file.close()


def _try_lock(connection: Connection, run_id: str) -> bool:
    if connection.dialect.name == "postgresql":
        return bool(connection.execute(select(func.pg_try_advisory_lock(_number(run_id)))).scalar())
    return connection.execute(select(func.get_lock(_name(connection, run_id), 0))).scalar() == 1


def _take_lock(connection: Connection, run_id: str) -> None:
    """Take a run's lock; who only asks whether it is held has it for an instant.

    Raises OperationalError where somebody keeps it: a connection that the server has not given up yet.
    """
    tries = Retrying(
        retry=retry_if_result(lambda taken: not taken),
        stop=stop_after_delay(HOLD_SECONDS),
        wait=wait_fixed(0.1),
        retry_error_callback=lambda state: False,
    )
    if not tries(_try_lock, connection, run_id):
        raise _not_given(f"the hold of run {run_id}")


def _wait_for_lock(connection: Connection, name: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_lock(_number(name))))
    elif connection.execute(select(func.get_lock(_name(connection, name), ADMISSION_SECONDS))).scalar() != 1:
        raise _not_given(name)


def _not_given(name: str) -> OperationalError:
    return OperationalError("GET_LOCK", None, TimeoutError(f"the server did not give {name} in time"))


def _unlock(connection: Connection, run_id: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_unlock(_number(run_id))))
    else:
        connection.execute(select(func.release_lock(_name(connection, run_id))))


def _number(name: str) -> int:
    """Return the number that PostgreSQL, whose locks are a database's own, knows a name by."""
    digest = xxhash.xxh3_64_intdigest(f"career-migrate:{name}".encode())
    return digest - (1 << 63)


def _name(connection: Connection, name: str) -> str:
    """Return the name of a lock; MariaDB's are the whole server's, and up to 64 characters."""
    return f"career-migrate:{xxhash.xxh3_64_hexdigest(str(connection.engine.url.database).encode())}:{name}"[
        :64
    ]
