"""Settings of the whole process, made before a command does anything else. No other program shares it."""

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

    The count has one lock for all connections: threads that read and write spent a sixth of a run waiting for
    it. It can be switched off only before a database is opened, and not where SQLite is linked into Python.
    """
    with contextlib.suppress(*_ABSENT):
        import _sqlite3

        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_config.argtypes = [ctypes.c_int]  # what follows is variadic
        library.sqlite3_shutdown()
        library.sqlite3_config(_MEMORY_STATISTICS, 0)
        library.sqlite3_initialize()


def with_few_arenas() -> None:
    """Have all threads share two heaps of the GNU C library; with other libraries, do nothing.

    With a heap of its own each thread keeps the memory that it once needed: 30 MB in a run.
    """
    with contextlib.suppress(*_ABSENT):
        ctypes.CDLL(None).mallopt(_MOST_ARENAS, _ARENAS)


def with_rare_collections() -> None:
    """Have Python collect cyclic garbage less often: it took a twentieth of a run, and there is little."""
    gc.set_threshold(*_COLLECTED_AFTER)
