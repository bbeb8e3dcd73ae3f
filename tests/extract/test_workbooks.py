"""Workbooks of Excel: cells are read as they were shown, and what Excel made of a text is named."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from migrate.errors import PreflightError
from migrate.extract import open_source
from migrate.extract.folder import stage_folder
from migrate.extract.spreadsheets import number_text, open_spreadsheet
from migrate.schema import v2
from tests.extract.exports import MAPPING, staged_training, write_folder, write_workbook


def training_workbook(folder: Path, *cells: object, formats: Mapping[str, str] | None = None) -> Path:
    """Write a v2 folder whose trainings 1, 2, … have the given durations in Excel cells."""
    write_folder(folder)
    (folder / "training.csv").unlink()
    columns = v2.column_names("training")
    place = columns.index("duration")
    rows: list[list[object]] = [list(columns)]
    for number, cell in enumerate(cells, 1):
        row: list[object] = [number, 7, "x", *[None] * (len(columns) - 3)]
        row[place] = cell
        rows.append(row)
    write_workbook(folder / "training.xlsx", {"Sheet": rows}, formats or {})
    return folder


DAMAGED = (time(2, 1), timedelta(hours=30), datetime(2024, 5, 9), date(2024, 2, 1))  # noqa: DTZ001


def test_cell_that_excel_turned_into_a_time_is_blank_and_named(tmp_path: Path) -> None:
    folder = training_workbook(tmp_path, "2 days", *DAMAGED)
    source = open_source(f"dir:{folder}", MAPPING)
    assert [row[3] for row in staged_training(folder)] == ["2 days", None, None, None, None]
    assert source.damaged.to_dict("list") == {
        "v2_table": ["training"] * 4,
        "v2_id": ["2", "3", "4", "5"],
        "v2_column": ["duration"] * 4,
    }


@pytest.mark.parametrize("key", [7, "7", "7.0", "   7"])
def test_a_grade_that_excel_turned_into_a_time_is_blank_and_named(tmp_path: Path, key: object) -> None:
    write_folder(tmp_path)
    (tmp_path / "education.csv").unlink()
    columns: list[object] = list(v2.column_names("education"))
    row: list[object] = [time(2, 1) if column == "grade" else key for column in columns]
    write_workbook(tmp_path / "education.xlsx", {"Sheet": [columns, row]}, {})
    source = open_source(f"dir:{tmp_path}", MAPPING)
    assert source.damaged.to_dict("list") == {
        "v2_table": ["education"], "v2_id": ["7"], "v2_column": ["grade"],
    }  # fmt: skip
    with source.snapshot() as snapshot:
        assert snapshot.read_rows("education", ["7"])["grade"].isna().all()


def test_worker_that_gets_the_staged_file_knows_the_damage_too(tmp_path: Path) -> None:
    staged = stage_folder(f"dir:{training_workbook(tmp_path, time(2, 1))}", MAPPING)
    assert len(open_source(staged, MAPPING).damaged) == 1


def test_date_cell_in_a_column_of_dates_becomes_iso_text(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "schemes.csv").unlink()
    heading: list[object] = list(v2.column_names("schemes"))
    moments: list[object] = [datetime(2010, 3, 12), datetime(2010, 3, 12, 9, 30), date(2010, 3, 12)]  # noqa: DTZ001
    rows = [heading, *([n, "x", None, None, moment] for n, moment in enumerate(moments, 1))]
    write_workbook(tmp_path / "schemes.xlsx", {"schemes": rows, "notes": [["x"]]}, {})
    with open_source(f"dir:{tmp_path}", MAPPING).snapshot() as snapshot:
        frame = snapshot.read_rows("schemes", ["1", "2", "3"])
    assert frame["updated_at"].tolist() == ["2010-03-12", "2010-03-12 09:30:00", "2010-03-12"]


MOMENTS = [  # a cell where nothing is damaged by it, its text
    (time(2, 1), "02:01:00"),
    (timedelta(hours=30), "1 day, 6:00:00"),
    (datetime(2024, 5, 9), "2024-05-09"),  # noqa: DTZ001
    (datetime(2024, 5, 9, 9, 30), "2024-05-09 09:30:00"),  # noqa: DTZ001
]


@pytest.mark.parametrize(("cell", "text"), MOMENTS)
def test_times_and_dates_in_other_columns_are_texts(tmp_path: Path, cell: object, text: str) -> None:
    path = tmp_path / "training.xlsx"
    write_workbook(path, {"training": [["title"], [cell]]}, {})
    assert [row for rows in open_spreadsheet(path).rows() for row in rows.values] == [(text,)]


NUMBERS = [  # value, number format, text
    (17.0, "General", "17"),
    (17, "General", "17"),
    (7.5, "General", "7.5"),
    (1.3, "0.00", "1.30"),
    (0.72, "0%", "72%"),
    (0.685, "0.0%", "68.5%"),
    (1500, "#,##0", "1,500"),
    (300, '"£"#,##0', "£300"),
    (1.5, "# ?/?", "1 1/2"),
    (0.5, "# ?/?", "1/2"),
    (2.0, "# ?/?", "2"),
    (1e21, "General", "1e+21"),
    (0.1 + 0.2, "0.0", "0.3"),
    (12345, "00000000", "00012345"),
    (300, "[$£-809]#,##0.00", "£300.00"),
    (300, "[$€-2] #,##0", "€300"),
    (1e27, "0.00", "1000000000000000000000000000.00"),
    (2.125, "0.00", "2.13"),  # as Excel rounds
    (1.005, "0.00", "1.01"),
    (-3.25, "0.0", "-3.3"),
    (1.5, "000", "1.5"),
    (0.0, "# ?/?", "0"),
    (-1.5, "# ?/?", "-3/2"),
    (-2.0, "# ?/?", "-2"),
    (0.34, "# ?/?", "1/3"),
    (0.34, "# ??/??", "17/50"),
    (1.3, "0.00;0%", "1.30"),
    (123456, "00-00-00", "123456"),
    (300, "[$-809]#,##0", "300"),
    (-1e21, "General", "-1e+21"),
    (123456789012345.0, "General", "123456789012345"),
]


@pytest.mark.parametrize(("value", "shown_as", "text"), NUMBERS)
def test_number_in_a_cell_is_read_as_it_was_shown(value: float, shown_as: str, text: str) -> None:
    assert number_text(value, shown_as) == text


EXCEL_CELLS = [  # value, text in v2
    ("2 days", "2 days"),
    (True, "TRUE"),
    ("=1st", "=1st"),
    ("a_x000D_\nb", "a\r\nb"),
    ("a_x005F_x000D_b", "a_x000D_b"),
    ("#N/A", "#N/A"),
    (None, None),
]


def test_other_cells_of_excel_are_read_to_the_letter(tmp_path: Path) -> None:
    folder = training_workbook(tmp_path, *(value for value, _ in EXCEL_CELLS))
    assert [row[3] for row in staged_training(folder)] == [text for _, text in EXCEL_CELLS]


def test_a_number_is_read_by_the_format_of_its_own_cell(tmp_path: Path) -> None:
    path = tmp_path / "training.xlsx"
    rows: list[list[object]] = [["title", "duration"], [1.3, 1.3], [0.5]]
    write_workbook(path, {"training": rows}, {"B2": "0.00", "A3": "0%"})
    export = open_spreadsheet(path, typed_columns=["duration"])
    assert [row for rows in export.rows() for row in rows.values] == [("1.3", "1.30"), ("50%", None)]


def test_a_key_is_a_number_however_its_cell_shows_it(tmp_path: Path) -> None:
    folder = training_workbook(tmp_path, "1 day", formats={"A2": "#,##0", "B2": "0.00"})
    assert staged_training(folder)[0][:2] == (1, 7)


def test_a_key_that_is_no_whole_number_is_not_made_one(tmp_path: Path) -> None:
    path = tmp_path / "training.xlsx"
    write_workbook(path, {"training": [["training_id", 2010], [1.5, 7], [2.0, 7]]}, {})
    export = open_spreadsheet(path, key_columns=["training_id"])
    assert export.columns == ("training_id", "2010")
    assert [row for rows in export.rows() for row in rows.values] == [("1.5", "7"), ("2", "7")]


def test_workbook_with_several_sheets_needs_one_of_the_table_s_name(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "schemes.csv").unlink()
    write_workbook(tmp_path / "schemes.xlsx", {"a": [["x"]], "b": [["y"]]}, {})
    with pytest.raises(PreflightError, match=r"has 2 sheets \(a, b\); keep one, or name one schemes"):
        stage_folder(f"dir:{tmp_path}", MAPPING)


def rewritten(whole: Path, path: Path, part: str, was: bytes, now: bytes) -> None:
    """Write a workbook again with something else in one of its parts."""
    with ZipFile(whole) as book, ZipFile(path, "w") as other:
        for name in book.namelist():
            content = book.read(name)
            assert name != part or was in content
            other.writestr(name, content.replace(was, now) if name == part else content)


def test_rows_beyond_the_size_that_the_file_claims_are_read(tmp_path: Path) -> None:
    """Other programs than Excel write it wrong, or leave it as it was."""
    write_workbook(tmp_path / "whole.xlsx", {"Sheet": [["a", "b"], [1, "x"], [2, "y"]]}, {})
    path = tmp_path / "training.xlsx"
    rewritten(tmp_path / "whole.xlsx", path, "xl/worksheets/sheet1.xml", b'ref="A1:B3"', b'ref="A1:A2"')
    export = open_spreadsheet(path)
    assert export.columns == ("a", "b")
    assert [row for rows in export.rows() for row in rows.values] == [("1", "x"), ("2", "y")]


def test_a_heading_of_formatted_cells_alone_is_told(tmp_path: Path) -> None:
    path = tmp_path / "training.xlsx"
    write_workbook(path, {"training": [[None], [1]]}, {"A1": "0.00"})
    with pytest.raises(PreflightError, match=r"training\.xlsx:1: a heading is expected"):
        open_spreadsheet(path)


def test_a_sheet_with_a_chart_holds_no_rows(tmp_path: Path) -> None:
    book = Workbook()
    book.create_chartsheet("Chart").add_chart(BarChart())
    book.create_sheet("Courses").append(["a"])
    path = tmp_path / "training.xlsx"
    book.save(path)
    assert open_spreadsheet(path).columns == ("a",)


PARTS = [  # a part of the workbook, what stands there, what stands there instead, what is said
    ("xl/styles.xml", b"</styleSheet>", b"", "is no Excel workbook"),
    ("xl/worksheets/sheet1.xml", b'<c r="A2"', b'<c r="A2" s="77"', "cannot be read from here on"),
    ("xl/worksheets/sheet1.xml", b"/2006/main", b"/strict", "has nothing in it that can be read"),
]


@pytest.mark.parametrize(("part", "whole", "broken", "words"), PARTS)
def test_a_workbook_with_a_broken_part_is_told_by_its_name(
    part: str, whole: bytes, broken: bytes, words: str, tmp_path: Path
) -> None:
    write_workbook(tmp_path / "whole.xlsx", {"sheet": [["title"], [7]]}, {})
    path = tmp_path / "training.xlsx"
    rewritten(tmp_path / "whole.xlsx", path, part, whole, broken)
    with pytest.raises(PreflightError, match=rf"training\.xlsx: {words}"):
        list(open_spreadsheet(path).rows())


def test_a_workbook_with_a_password_is_told(tmp_path: Path) -> None:
    path = tmp_path / "training.xlsx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    with pytest.raises(PreflightError, match=r"is protected by a password, or an old \.xls"):
        open_spreadsheet(path)


def test_a_column_without_a_name_among_others_is_told(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a", None, "b"], [1, "x", 2]]
    write_workbook(tmp_path / "training.xlsx", {"Sheet": rows}, {})
    with pytest.raises(PreflightError, match=r"training\.xlsx:1: column 2 has no name"):
        open_spreadsheet(tmp_path / "training.xlsx")


def test_formatted_cells_with_nothing_in_them_are_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "training.xlsx"
    write_workbook(path, {"Sheet": [["a", "b"], [1, "x"]]}, {"C1": "0.00", "D1": "0.00", "C2": "0.00"})
    export = open_spreadsheet(path)
    assert export.columns == ("a", "b")
    assert [row for rows in export.rows() for row in rows.values] == [("1", "x")]


def test_rows_wider_than_the_heading_are_told_by_line(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a", "b", None], [1, "x"], [2, "y", "more"], [3, None, None, "more"]]
    write_workbook(tmp_path / "training.xlsx", {"Sheet": rows}, {})
    export = open_spreadsheet(tmp_path / "training.xlsx")
    with pytest.raises(PreflightError) as refused:
        list(export.rows())
    words = "has more cells than the heading, which has 2"
    assert refused.value.problems == tuple(f"{export.path}:{line}: {words}" for line in (3, 4))


def test_a_row_of_blanks_is_no_row_and_a_blank_beyond_the_heading_is_nothing(tmp_path: Path) -> None:
    """Excel keeps them where somebody has typed a blank over what stood there."""
    write_folder(tmp_path)
    (tmp_path / "training.csv").unlink()
    heading: list[object] = list(v2.column_names("training"))
    wide: list[object] = [1, 7, "x", *[None] * (len(heading) - 3), " "]
    rows: list[list[object]] = [heading, [" "], wide, [None, "\u00a0"], [2, 7, " "]]
    write_workbook(tmp_path / "training.xlsx", {"training": rows}, {})
    assert [row[:3] for row in staged_training(tmp_path)] == [(1, 7, "x"), (2, 7, " ")]
