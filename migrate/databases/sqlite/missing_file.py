"""A SQLite file that is not there yet: it reads as an empty database, and is made by whoever writes to it.

SQLite makes the file as soon as it is opened, so a command that only looks, or is refused, would leave an
empty one behind; removing it again could take it from another run that has opened it meanwhile. Until the
file is there a database in memory stands in for it, which takes temporary tables and refuses every other
write, since that would be lost.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from migrate.errors import MigrationError

_STANDS_IN = "career_migrate_stands_in"
_WRITES = (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)
"""To make, change or drop a table is to write to the catalogue."""


def read_as_empty(engine: Engine) -> None:
    """Connect to an empty database in memory for as long as the file is not there."""
    path = _path_of(engine)
    if path is None:
        return

    @event.listens_for(engine, "do_connect")
    def _stand_in(dialect: Any, record: Any, _: object, options: dict[str, Any]) -> Any:
        if path.exists():
            return None
        record.info[_STANDS_IN] = True
        connection = dialect.connect(":memory:", **options)
        connection.set_authorizer(_allow)
        return connection

    @event.listens_for(engine, "checkout")
    def _give_way(_: object, record: Any, __: object) -> None:
        if record.info.get(_STANDS_IN) and path.exists():
            raise DisconnectionError("the file is there by now")  # SQLAlchemy then connects to it


def make_file(engine: Engine) -> None:
    """Make the file that an engine is about to write to, where it is missing.

    Raises MigrationError where the folder takes none.
    """
    path = _path_of(engine)
    if path is None or path.exists():
        return
    try:
        path.touch()
    except OSError as error:
        reason = error.strerror
        raise MigrationError(f"{path} cannot be created ({reason}); check the path and its rights") from None


def _allow(action: int, _: str | None, __: str | None, database: str | None, ___: str | None) -> int:
    """Answer SQLite whether a part of a statement may be done (`sqlite3.Connection.set_authorizer`)."""
    return sqlite3.SQLITE_DENY if action in _WRITES and database == "main" else sqlite3.SQLITE_OK


def _path_of(engine: Engine) -> Path | None:
    """Return the file of an engine; None where it has none."""
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name else None
