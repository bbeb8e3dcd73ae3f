"""A folder of exports is a v2: to the letter where the files allow it, else refused line by line."""

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from migrate.databases import open_source_engine
from migrate.errors import PreflightError
from migrate.extract import csv_exports, open_source
from migrate.extract.csv_exports import open_csv
from migrate.extract.export_files import find_exports
from migrate.extract.folder import damage_of, stage_files, stage_folder
from migrate.extract.parquet_exports import open_parquet
from migrate.extract.spreadsheets import open_spreadsheet
from migrate.fixtures.folder import FolderWriter
from migrate.fixtures.sample import generate
from tests.extract.exports import (
    MAPPING,
    TRAINING,
    staged_training,
    training_csv,
    write_folder,
    write_workbook,
)

CELLS = [  # as it stands in the file, as v2 has it
    ("", None),
    ('""', ""),
    ("2 days", "2 days"),
    (" 2 days ", " 2 days "),
    ('"2 days, 1 hour"', "2 days, 1 hour"),
    ('"6"" nails"', '6" nails'),
    ('6" nails', '6" nails'),
    ('"a\r\nb\n\nc"', "a\r\nb\n\nc"),
    ("NULL", "NULL"),
    ("007", "007"),
    ("a\0b", "a\0b"),
    ("=1+1", "=1+1"),
    (r"C:\n", r"C:\n"),
]


@pytest.mark.parametrize(("cell", "value"), CELLS)
def test_csv_cell_is_read_to_the_letter(tmp_path: Path, cell: str, value: str | None) -> None:
    write_folder(tmp_path, {"training.csv": training_csv(f"1,7,t,{cell}")})
    assert staged_training(tmp_path) == [(1, 7, "t", value)]


def test_a_cell_may_be_longer_than_the_strict_reader_takes_by_itself(tmp_path: Path) -> None:
    title = "x" * 140_000
    write_folder(tmp_path, {"training.csv": training_csv(f"1,7,{title},")})
    assert staged_training(tmp_path) == [(1, 7, title, None)]


DIALECTS = [  # encoding, line end, delimiter
    ("utf-8", "\n", ","),
    ("utf-8-sig", "\r\n", ","),
    ("utf-8-sig", "\r\n", ";"),
    ("cp1252", "\n", "\t"),
    ("latin-1", "\r\n", "|"),
    ("utf-16", "\r\n", "\t"),
]


@pytest.mark.parametrize(("encoding", "end", "sign"), DIALECTS)
def test_csv_of_any_dialect_gives_the_same_rows(tmp_path: Path, encoding: str, end: str, sign: str) -> None:
    line = sign.join(["1", "7", "Zoë’s café" if encoding != "latin-1" else "Zoë café", "2 days"])
    content = training_csv(line, encoding=encoding, end=end, sign=sign)
    write_folder(tmp_path, {"training.csv": content})
    title = "Zoë café" if encoding == "latin-1" else "Zoë’s café"
    assert staged_training(tmp_path) == [(1, 7, title, "2 days")]


def test_latin_1_bytes_among_utf_8_are_read_value_by_value(tmp_path: Path) -> None:
    content = training_csv("1,7,Zoë,a") + b"2,7,Zo\xeb,b,,,,,,\n"
    write_folder(tmp_path, {"training.csv": content})
    assert [row[2] for row in staged_training(tmp_path)] == ["Zoë", "Zoë"]


BROKEN = [  # the lines of the file, what is said of it
    ("1,7,t\n", ":2: has 3 cells, the heading has 4"),
    ("1,7,t,d\n\n2,7,t,d,more\n", ":4: has 5 cells, the heading has 4"),
    ('1,7,"two\nlines",d\n2,7\n', ":4: has 2 cells, the heading has 4"),
    ('1,7,t,"never closed\n2,7,t,d\n', ":2: cannot be read from here on (unexpected end of data)"),
    ('1,7,"t"t,d\n', ":2: cannot be read from here on (',' expected after '\"')"),
]


@pytest.mark.parametrize(("lines", "told"), BROKEN)
def test_broken_line_is_refused_by_file_and_line(tmp_path: Path, lines: str, told: str) -> None:
    path = tmp_path / "training.csv"
    path.write_text(",".join(TRAINING) + "\n" + lines, newline="")
    with pytest.raises(PreflightError) as refused:
        list(open_csv(path).rows())
    assert refused.value.problems == (f"{path}{told}",)


def test_a_row_that_is_too_large_is_refused_and_not_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_exports, "BLOCK_BYTES", 2_000)
    path = tmp_path / "training.csv"
    wide = ",".join(["x" * 1_500] * 4)
    path.write_text(f"a,b,c,d\n1,2,3,4\n{wide}\n5,6,7,8\n")
    with pytest.raises(PreflightError, match=r"training\.csv: cannot be read as CSV; each row must be small"):
        list(open_csv(path).rows())


def test_line_ends_within_cells_are_kept_wherever_the_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_exports, "BLOCK_BYTES", 200)
    texts = [f"{number}\n" * 8 for number in range(100)]
    path = tmp_path / "training.csv"
    path.write_text("title,place\n" + "".join(f'"{text}",x\n' for text in texts))
    assert [row for rows in open_csv(path).rows() for row in rows.values] == [(text, "x") for text in texts]


@pytest.mark.parametrize("octets", [b"\x00\xd8x\x00", b"x"], ids=["half a character", "cut off"])
def test_utf_16_that_is_broken_is_told_by_file_and_line(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "training.csv"
    path.write_bytes((",".join(TRAINING) + "\n1,7,t,").encode("utf-16") + octets)
    with pytest.raises(PreflightError, match=r"training\.csv:[12]: cannot be read from here on \('utf-16"):
        list(open_csv(path).rows())


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_heading_without_rows_is_an_empty_table(end: str, tmp_path: Path) -> None:
    write_folder(tmp_path, {"training.csv": training_csv().strip() + end.encode()})
    assert staged_training(tmp_path) == []


def test_a_line_of_empty_cells_alone_is_no_row(tmp_path: Path) -> None:
    """Spreadsheets write such lines for rows that were emptied."""
    folder = write_folder(tmp_path, {"training.csv": training_csv("1,7,First aid,", ",,,", '2,,"",')})
    assert staged_training(folder) == [(1, 7, "First aid", None), (2, None, "", None)]


def test_a_heading_is_read_in_windows_1252_as_cells_are(tmp_path: Path) -> None:
    path = tmp_path / "kurse.csv"
    path.write_bytes("nr;größe;Zoë\n1;ß;x\n".encode("cp1252"))
    assert open_csv(path).columns == ("nr", "größe", "Zoë")


def test_blanks_around_the_names_of_a_heading_are_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "kurse.csv"
    path.write_text('nr , dauer,"\u00a0kurs "\n1,2 Tage,x\n')
    assert open_csv(path).columns == ("nr", "dauer", "kurs")


def test_utf_32_is_told_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "kurse.csv"
    path.write_bytes("nr;dauer\n1;2 Tage\n".encode("utf-32"))
    with pytest.raises(PreflightError, match="is UTF-16 or UTF-32 without a mark"):
        open_csv(path)


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    training = training_csv("1,7,t,d").replace(b"provider", b"title")
    write_folder(
        tmp_path,
        {
            "training.csv": training,
            "schemes.csv": b"scheme_id,name,organisation,mood,updated_at\n1,a,b,good,\n",
            "supporters.csv": b"",
            "cpd_activities.csv": b"id\n1\n",
            "members.parquet": b"no parquet",
        },
    )
    (tmp_path / "education.csv").unlink()
    (tmp_path / "training.xlsx").touch()
    with pytest.raises(PreflightError) as refused:
        stage_folder(f"dir:{tmp_path}", MAPPING)
    problems = "\n".join(refused.value.problems).replace(f"{tmp_path}", "v2")
    for told in (
        "v2/education.csv: is missing; .xlsx and .parquet would do as well",
        "v2: training.csv, training.xlsx are one table; keep one",
        "v2/members.parquet: is no Parquet file",
        "v2/supporters.csv:1: a heading is expected",
        "v2/schemes.csv:1: has no column coordinator_email. Name it in rules/mapping.yaml under",
        "v2/schemes.csv:1: column mood has 1 value and no fate.",
        "v2/cpd_activities.csv: has 1 row and no fate.",
    ):
        assert told in problems


NO_EXPORTS = ["README.txt", "education", "~$education.xlsx", ".education.csv", "education.csv.bak"]


@pytest.mark.parametrize("name", NO_EXPORTS)
def test_what_is_no_export_is_passed_over(name: str, tmp_path: Path) -> None:
    """Excel's lock files, hidden files and those of other kinds."""
    found = find_exports(write_folder(tmp_path))
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "old.csv").mkdir()
    assert find_exports(tmp_path) == found


def test_the_kind_of_a_file_is_known_in_capitals_too(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"training.CSV": training_csv("1,7,t,d")})
    assert staged_training(folder) == [(1, 7, "t", "d")]


