"""A command has its process to itself: SQLite counts no memory there, and threads share their heaps."""

import _sqlite3
import ctypes
import subprocess
import sys

import pytest

STATISTICS = """
import ctypes, sqlite3, _sqlite3
from migrate.cli.own_process import without_sqlite_statistics
library = ctypes.CDLL(_sqlite3.__file__)
counted = []
for settle in (lambda: None, without_sqlite_statistics):
    settle()
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'a' AS one")
        assert connection.execute("SELECT one FROM kept").fetchall() == [("a",)]
        counted.append(library.sqlite3_memory_used() > 0)
    connection.close()
print(counted)
"""
HEAPS = """
import ctypes
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from migrate.cli.own_process import with_few_arenas
{settled}
library = ctypes.CDLL(None)
library.malloc.restype = library.fdopen.restype = ctypes.c_void_p
together = Barrier(8)
def work(_):
    together.wait()
    return library.malloc(1000)
with ThreadPoolExecutor(8) as pool:
    list(pool.map(work, range(8)))
library.malloc_info(0, ctypes.c_void_p(library.fdopen(1, b"w")))
library.fflush(None)
"""


@pytest.mark.skipif(not hasattr(_sqlite3, "__file__"), reason="this Python has SQLite built in")
def test_a_command_has_sqlite_keep_no_count_of_its_memory() -> None:
    assert _said(STATISTICS).strip() == "[True, False]"


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="not the C library of GNU")
def test_a_commands_threads_share_two_heaps() -> None:
    alone, shared = (_said(HEAPS.format(settled=each)).count("<heap ") for each in ("", "with_few_arenas()"))
    assert shared <= 2 < alone


def _said(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout
