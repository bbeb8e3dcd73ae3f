"""Many rows into SQLite without Python's lock: Arrow fills a scratch file, an INSERT … SELECT takes it over.

The driver binds each value as an object of Python, and a thread that prepares the next batch waits for it.
"""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_manager import dbapi as adbc
from adbc_driver_sqlite import dbapi
from sqlalchemy import Connection, Table

from migrate.databases.private_folder import private_folder

FEWEST_CELLS = 10_000
"""Fewer are inserted as fast by the driver."""

_FRAME = "frame"
_FILES = "career_migrate_scratch_files"
_BEGIN = (
    "PRAGMA page_size = 32768",
    "PRAGMA journal_mode = OFF",  # what is lost with the process was not committed to v3
    "PRAGMA synchronous = OFF",
    "BEGIN",
)


def insert_by_scratch(connection: Connection, table: Table, frame: pa.Table) -> bool:
    """Insert every row of a frame of text, in order; False where no scratch file can be had.

    Each frame gets a file of its own, for a transaction keeps what it has read locked. Values that all rows
    share stand in the statement. Raises sqlalchemy.exc.IntegrityError where the database refuses a row.
    """
    driver: Any = connection.connection.driver_connection
    files: list[str] = connection.info.setdefault(_FILES, [])
    shared = _shared(frame)
    own = [name for name in frame.column_names if name not in shared]
    if not own or len(files) >= driver.getlimit(sqlite3.SQLITE_LIMIT_ATTACHED):
        return False
    name = f"scratch_{len(files)}"
    try:
        path = _folder(os.getpid()) / f"{id(driver):x}-{name}.db"
        try:
            _fill(path, frame.select(own))
            connection.exec_driver_sql(f"ATTACH ? AS {name}", (str(path),))
            files.append(name)
        finally:
            path.unlink(missing_ok=True)  # SQLite holds it open
    except (adbc.Error, OSError):  # its disk may be full where v3's is not
        return False
    connection.exec_driver_sql(_insert(table, list(shared), own, name), tuple(shared.values()))
    return True


def leave_scratch_files(connection: Connection) -> None:
    """Let go of the files of the transaction before: to be called outside of one."""
    files: list[str] = connection.info.get(_FILES, [])
    while files:
        connection.exec_driver_sql(f"DETACH {files[-1]}")
        files.pop()


@lru_cache(maxsize=1)
def _folder(process: int) -> Path:
    """Return this process's own place; a forked worker does not write into its parent's."""
    return private_folder()


def _shared(frame: pa.Table) -> Mapping[str, str | None]:
    """Return the columns of which all rows have one value, with that value."""
    ends = {
        name: (column[0], column[-1]) for name, column in zip(frame.column_names, frame.columns, strict=True)
    }
    return {
        name: first.as_py()
        for name, (first, last) in ends.items()
        if first == last and pc.count_distinct(frame[name], mode="all").as_py() == 1
    }


def _fill(path: Path, frame: pa.Table) -> None:
    path.unlink(missing_ok=True)
    with closing(dbapi.connect(str(path), autocommit=True)) as database, closing(database.cursor()) as cursor:
        for statement in _BEGIN:
            cursor.execute(statement)
        cursor.adbc_ingest(_FRAME, frame, mode="create")
        cursor.execute("COMMIT")


def _insert(table: Table, shared: Sequence[str], own: Sequence[str], scratch: str) -> str:
    """Return the INSERT of all rows, with a place for each shared value."""
    columns = ", ".join(f'"{name}"' for name in (*shared, *own))
    places = [_as_stored(table, name, "?") for name in shared]
    values = ", ".join([*places, *(_as_stored(table, name, f'"{name}"') for name in own)])
    return f'INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM {scratch}.{_FRAME}'  # noqa: S608  # names, no values


def _as_stored(table: Table, name: str, value: str) -> str:
    """Return the expression of a value: flags are 0 and 1 to SQLite."""
    return f"{value} = 'true'" if table.columns[name].type.python_type is bool else value