def test_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, {"schemes.csv": b"scheme_id,name,name,,\n"})
    with pytest.raises(PreflightError) as refused:
        stage_folder(f"dir:{tmp_path}", MAPPING)
    assert refused.value.problems == tuple(
        f"{tmp_path}/schemes.csv:1: column {words}"
        for words in ("4 has no name", "5 has no name", "name stands twice")
    )


def test_thousand_broken_lines_are_counted_and_the_first_told(tmp_path: Path) -> None:
    path = tmp_path / "training.csv"
    path.write_text(",".join(TRAINING) + "\n" + "1\n" * 1000 + '1,"')
    with pytest.raises(PreflightError) as refused:
        list(open_csv(path).rows())
    *told, unread, others = refused.value.problems
    assert told == [f"{path}:{line}: has 1 cells, the heading has 4" for line in range(2, 21)]
    assert unread == f"{path}:1002: cannot be read from here on (unexpected end of data)"
    assert others == f"{path}: and 981 more lines like these"


def test_missing_folder_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(PreflightError, match="nowhere is no folder; write dir: and the path"):
        stage_folder(f"dir:{tmp_path}/nowhere", MAPPING)


KEYS = [  # the keys in the file, the type they are staged as
    (("1", "2"), "INTEGER"),
    (("1", "x2"), "TEXT"),
    (("1", "007"), "TEXT"),
    (("1.0", "2.00"), "INTEGER"),
    (("1.5", "2.0"), "TEXT"),
    (("    1", "2 "), "INTEGER"),
    (("1 2", "2"), "TEXT"),
    (("123456789012345678.0",), "TEXT"),
    (("0b1c9f1e-58a5-4a44-9d0e-2f1f2c8a3b11",), "TEXT"),
]


@pytest.mark.parametrize(("keys", "kind"), KEYS)
def test_keys_are_numbers_where_all_of_them_are(tmp_path: Path, keys: tuple[str, ...], kind: str) -> None:
    write_folder(tmp_path, {"training.csv": training_csv(*(f"{key},7,t,d" for key in keys))})
    source = open_source(f"dir:{tmp_path}", MAPPING)
    columns = {
        column["name"]: str(column["type"]) for column in inspect(source.engine).get_columns("training")
    }
    assert (columns["training_id"], columns["member_id"], columns["title"]) == (kind, "INTEGER", "TEXT")


def test_a_link_that_an_export_wrote_with_a_point_leads_to_its_owner(tmp_path: Path) -> None:
    """A column of whole numbers with a gap is written as 7.0 by many programs; its rows are no orphans."""
    rows = training_csv("1,7.0,t,d", "2,,t,d", "3,999999999999999.0,t,d", "4,0.0,t,d", "5,-7.0,t,d")
    write_folder(tmp_path, {"training.csv": rows})
    owners = [row[1] for row in staged_training(tmp_path)]
    assert owners == [7, None, 999999999999999, 0, -7]


def test_parquet_of_any_type_is_read_as_v2_would_have_shown_it(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "schemes.csv").unlink()
    columns = {
        "scheme_id": pa.array([1.0, 2.0]),
        "name": pa.array(["Zoë", None]).dictionary_encode(),
        "organisation": pa.array([Decimal("17.00"), Decimal("1.50")]),
        "coordinator_email": pa.array([b"a@b.example", None]),
        "updated_at": pa.array(
            [datetime(2010, 3, 12, tzinfo=UTC), datetime(2010, 3, 12, 9, 30, 0, 500, UTC)]
        ),
    }
    columns["updated_at"] = columns["updated_at"].cast(pa.timestamp("us"))
    pq.write_table(pa.table(columns), tmp_path / "schemes.parquet")
    with open_source(f"dir:{tmp_path}", MAPPING).snapshot() as snapshot:
        frame = snapshot.read_rows("schemes", ["1", "2"])
    assert [list(row) for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False)] == [
        ["1", "Zoë", "17", "a@b.example", "2010-03-12 00:00:00"],
        ["2", None, "1.50", None, "2010-03-12 09:30:00.0005"],
    ]


DAMAGED_FILES = ["training.xlsx", "training.parquet"]


