"""Times commands and statements, the median of several rounds, and the memory of a process."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

COMMAND = (str(Path(sys.executable).parent / "career-migrate"),)


def median_seconds(rounds: int, work: Callable[[], None], before: Callable[[], None] = lambda: None) -> float:
    """Return the median wall time of some rounds of work; `before` each is not counted."""
    taken = []
    for _ in range(rounds):
        before()
        taken.append(seconds(work))
    return statistics.median(taken)


def seconds(work: Callable[[], None]) -> float:
    """Return the wall time of some work."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def run_product(*arguments: str) -> None:
    """Run career-migrate in a process of its own, as its users do."""
    subprocess.run([*COMMAND, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def peak_megabytes(arguments: Sequence[str]) -> float:
    """Run career-migrate and return the most memory that it held."""
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.DEVNULL) as process:  # noqa: S603
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024
