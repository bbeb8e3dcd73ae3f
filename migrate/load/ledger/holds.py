"""Marks a run as alive, in a way that ends by itself when its process does.

PostgreSQL and MariaDB: a named lock of a connection, which the server releases with it. SQLite: a locked file
beside the database, which the operating system releases. Nobody has to clean up after a dead run.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from migrate.load.ledger.locks import committing, is_free, take_lock, unlock, wait_for_lock


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
        return not is_free(connection, run_id)


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
    with committing(engine) as connection:
        wait_for_lock(connection, "admission")
        try:
            yield
        finally:
            unlock(connection, "admission")


class _ServerHold:
    def __init__(self, engine: Engine, run_id: str) -> None:
        self._engine, self._run_id = engine, run_id
        self._connection = self._take()

    def _take(self) -> Connection:
        connection = committing(self._engine)
        try:
            take_lock(connection, self._run_id)
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
        self._file = self._take()

    @staticmethod
    def _path_of(engine: Engine, run_id: str) -> Path:
        return Path(f"{engine.url.database}.{run_id}.lock")

    @classmethod
    def is_held(cls, engine: Engine, run_id: str) -> bool:
        try:
            with cls._path_of(engine, run_id).open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # those who look do not see each other
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def _take(self) -> IO[str]:
        """Lock the file, anew where whoever had it has just removed it."""
        file = self._path.open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()
        return self._take()

    def renew(self) -> None:
        pass

    def release(self) -> None:
        self._path.unlink(missing_ok=True)
        self._file.close()
