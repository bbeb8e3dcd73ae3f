"""Counts what a campaign tried and what it lost, and writes it where it is told to.

`make soak` prints the table; with CAREER_MIGRATE_SOAK_FIGURES=FILE each line is added to that file too.
"""

import os
from pathlib import Path

FILE = "CAREER_MIGRATE_SOAK_FIGURES"
SCALE = "CAREER_MIGRATE_SOAK_SCALE"


def times(wanted: int) -> int:
    """Return how often to try: as often as wanted, or the given share of it."""
    return max(1, round(wanted * float(os.environ.get(SCALE, "1"))))


def note(tried: str, engine: str, often: int, outcome: str) -> None:
    """Write one line of the table of docs/reliability.md."""
    line = f"| {tried} | {engine} | {often:,} | {outcome} |"
    print(line)  # noqa: T201  # the campaign's result
    if FILE in os.environ:
        with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
