"""A SQLite file that is not there yet: it reads as an empty database, and is made by whoever writes to it.

SQLite makes the file as soon as it is opened, and what only looks, or is refused, would leave it behind. To
remove it then might take it from another run that has opened it meanwhile.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from migrate.errors import MigrationError

_STANDS_IN = "career_migrate_stands_in"


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
        return dialect.connect(":memory:", **options)

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


def _path_of(engine: Engine) -> Path | None:
    """Return the file of an engine; None where it is no file, or SQLite is told by a URI how to open it."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:" or "uri" in engine.url.query:
        return None
    return Path(name)
