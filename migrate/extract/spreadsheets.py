"""Excel exports: each cell as its member typed it, as far as the spreadsheet still knows.

A cell that Excel turned into a date, a time or a span (2:1, 1:30, 9-5, 1/2) no longer is what was typed. In a
column of dates that does not matter: it becomes ISO text. Where the caller says that it does, it is damaged.
"""

import re
import warnings
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from migrate.errors import PreflightError
from migrate.extract.export_files import MAX_TOLD, Export, Rows, check_heading, wrong_lines

ROWS = 5_000
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
MOMENTS = (date, time, timedelta)
_CONTROL = re.compile(r"_x(00[01][0-9A-F]|005F)_")  # how Excel keeps a carriage return, and what looks so
_ZEROS = re.compile(r"0{2,}")  # 00000000: so many figures at least
_PLACES = re.compile(r"0\.(0+)")
_FRACTION = re.compile(r"[#?]+ ?(\?+)/\?+")
_CURRENCY = re.compile(r'\[\$([^\]-]*)[^\]]*\]|"?([£$€])"?')
_NOTHING = "has nothing in it that can be read (Strict Open XML cannot be)"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_BROKEN = (
    AttributeError, BadZipFile, IndexError, InvalidFileException, KeyError, OSError, ParseError, TypeError,
    ValueError, zlib.error,
)  # fmt: skip
"""What openpyxl raises of a file whose parts are missing, broken or do not fit each other."""


def open_spreadsheet(
    path: Path, typed_columns: Collection[str] = (), key_columns: Collection[str] = ()
) -> Export:
    """Open the sheet of the file's name, or the only one with anything in it.

    Dates and times in `typed_columns` are damage. Whole numbers in `key_columns` are keys,
    however their cells show them. Raises PreflightError without a heading, or a single sheet to read.
    """
    with _Opened(path) as book, _told_as_damage(path):
        sheet = _sheet(path, book)
        heading: Any = next(_cells(book, sheet), ())
    names = [None if cell.value is None else str(cell.value) for cell in heading]
    while names and names[-1] is None:
        names.pop()
    columns = check_heading(path, names)
    watched, keys = (
        frozenset(place for place, name in enumerate(columns) if name in wanted)
        for wanted in (typed_columns, key_columns)
    )
    return Export(path, columns, lambda: _read_rows(path, sheet, len(columns), watched, keys))


