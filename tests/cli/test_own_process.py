"""A command has its process to itself: SQLite counts no memory there, threads share their heaps, and Arrow's
memory comes from the C library.
"""

import _sqlite3
import ctypes
import os
import subprocess
import sys

import pyarrow as pa
import pytest

POOL = "ARROW_DEFAULT_MEMORY_POOL"
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


def test_a_command_looks_for_cycles_of_garbage_less_often() -> None:
    program = "import gc; from migrate.cli.own_process import settle; {}print(gc.get_threshold()[0])"
    before, after = (int(_said(program.format(each))) for each in ("", "settle(); "))
    assert after > 10 * before


@pytest.mark.parametrize(
    ("asked", "taken"), [(None, "system"), *((pool, pool) for pool in pa.supported_memory_backends())]
)
def test_arrow_takes_memory_from_the_c_library_unless_told_otherwise(asked: str | None, taken: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != POOL}
    if asked is not None:
        environment[POOL] = asked
    program = "import migrate.run.batch, pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    assert _said(program, environment).strip() == taken


def test_so_it_does_in_these_tests() -> None:
    assert pa.default_memory_pool().backend_name == os.environ[POOL]


def _said(program: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout
