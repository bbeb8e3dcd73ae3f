"""The files of a folder of exports: one a v2 table, by name; what is wrong with a file is told by line."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from migrate.errors import PreflightError

KINDS = (".csv", ".xlsx", ".parquet")
MAX_TOLD = 20
"""So many problems of one file are told by line; the others are counted."""


class Rows(NamedTuple):
    """Some rows of a file, each a tuple of texts in the order of its columns."""

    values: list[tuple[str | None, ...]]
    damaged: list[tuple[int, int]] = []
    """Row and column of each cell that a spreadsheet turned into a date or time."""


@dataclass(frozen=True)
class Export:
    """One opened file: its columns, and its rows, which may be read more than once."""

    path: Path
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Rows]]
    """Reads the file. Raises PreflightError with the lines that cannot be."""


def find_exports(folder: Path) -> dict[str, list[Path]]:
    """Return table name → the files of that name, in every kind there is.

    Raises PreflightError where there is no such folder, or names differ in nothing but case.
    """
    if not folder.is_dir():
        raise PreflightError(f"{folder} is no folder; write dir: and the path of the folder with the exports")
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in KINDS and path.is_file() and not path.name.startswith(("~$", ".")):
            found.setdefault(path.stem, []).append(path)
    alike = Counter(name.casefold() for name in found)
    twice = sorted(name for name in found if alike[name.casefold()] > 1)
    if twice:
        raise PreflightError(f"{folder}: {', '.join(twice)} differ in nothing but case; keep one")
    return found


def check_heading(path: Path, names: Iterable[str | None]) -> tuple[str, ...]:
    """Return the column names of a file, blanks around them taken away.

    Raises PreflightError for a column without a name and for names that stand twice.
    """
    columns = tuple((name or "").strip() for name in names)
    folded = [name.casefold() for name in columns]  # SQLite tells no title from a Title
    twice = sorted({name for name in columns if name and folded.count(name.casefold()) > 1})
    problems = [f"column {place} has no name" for place, name in enumerate(columns, 1) if not name]
    problems += [f"column {name} stands twice" for name in twice]
    if problems or not columns:
        raise PreflightError(*(f"{path}:1: {problem}" for problem in problems or ["a heading is expected"]))
    return columns


def wrong_lines(path: Path, problems: list[tuple[int, str]], count: int) -> PreflightError:
    """Return the problems of a file as one error, each with its line; `count` are there in all."""
    lines = [f"{path}:{line}: {words}" for line, words in problems[:MAX_TOLD]]
    if count > len(lines):
        lines.append(f"{path}: and {count - len(lines):,} more lines like these")
    return PreflightError(*lines)
