"""The private SQLite file into which a folder of exports is copied, to the letter."""

import re
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from migrate.databases.private_folder import private_folder
from migrate.extract.export_files import Export, Rows
from migrate.schema.frames import DAMAGED_COLUMNS, TEXT

DAMAGED_TABLE = "spreadsheet_damaged_cells"
_INTEGER = re.compile(r" *(0(\.0+)?|-?[1-9]([0-9]{0,17}|[0-9]{0,14}\.0+)) *")
"""Also 7.0, which exports often write where a column of keys has a gap, and keys padded to a width.

SQLite stores the whole number of such a text; one with a point is exact up to 15 digits.
"""


@dataclass(frozen=True)
class Shape:
    """How a file becomes a table."""

    name: str
    canonical: str | None = None
    """Its canonical name; None for a table that the mapping does not know."""
    key: str | None = None
    integers: frozenset[str] = frozenset()
    """Columns that are INTEGER where all their values are, and have an index."""
    canonical_columns: tuple[tuple[str, str], ...] = ()
    """The file's name and the canonical name of each mapped column."""


class StagingFile:
    """A new SQLite file, readable by its user alone, gone with the process."""

    def __init__(self) -> None:
        self.path = private_folder() / "v2.db"
        self._database = sqlite3.connect(self.path, isolation_level=None)
        self.path.chmod(0o600)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        columns = ", ".join(f"{name} TEXT" for name in DAMAGED_COLUMNS)
        self._database.execute(f"CREATE TABLE {DAMAGED_TABLE} ({columns})")

    def close(self) -> None:
        """Close the file; it stays until the process ends."""
        self._database.close()

    def copy(self, export: Export, shape: Shape) -> None:
        """Copy a file's rows. Raises PreflightError with the lines that cannot be read."""
        integers = shape.integers & set(export.columns)
        while True:
            self._create(export, shape, integers)
            others = self._fill(export, shape, integers)
            if not others:
                break
            integers -= others  # a key of another kind: once more, as text
        for column in sorted(shape.integers & set(export.columns)):
            index = _quoted(f"{shape.name}_{column}")
            self._database.execute(f"CREATE INDEX {index} ON {_quoted(shape.name)} ({_quoted(column)})")

    def _create(self, export: Export, shape: Shape, integers: Collection[str]) -> None:
        table = _quoted(shape.name)
        self._database.execute(f"DROP TABLE IF EXISTS {table}")
        forget = f"DELETE FROM {DAMAGED_TABLE} WHERE v2_table = ?"  # noqa: S608  # a constant
        self._database.execute(forget, [shape.canonical])
        columns = ", ".join(
            f"{_quoted(name)} {'INTEGER' if name in integers else 'TEXT'}" for name in export.columns
        )
        self._database.execute(f"CREATE TABLE {table} ({columns})")

    def _fill(self, export: Export, shape: Shape, integers: frozenset[str]) -> frozenset[str]:
        """Insert the rows; stop and return the columns that were taken for integers and are not."""
        places = ", ".join("?" * len(export.columns))
        insert = f"INSERT INTO {_quoted(shape.name)} VALUES ({places})"  # noqa: S608  # a name, no values
        self._database.execute("BEGIN")
        try:
            for rows in export.rows():
                others = frozenset(name for name in integers if not _all_integers(export, rows, name))
                if others:
                    return others
                self._database.executemany(insert, rows.values)
                self._note_damage(export, shape, rows, integers)
        finally:
            self._database.execute("COMMIT")
        return frozenset()

    def _note_damage(self, export: Export, shape: Shape, rows: Rows, integers: Collection[str]) -> None:
        """Keep which cells are damaged, their rows' keys as the table has them."""
        if not rows.damaged or shape.key not in export.columns:
            return
        key, names = export.columns.index(shape.key), dict(shape.canonical_columns)
        cells = [
            (shape.canonical, rows.values[row][key], names[export.columns[column]])
            for row, column in rows.damaged
        ]
        as_staged = "CAST(? AS INTEGER)" if shape.key in integers else "?"
        insert = f"INSERT INTO {DAMAGED_TABLE} VALUES (?, {as_staged}, ?)"  # noqa: S608  # constants
        self._database.executemany(insert, cells)


def damaged_cells(path: Path | None) -> pd.DataFrame:
    """Return the cells of a file that a spreadsheet damaged (`DAMAGED_COLUMNS`, TEXT, by canonical names)."""
    found: list[tuple[str, str, str]] = []
    if path is not None:
        with closing(sqlite3.connect(path)) as database:
            found = database.execute(f"SELECT * FROM {DAMAGED_TABLE} ORDER BY 1, 2, 3").fetchall()  # noqa: S608
    return pd.DataFrame(found, columns=DAMAGED_COLUMNS, dtype=TEXT)


def _all_integers(export: Export, rows: Rows, column: str) -> bool:
    place = export.columns.index(column)
    return all(row[place] is None or _INTEGER.fullmatch(row[place] or "") for row in rows.values)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
