"""Messages for errors of the system or of a database that no module has handled."""

import sys

_DRIVERS = ("pymysql", "psycopg")
"""Drivers whose errors reach us unwrapped if they occur while SQLAlchemy sets a connection up."""


def words_of(error: Exception) -> str | None:
    """Return a line about an error of the system or of a database; None for any other error.

    Any other error is a fault of the program: its traceback is wanted.
    """
    if isinstance(error, OSError):
        return _of_system(error)
    databases = sys.modules.get("sqlalchemy.exc")  # not imported: the error is not a database's
    if databases is not None and isinstance(error, databases.DBAPIError):
        from migrate.databases.error_codes import (
            advice_on,
            has_no_room,
            is_busy,
            is_lost_connection,
            is_of_altered_table,
            is_unreachable,
            lacks_right,
        )

        mends = (
            (lacks_right, "Have that right granted to the account, and call again. "),
            (has_no_room, "See that its disk has room, and call again. "),
            (is_lost_connection, "The connection was lost: see that the server runs, and call again. "),
            (is_unreachable, "No connection could be made: see that the server runs, and call again. "),
            (is_busy, "Another program, such as a run, uses the file: let it end, and call again. "),
            (is_of_altered_table, "A table was altered meanwhile, as by a first run: call again. "),
        )
        return _of_database(error.orig, advice_on(error, mends) or "")
    drivers = tuple(sys.modules[name].Error for name in _DRIVERS if name in sys.modules)
    return _of_database(error, "") if isinstance(error, drivers) else None


def _of_system(error: OSError) -> str:
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason


def _of_database(error: BaseException | None, mend: str) -> str:
    said = next(iter(str(error).splitlines()), "") or type(error).__name__
    return f"The database refused: {said}. {mend}What was not committed is not there."
