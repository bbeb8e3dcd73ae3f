"""What servers call their errors: codes, since their words come in the language of each server."""

import re
from collections.abc import Callable, Iterable

from sqlalchemy.exc import DBAPIError, OperationalError

NO_RIGHT = frozenset({"42501", "1044", "1045", "1142", "1143", "1227"})
"""PostgreSQL's SQLSTATE of a lacking privilege, and MariaDB's numbers: database, account, table, column."""
READ_ONLY = frozenset({"25006", "1290", "1792", "1836"})
_DISK_FULL = frozenset({"53100", "1021", "1114"})
_MAYBE_FULL = frozenset({"3", "1005", "1026", "1030"})
"""MariaDB's numbers of what cannot be written or made: that the disk is full is a number in their words."""
_NO_SPACE = re.compile(r"\b(28|135)\b")
"""The system's number of a full disk, and InnoDB's."""
_NO_ANSWER = frozenset({"2002", "2003", "57P03"})
"""MariaDB's numbers of a server that cannot be reached; PostgreSQL's SQLSTATE while it starts or stops."""
_FILE_FULL = ("SQLITE_FULL", "SQLITE_IOERR")
"""SQLite's names of a full disk, and of a limit on the size of a file: the latter has more after it."""
_FILE_BUSY = "SQLITE_BUSY"
"""SQLite's name of a file that another program writes to, and longer than anybody waits."""
_NO_SUCH_LETTER = "22P05"
"""PostgreSQL's SQLSTATE of a character that the database's encoding lacks."""
_NO_TEXT = frozenset({"1210", "4079"})
"""What MySQL and MariaDB answer where values of a type, such as POINT, are to be written as text."""
_ALTERED_TABLE = "1412"
"""MariaDB's number of a table that was altered after a snapshot was taken, as by a first run's indexes."""


def error_codes_of(error: DBAPIError) -> frozenset[str]:
    """Return how the engine itself calls an error: its SQLSTATE, its number; SQLite's name for it."""
    named = (getattr(error.orig, name, None) for name in ("sqlstate", "sqlite_errorname"))
    known = (*named, next(iter(getattr(error.orig, "args", ())), None))
    return frozenset(str(sign) for sign in known if sign)


def advice_on(error: DBAPIError, advice: Iterable[tuple[Callable[[DBAPIError], bool], str]]) -> str | None:
    """Return the first words whose condition is true of an error; None where none is."""
    return next((words for is_true_of, words in advice if is_true_of(error)), None)


def lacks_right(error: DBAPIError) -> bool:
    """Return whether the account may not do what was asked."""
    return not NO_RIGHT.isdisjoint(error_codes_of(error))


def has_no_such_letter(error: DBAPIError) -> bool:
    """Return whether a text holds a character that the database's encoding lacks."""
    return _NO_SUCH_LETTER in error_codes_of(error)


def has_no_text(error: DBAPIError) -> bool:
    """Return whether values of a type cannot be written as text."""
    return not _NO_TEXT.isdisjoint(error_codes_of(error))


def has_no_room(error: DBAPIError) -> bool:
    """Return whether the disk is full, or the file may not grow."""
    codes = error_codes_of(error)
    if not _MAYBE_FULL.isdisjoint(codes) and _NO_SPACE.search(str(error.orig)):
        return True
    return not _DISK_FULL.isdisjoint(codes) or any(code.startswith(_FILE_FULL) for code in codes)


def is_busy(error: DBAPIError) -> bool:
    """Return whether another program kept a file for itself until waiting for it was given up."""
    return any(code.startswith(_FILE_BUSY) for code in error_codes_of(error))


def is_of_altered_table(error: DBAPIError) -> bool:
    """Return whether a table was altered while a snapshot was read."""
    return _ALTERED_TABLE in error_codes_of(error)


def is_lost_connection(error: DBAPIError) -> bool:
    """Return whether the server, or what is between, has ended the connection."""
    return bool(error.connection_invalidated)


def is_unreachable(error: DBAPIError) -> bool:
    """Return whether no connection could be made. libpq then gives no SQLSTATE, since no server sent one."""
    if not isinstance(error, OperationalError):
        return False
    is_psycopgs = type(error.orig).__module__.startswith("psycopg")
    has_state = getattr(error.orig, "sqlstate", None) is not None
    return (is_psycopgs and not has_state) or not _NO_ANSWER.isdisjoint(error_codes_of(error))
