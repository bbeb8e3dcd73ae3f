"""Runs `career-migrate` in processes of its own, to be killed and stopped as an operator or a machine would.

They are forked from a process that has loaded the program, so that an instant chosen at random falls into the
work and not into the start of Python.
"""

import os
import resource
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.faults.instants import Instant
from tests.forking import FORKED, become_the_command

TIMEOUT = 240


class Child:
    """A command that runs."""

    def __init__(self, *arguments: str, largest_file: int | None = None, dies: Instant | None = None) -> None:
        self._words = Path(tempfile.mkstemp(prefix="career-migrate-words-")[1])
        self._process: ForkServerProcess = FORKED.Process(
            target=_command, args=(list(arguments), str(self._words), largest_file, dies)
        )
        self._process.start()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        """SIGKILL: at once, with nothing said."""
        self._process.kill()
        self._process.join(TIMEOUT)

    def signal(self, number: signal.Signals) -> None:
        if self.is_alive():
            os.kill(self.pid, number)

    def end(self) -> tuple[int, str]:
        """Wait for it and return exit code and words."""
        self._process.join(TIMEOUT)
        if self._process.is_alive():
            self.kill()
            raise AssertionError(f"the command did not end: {self._words.read_text()}")
        words = self._words.read_text()
        self._words.unlink()
        return self._process.exitcode or 0, words


def migration(
    source_url: str,
    target_url: str,
    *options: str,
    largest_file: int | None = None,
    dies: Instant | None = None,
) -> Child:
    """Start a run."""
    where = ("--source", source_url, "--target", target_url)
    return Child("run", *where, "--no-checks", "--json", *options, largest_file=largest_file, dies=dies)


@contextmanager
def killed_at_the_end(child: Child) -> Iterator[Child]:
    """Let no process outlive its test."""
    try:
        yield child
    finally:
        if child.is_alive():
            child.kill()


def wait_until(what: Callable[[], bool]) -> None:
    """Wait for something to become true, for a minute at most."""
    deadline = time.monotonic() + 60
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen")
        time.sleep(0.01)


def _command(arguments: list[str], words: str, largest_file: int | None, dies: Instant | None) -> None:
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    if dies is not None:
        dies.arm()
    become_the_command(arguments, os.devnull, words)