@pytest.mark.parametrize("name", DAMAGED_FILES)
def test_a_file_that_is_broken_behind_its_beginning_is_told_by_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    titles: list[object] = [f"course {number} " * 20 for number in range(2000)]
    if path.suffix == ".xlsx":
        write_workbook(path, {"training": [["title"], *([title] for title in titles)]}, {})
    else:
        pq.write_table(pa.table({"title": titles}), path)
    opened = open_spreadsheet(path) if path.suffix == ".xlsx" else open_parquet(path)
    content = bytearray(path.read_bytes())
    place = content.index(b"xl/worksheets/sheet1.xml") + 4000 if path.suffix == ".xlsx" else 2000
    content[place : place + 200] = bytes(200)
    path.write_bytes(content)
    with pytest.raises(PreflightError, match=f"{name}: "):
        list(opened.rows())


def test_another_folder_or_mapping_is_read_for_itself_where_the_files_look_the_same(tmp_path: Path) -> None:
    one, other = (write_folder(tmp_path / name) for name in ("one", "other"))
    for folder, title in ((one, "Safety"), (other, "Relays")):
        (folder / "training.csv").write_bytes(training_csv(f"1,7,{title},2 days"))
        for file in folder.iterdir():
            os.utime(file, (1, 1))
    assert [staged_training(folder)[0][2] for folder in (one, other)] == ["Safety", "Relays"]
    ignoring = MAPPING.model_copy(update={"ignored_tables": {"extra": "An old list."}})
    staged = {stage_folder(f"dir:{one}", mapping) for mapping in (MAPPING, ignoring)}
    assert len(staged) == 2


def test_headings_and_files_that_differ_in_case_alone_are_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, {"schemes.csv": b"scheme_id,name,Name,,\n"})
    with pytest.raises(PreflightError, match="column Name stands twice"):
        stage_folder(f"dir:{tmp_path}", MAPPING)
    (tmp_path / "SCHEMES.csv").write_text("scheme_id\n")
    with pytest.raises(PreflightError, match=r"SCHEMES, schemes differ in nothing but case"):
        stage_folder(f"dir:{tmp_path}", MAPPING)


def test_a_file_name_with_a_dot_is_a_name_like_any_other(tmp_path: Path) -> None:
    write_folder(tmp_path, {"members.backup.csv": b"id\n1\n"})
    with pytest.raises(PreflightError, match=r"members\.backup\.csv: has 1 row and no fate"):
        stage_folder(f"dir:{tmp_path}", MAPPING)


def test_utf_16_without_a_mark_is_told(tmp_path: Path) -> None:
    write_folder(tmp_path, {"training.csv": training_csv("1,7,t,d").decode().encode("utf-16-le")})
    with pytest.raises(PreflightError, match=r"training\.csv: is UTF-16 or UTF-32 without a mark"):
        stage_folder(f"dir:{tmp_path}", MAPPING)


def test_synthetic_v2_written_as_csv_is_read_back_whole(tmp_path: Path) -> None:
    made: dict[str, list[pa.Table]] = {}
    with FolderWriter(tmp_path) as writer:
        for chunk in generate(60, seed=3):
            for table, rows in chunk.items():
                writer.write(table, rows)
                made.setdefault(table, []).append(rows)
    source = open_source(f"dir:{tmp_path}", MAPPING)
    with source.snapshot() as snapshot:
        for table, parts in made.items():
            key = snapshot.tables.key(table)
            found = [
                tuple(row) for row in snapshot.connection.execute(snapshot.tables.rows(table).order_by(key))
            ]
            rows = pa.concat_tables(parts).to_pydict()
            written = sorted(zip(*rows.values(), strict=True), key=lambda row: int(row[0]))
            assert [tuple(None if cell is None else str(cell) for cell in row) for row in found] == written


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8"))), min_size=1, max_size=4))
def test_any_text_survives_a_csv_file(tmp_path: Path, titles: list[str | None]) -> None:
    quoted = ["" if title is None else '"' + title.replace('"', '""') + '"' for title in titles]
    path = tmp_path / "training.csv"
    path.write_bytes(training_csv(*(f"{n},7,{cell}," for n, cell in enumerate(quoted))))
    assert [row[2] for rows in open_csv(path).rows() for row in rows.values] == titles


def read_frame(url: str) -> list[tuple[str, ...]]:
    """Return the rows of the table `kurse`."""
    with open_source_engine(url).connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM kurse")]


def test_folder_to_look_at_needs_no_mapping(tmp_path: Path) -> None:
    (tmp_path / "kurse.csv").write_text("nr;dauer\n1;2 Tage\n")
    staged = stage_files(f"dir:{tmp_path}", MAPPING)
    assert read_frame(staged) == [("1", "2 Tage")]
    assert len(damage_of(staged)) == 0
