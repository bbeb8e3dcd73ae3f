"""The command in processes forked from one that has loaded the program: a second sooner than otherwise."""

import atexit
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from pkgutil import walk_packages

import migrate
from migrate.cli import main

FORKED = multiprocessing.get_context("forkserver")
_MODULES = (each.name for each in walk_packages(migrate.__path__, "migrate."))
FORKED.set_forkserver_preload(
    [*(name for name in _MODULES if name != "migrate.__main__"), "tests.cli.calling", "tests.faults.children"]
)
_WRITTEN = os.O_WRONLY | os.O_CREAT | os.O_APPEND


def become_the_command(arguments: Sequence[str], out: str | Path, err: str | Path) -> None:
    """Run the command in this process, as its last deed: what it says goes into files."""
    for stream, file, how in ((0, os.devnull, os.O_RDONLY), (1, out, _WRITTEN), (2, err, _WRITTEN)):
        os.dup2(os.open(file, how), stream)
    sys.argv = ["career-migrate", *arguments]
    try:
        main()
    finally:
        atexit._run_exitfuncs()  # a forked process would leave out what tidies up