class _Opened:
    """A workbook opened for reading cell by cell, without its macros, links and styles' side effects."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Workbook:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # parts of the file that hold no cells
                # Formulas come as they stand: a member typed =1st, and nothing was ever computed.
                self._book = load_workbook(self._path, read_only=True, data_only=False, keep_links=False)
        except _BROKEN as error:
            what = (
                "is protected by a password, or an old .xls"
                if _is_ole(self._path)
                else "is no Excel workbook"
            )
            raise PreflightError(f"{self._path}: {what} ({error}); save it as .xlsx") from error
        return self._book

    def __exit__(self, *_: object) -> None:
        self._book.close()


@contextmanager
def _told_as_damage(path: Path) -> Iterator[None]:
    """Raise PreflightError where a file that could be opened turns out to be broken further on."""
    try:
        yield
    except _BROKEN as error:
        raise PreflightError(f"{path}: cannot be read from here on ({error})") from error


def _is_ole(path: Path) -> bool:
    """Return whether a file is in OLE format: a workbook with a password, or one from before .xlsx."""
    with path.open("rb") as file:
        return file.read(len(_OLE)) == _OLE


def _sheet(path: Path, book: Workbook) -> str:
    if path.stem in book.sheetnames:
        return path.stem
    filled = [name for name in book.sheetnames if next(_cells(book, name), None)]
    if len(filled) == 1:
        return filled[0]
    found = f"has {len(filled)} sheets ({', '.join(filled)})" if filled else _NOTHING
    raise PreflightError(f"{path}: {found}; keep one, or name one {path.stem}")


def _cells(book: Workbook, name: str) -> Iterator[Any]:
    """Yield the rows of a sheet from its first on, whatever size the file claims."""
    sheet: Any = book[name]
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()
        yield from sheet.iter_rows()


def _read_rows(
    path: Path, name: str, width: int, watched: frozenset[int], keys: frozenset[int]
) -> Iterator[Rows]:
    too_wide: list[int] = []
    with _Opened(path) as book, _told_as_damage(path):
        lines = enumerate(_cells(book, name), 1)
        next(lines)
        while part := list(islice(lines, ROWS)):
            too_wide += [line for line, row in part if _says_something(row[width:])]
            filled = [row for _, row in part if _says_something(row)]
            yield Rows(
                [tuple(_text(row, place, watched, keys) for place in range(width)) for row in filled],
                [(place, column) for place, row in enumerate(filled) for column in _damaged(row, watched)],
            )
    if too_wide:
        words = f"has more cells than the heading, which has {width}"
        raise wrong_lines(path, [(line, words) for line in too_wide[:MAX_TOLD]], len(too_wide))


def _says_something(cells: Any) -> bool:
    """Tell whether one of the cells holds more than white space: a row of blanks is none."""
    return any(cell.value is not None and str(cell.value).strip() for cell in cells)


def _damaged(row: Any, watched: frozenset[int]) -> Iterator[int]:
    return (place for place in watched if place < len(row) and isinstance(row[place].value, MOMENTS))


def _text(row: Any, place: int, watched: frozenset[int], keys: frozenset[int]) -> str | None:
    """Return the text of a cell; NULL where it is empty or damaged."""
    value = row[place].value if place < len(row) else None
    if value is None or (place in watched and isinstance(value, MOMENTS)):
        return None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        is_key = place in keys and float(value).is_integer()
        return str(int(value)) if is_key else number_text(value, row[place].number_format or "General")
    if isinstance(value, MOMENTS):
        return _moment_text(value)
    return _CONTROL.sub(lambda found: chr(int(found[1], 16)), str(getattr(value, "text", value)))


def _moment_text(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        plain = value.date() if value.time() == time() else value.replace(tzinfo=None)
        return plain.isoformat(sep=" ") if isinstance(plain, datetime) else plain.isoformat()
    return str(value)


def number_text(value: float, shown_as: str) -> str:
    """Return a number as its cell's format shows it, for the formats that Excel sets while one types.

    These are percent (72%), thousands (1,500), places (1.30), currency (£300) and fractions (1 1/2).
    """
    shown = shown_as.split(";", maxsplit=1)[0]
    fraction = _FRACTION.search(shown)
    if fraction:
        return _fraction_text(value, 10 ** len(fraction[1]) - 1)
    percent = "%" in shown
    if _ZEROS.fullmatch(shown) and float(value).is_integer():
        return f"{int(value):0{len(shown)}}"
    places = _PLACES.search(shown)
    commas = "," if "#,##" in shown else ""
    if places:
        exact = Decimal(repr(value)) * (100 if percent else 1)  # Excel rounds what it shows, and halves up
        text = f"{exact.quantize(Decimal(10) ** -len(places[1]), context=_EXACT):{commas}f}"
    else:
        text = _plain(round(value * 100, 10) if percent else value, commas)
    currency = _CURRENCY.search(shown)
    return f"{(currency[1] or currency[2] or '') if currency else ''}{text}{'%' if percent else ''}"


def _plain(value: float, commas: str) -> str:
    whole = float(value).is_integer() and abs(value) < 10**15
    return f"{int(value):{commas}}" if whole else repr(value)


def _fraction_text(value: float, largest: int) -> str:
    exact = Fraction(value).limit_denominator(largest)
    whole, rest = divmod(exact, 1) if exact >= 0 else (0, exact)
    parts = [str(whole)] if whole or not rest else []
    return " ".join(parts + ([str(rest)] if rest else []))
