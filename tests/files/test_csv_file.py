"""Cells that spreadsheets leave alone, and come back to the letter."""

import csv
import io
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.files.csv_file import CsvFile, defuse, restore

CASES = [  # what is written, the cell
    (None, ""),
    ("", "'"),
    ("2 days", "2 days"),
    ("=1+1", "'=1+1"),
    ("+44", "'+44"),
    ("@sum", "'@sum"),
    ("-3 hours", "'-3 hours"),
    ("-3", "'-3"),
    (-3, "-3"),
    (Decimal("-28.00"), "-28.00"),
    ("\tx", "'\tx"),
    ("\rx", "'\rx"),
    (" =1+1", "' =1+1"),
    ("＝1+1", "'＝1+1"),
    ("'tis", "''tis"),
    ("'", "''"),
    ("\x85x", "'\x85x"),
]


@pytest.mark.parametrize(("value", "cell"), CASES)
def test_a_cell_that_a_spreadsheet_might_run_is_defused(value: object, cell: str) -> None:
    assert defuse(value) == cell


@pytest.mark.parametrize(("cell", "value"), [("'tis", "'tis"), ("'=1", "=1"), ("2 days", "2 days")])
def test_cell_written_by_hand_is_read_as_meant(cell: str, value: str) -> None:
    assert restore(cell) == value


TEXT = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])), st.text("'=+-@ \t\r\n\",x\0"))


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3)))
def test_every_text_survives_the_file_to_the_letter(rows: list[list[str | None]]) -> None:
    stream = io.StringIO(newline="")
    file = CsvFile(stream, ["a", "b", "c"])
    for row in rows:
        file.add(row)
    stream.seek(0)
    cells = list(csv.reader(stream, strict=True))[1:]
    assert [[restore(cell) for cell in line] for line in cells] == rows


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_cell_starts_as_a_formula(text: str) -> None:
    cell = defuse(text)
    assert cell[:1] not in tuple("=+-@")
    assert not cell or unicodedata.category(cell[0]) != "Cc"
