"""CSV that no spreadsheet runs: cells are defused, and what was defused can be restored to the letter.

A cell that a spreadsheet might take for a formula, and one that begins with an apostrophe, gets an apostrophe
in front. Restoring removes an apostrophe only where one had to be put: cells typed by hand ('tis) stay.
NULL is an empty cell; text of no length is a single apostrophe.
"""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TextIO

_FORMULA_STARTS = "=+-@＝＋－＠"  # spreadsheets take the full-width forms for the plain ones


def is_risky(text: str) -> bool:
    """Say whether a spreadsheet may do anything with this cell but show it."""
    if text[:1].isalnum():  # nearly every cell
        return False
    if text[:1] == "'" or (text and unicodedata.category(text[0]) == "Cc"):
        return True
    return text.lstrip()[:1] in tuple(_FORMULA_STARTS)


def defuse(value: object | None) -> str:
    """Return a value as the text of a harmless cell; NULL becomes an empty one.

    A number of our own stays one, a negative one too, so that a spreadsheet can add it up.
    """
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int | Decimal):
        return text
    return f"'{text}" if not text or is_risky(text) else text


def restore(cell: str) -> str | None:
    """Return what `defuse` was given: NULL for an empty cell."""
    if cell == "":
        return None
    if cell[0] == "'" and (cell == "'" or is_risky(cell[1:])):
        return cell[1:]
    return cell


class CsvFile:
    """Writes rows of values as defused cells, one line ending (LF) whatever the platform."""

    def __init__(self, stream: TextIO, columns: Sequence[str]) -> None:
        self._stream = stream
        # Only characters of the line ending are quoted, and a bare CR in a cell must be.
        self._writer = csv.writer(self, lineterminator="\r\n")
        self._writer.writerow(columns)

    def write(self, line: str) -> int:
        """Take one finished line from the CSV writer."""
        return self._stream.write(line[:-2] + "\n")

    def add(self, values: Iterable[object | None]) -> None:
        """Write one row."""
        self._writer.writerow([defuse(value) for value in values])


def write_rows(stream: TextIO, columns: Sequence[str], rows: Iterable[Iterable[object | None]]) -> None:
    """Write a heading and all rows, as `CsvFile` does."""
    file = CsvFile(stream, columns)
    for row in rows:
        file.add(row)
