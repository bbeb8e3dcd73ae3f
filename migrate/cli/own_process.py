"""What a command may set for its whole process, which is its own: called before anything else is done."""

import contextlib
import ctypes
import gc

_MEMORY_STATISTICS = 9
"""SQLITE_CONFIG_MEMSTATUS, https://sqlite.org/c3ref/c_config_covering_index_scan.html."""
_MOST_ARENAS = -8
"""M_ARENA_MAX, https://man7.org/linux/man-pages/man3/mallopt.3.html."""
_ARENAS = 2
_COLLECTED_AFTER = (50_000, 20, 50)
"""Python's own are 700, 10 and 10: https://docs.python.org/3/library/gc.html#gc.set_threshold."""
_ABSENT = (AttributeError, ImportError, OSError)


def settle() -> None:
    """Set up the process."""
    without_sqlite_statistics()
    with_few_arenas()
    with_rare_collections()


def without_sqlite_statistics() -> None:
    """Have SQLite keep no count of the memory that it holds.

    The count has one lock for all connections: a thread that reads and one that writes waited for each other
    for a sixth of a run. It can be switched off only before a database is opened. Where SQLite is built into
    Python and cannot be spoken to, it keeps counting.
    """
    with contextlib.suppress(*_ABSENT):
        import _sqlite3

        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_config.argtypes = [ctypes.c_int]  # what follows is variadic
        library.sqlite3_shutdown()
        library.sqlite3_config(_MEMORY_STATISTICS, 0)
        library.sqlite3_initialize()


def with_few_arenas() -> None:
    """Have threads share two heaps: each would keep what it once needed in its own, 30 MB of a run.

    The C library of GNU has such heaps; elsewhere nothing is done.
    """
    with contextlib.suppress(*_ABSENT):
        ctypes.CDLL(None).mallopt(_MOST_ARENAS, _ARENAS)


def with_rare_collections() -> None:
    """Have Python look for cycles of garbage less often: a twentieth of a run, and columns make few."""
    gc.set_threshold(*_COLLECTED_AFTER)
