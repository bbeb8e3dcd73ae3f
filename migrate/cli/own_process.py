"""What a command may set for its whole process, which is its own."""

import contextlib
import ctypes

_MEMORY_STATISTICS = 9
"""SQLITE_CONFIG_MEMSTATUS, https://sqlite.org/c3ref/c_config_covering_index_scan.html."""


def without_sqlite_statistics() -> None:
    """Have SQLite keep no count of the memory that it holds.

    The count has one lock for all connections: a thread that reads and one that writes waited for each other
    for a sixth of a run. To be called before any database is opened. Where SQLite is built into Python and
    cannot be spoken to, it keeps counting.
    """
    with contextlib.suppress(AttributeError, ImportError, OSError):
        import _sqlite3

        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_config.argtypes = [ctypes.c_int]  # what follows is variadic
        library.sqlite3_shutdown()
        library.sqlite3_config(_MEMORY_STATISTICS, 0)
        library.sqlite3_initialize()
