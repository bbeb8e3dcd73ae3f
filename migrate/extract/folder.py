"""A folder of exports as v2: one file a table, staged into a private SQLite file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from sqlalchemy import Integer, create_engine, make_url

from migrate.databases.private_folder import is_private
from migrate.errors import PreflightError
from migrate.extract.csv_exports import open_csv
from migrate.extract.export_files import Export, find_exports
from migrate.extract.parquet_exports import open_parquet
from migrate.extract.staging import Shape, StagingFile, damaged_cells
from migrate.extract.unmapped import unmapped
from migrate.rulebook.mapping import Mapping
from migrate.schema import v2

FOLDER_SCHEME = "dir:"
WATCHED = {"education": ("grade",), "training": ("duration",)}
"""v2 table → columns in which a date or time was never typed: a spreadsheet made it of `2:1` or `1:30`."""


_staged: dict[object, str] = {}  # a folder is copied once a process, unless its files change


def folder_of(url: str) -> Path:
    """Return the folder of `dir:PATH`. Raises PreflightError for no path: it would be the working folder."""
    path = url.removeprefix(FOLDER_SCHEME)
    if not path.strip():
        raise PreflightError("dir: names no folder; write the path of the folder with the exports behind it")
    return Path(path)


def stage_folder(url: str, mapping: Mapping) -> str:
    """Copy the files of `dir:PATH` into SQLite, the tables named as the mapping says, and return its URL.

    Raises PreflightError with every problem of every file: none or two for a table, columns that are missing,
    twice or without a fate, and each line that does not fit its heading.
    """
    folder = folder_of(url)
    state = (folder.resolve(), mapping.model_dump_json(), tuple(_file_states(folder)))
    if state not in _staged:
        _staged[state] = _stage(folder, mapping)
    return _staged[state]


def stage_files(url: str, mapping: Mapping) -> str:
    """Copy every file of `dir:PATH` as a table of its own name, whether the mapping knows it or not.

    Raises PreflightError for lines and headings that cannot be read.
    """
    folder = folder_of(url)
    shapes, problems, staging = _shapes(mapping), list[str](), StagingFile()
    for name, paths in find_exports(folder).items():
        shape = shapes.get(name, Shape(name))
        with _noting(problems):
            staging.copy(_open(_only(folder, name, paths), shape), shape)
    return _finished(staging, problems)


def _stage(folder: Path, mapping: Mapping) -> str:
    exports = find_exports(folder)
    problems: list[str] = []
    staging = StagingFile()
    mapped = _shapes(mapping)
    unknown = {name: Shape(name) for name in exports if name not in mapped}
    for name, shape in (mapped | unknown).items():
        if name in mapping.ignored_tables:
            continue
        with _noting(problems):
            export = _open(_only(folder, name, exports.get(name, [])), shape)
            problems += _missing_columns(export, shape, mapping)
            staging.copy(export, shape)
    problems += _without_fate(staging.path, exports, mapping)
    return _finished(staging, problems)


def damage_of(url: str) -> pd.DataFrame:
    """Return `damaged_cells` of a staged folder, by its URL; none of other databases."""
    parsed = make_url(url)
    path = Path(parsed.database or "")
    return damaged_cells(path if parsed.get_backend_name() == "sqlite" and is_private(path) else None)


def _finished(staging: StagingFile, problems: list[str]) -> str:
    staging.close()
    if problems:
        raise PreflightError(*problems)
    return f"sqlite:///{staging.path}"


@contextmanager
def _noting(problems: list[str]) -> Iterator[None]:
    """Add what is wrong with one file to the problems, so that all files are told at once."""
    try:
        yield
    except PreflightError as error:
        problems += error.problems


def _shapes(mapping: Mapping) -> dict[str, Shape]:
    """Return, by file name, the shape of each mapped table."""
    shapes = {}
    for canonical, rule in mapping.tables.items():
        integers = {
            column.name for column in v2.metadata.tables[canonical].c if isinstance(column.type, Integer)
        }
        shapes[rule.source] = Shape(
            name=rule.source,
            canonical=canonical,
            key=rule.columns[v2.KEYS[canonical]].source,
            integers=frozenset(rule.columns[name].source for name in integers),
            canonical_columns=tuple((column.source, name) for name, column in rule.columns.items()),
        )
    return shapes


_READERS: dict[str, Callable[[Path], Export]] = {".csv": open_csv, ".parquet": open_parquet}


def _open_spreadsheet(path: Path, watched: list[str], keys: frozenset[str]) -> Export:
    from migrate.extract.spreadsheets import open_spreadsheet

    return open_spreadsheet(path, watched, keys)


def _open(path: Path, shape: Shape) -> Export:
    kind = path.suffix.lower()
    names = WATCHED.get(shape.canonical or "", ())
    watched = [theirs for theirs, ours in shape.canonical_columns if ours in names]
    try:
        return _open_spreadsheet(path, watched, shape.integers) if kind == ".xlsx" else _READERS[kind](path)
    except OSError as error:
        raise PreflightError(f"{path}: cannot be read ({error.strerror})") from error


def _only(folder: Path, name: str, paths: list[Path]) -> Path:
    if not paths:
        raise PreflightError(f"{folder / name}.csv: is missing; .xlsx and .parquet would do as well")
    if len(paths) > 1:
        raise PreflightError(f"{folder}: {', '.join(path.name for path in paths)} are one table; keep one")
    return paths[0]


def _missing_columns(export: Export, shape: Shape, mapping: Mapping) -> list[str]:
    return [
        f"{export.path}:1: has no column {theirs}. Name it in {mapping.file} under "
        f"tables.{shape.canonical}.columns.{ours}.from"
        for theirs, ours in shape.canonical_columns
        if theirs not in export.columns
    ]


def _without_fate(path: Path, exports: dict[str, list[Path]], mapping: Mapping) -> Iterator[str]:
    """Yield the files and columns that hold something and are not in the mapping."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        for found in unmapped(connection, mapping):
            where = "" if found.column is None else f"1: column {found.column}"
            yield f"{exports[found.table][0]}:{where} has {found.amount} and no fate. {found.remedy(mapping)}"
    engine.dispose()


def _file_states(folder: Path) -> Iterator[tuple[str, int, int]]:
    for paths in find_exports(folder).values():
        for path in paths:
            state = path.stat()
            yield path.name, state.st_size, state.st_mtime_ns
