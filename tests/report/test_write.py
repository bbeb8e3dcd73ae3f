"""The report's files: self-contained, whole, and harmless whatever v2 held."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection, create_engine

from migrate.errors import ConfigurationError
from migrate.files.csv_file import restore
from migrate.report.write import write_report
from migrate.schema import ledger, v2, v3
from tests.ledgers import put
from tests.sample_ledger import TEXTS, fill_ledger

HOSTILE = [
    "<script>alert(1)</script>",
    "</svg><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://example.org")',
    "+44",
    "-3",
    "@SUM(1)",
    "\ttab",
    "{{ 7 * 7 }}",
    "a\u202egnp.exe",
    "x" * 1_000_000,
    "nul\0nul",
    "javascript:alert(1)",
    "'; DROP TABLE members; --",
]


@pytest.fixture
def filled(sqlite_url: str) -> Iterator[Connection]:
    with create_engine(sqlite_url).connect() as connection:
        fill_ledger(connection)
        yield connection
    connection.engine.dispose()


@pytest.fixture
def hostile(sqlite_url: str) -> Iterator[Connection]:
    """A ledger with every hostile text in every column of v2."""
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        common: dict[str, Any] = {
            "run_id": "=1+1",
            "code": "vague",
            "severity": "warning",
            "cohort": HOSTILE[0],
        }
        tables = v2.metadata.tables.values()
        columns = [(table.name, column.name) for table in tables for column in table.columns]
        places = [("training", "duration"), *columns]  # twice, so that its texts come first
        for number, (table, column) in enumerate(places):
            texts = HOSTILE if number == 0 else [text for text in HOSTILE if len(text) < 1000]
            rows = [
                {
                    "v2_id": text[:50],
                    "raw_value": text,
                    "loaded_value": text,
                    "candidates": json.dumps([text[:99]]),
                }
                | {"message": text, "member_id": text[:50], "v2_table": table, "v2_column": column}
                for text in texts
            ]
            put(connection, ledger.anomalies, *rows, **common)
        connection.commit()
        yield connection
    engine.dispose()


def cells(path: Path) -> list[list[str]]:
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream, strict=True))


def test_every_format_is_written(filled: Connection, tmp_path: Path) -> None:
    written = write_report(filled, tmp_path / "out")
    names = {"report.html", "report.xlsx", "anomalies.csv", "groups.csv", "report.json", "schemes.csv"}
    assert (
        {path.name for path in written.files} == {path.name for path in (tmp_path / "out").iterdir()} == names
    )


@pytest.mark.parametrize(
    ("name", "files"), [("json", {"report.json"}), ("csv", {"anomalies.csv", "groups.csv"})]
)
def test_only_what_was_asked_for_is_written_and_schemes(
    name: str, files: set[str], filled: Connection, tmp_path: Path
) -> None:
    write_report(filled, tmp_path / "out", formats=[name])
    assert {path.name for path in (tmp_path / "out").iterdir()} == files | {"schemes.csv"}


def test_json_lists_the_groups_with_most_rows_first(filled: Connection, tmp_path: Path) -> None:
    write_report(filled, tmp_path, formats=["json"])
    document = json.loads((tmp_path / "report.json").read_text())
    first = document["groups"][0]
    assert {name: first[name] for name in ("text", "code", "rows", "members")} == {
        "text": "2 days", "code": "assumed-day", "rows": 68, "members": 30,
    }  # fmt: skip
    assert [check["success"] for check in document["checks"]] == [True]


def test_csv_has_every_anomaly(filled: Connection, tmp_path: Path) -> None:
    write_report(filled, tmp_path, formats=["csv"])
    lines = cells(tmp_path / "anomalies.csv")
    assert len(lines) - 1 == sum(rows for *_, rows in TEXTS) + 3
    place = lines[0].index("group")
    groups = {line[0] for line in cells(tmp_path / "groups.csv")[1:]}
    assert {line[place] for line in lines[1:]} - {""} == groups


def test_page_loads_nothing_and_runs_nothing(hostile: Connection, tmp_path: Path) -> None:
    write_report(hostile, tmp_path, formats=["html"])
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    tags = re.findall(r"<[^>]*>", page)
    names = [re.sub(r'"[^"]*"', "", tag) for tag in tags]
    assert not [
        tag for tag in tags if re.match(r"<(script|img|link|iframe|object|embed|form|base)\b", tag, re.I)
    ]
    assert not [name for name in names if re.search(r"\son\w+\s*=", name, re.I)]
    assert not re.findall(r'(?:src|href)="(?!#|report|anomalies\.csv|groups\.csv|schemes\.csv)[^"]*"', page)
    assert "@import" not in page
    assert "url(" not in page


def test_page_shows_hostile_text_as_it_is(hostile: Connection, tmp_path: Path) -> None:
    write_report(hostile, tmp_path, formats=["html"])
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "a‹U+202E›gnp.exe" in page
    assert "nul‹U+0000›nul" in page
    assert "{{ 7 * 7 }}" in page
    assert "\u202e" not in page
    assert len(page) < 5_000_000


def test_no_cell_of_csv_does_anything(hostile: Connection, tmp_path: Path) -> None:
    write_report(hostile, tmp_path, formats=["csv"])
    for name in ("anomalies.csv", "groups.csv", "schemes.csv"):
        for cell in (cell for line in cells(tmp_path / name) for cell in line if cell):
            assert cell[0] not in "=+-@", name
            assert unicodedata.category(cell[0]) != "Cc", name
    texts = {restore(line[9]) for line in cells(tmp_path / "anomalies.csv")}
    assert {HOSTILE[0], HOSTILE[2], "\ttab", "-3"} <= texts


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(hostile: Connection, tmp_path: Path) -> None:
    write_report(hostile, tmp_path, formats=["xlsx"])
    book = load_workbook(tmp_path / "report.xlsx")
    for sheet in book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type in {"s", "n", "inlineStr"}
            assert cell.hyperlink is None
    book.close()


PERSONAL = ["Ash\ndown", "jo@example.org", "01632 960123", "no address"]


def test_no_file_but_the_coordinators_list_has_personal_data(filled: Connection, tmp_path: Path) -> None:
    write_report(filled, tmp_path)
    for name in ("report.html", "anomalies.csv", "groups.csv", "report.json"):
        content = (tmp_path / name).read_text(encoding="utf-8")
        assert not [text for text in [*PERSONAL, "Ashdown", "training@northgrid"] if text in content], name
    assert "training@northgrid.example.org" in (tmp_path / "schemes.csv").read_text()


def test_what_was_read_of_a_masked_text_is_masked_with_it(filled: Connection, tmp_path: Path) -> None:
    read = "'ring 0161 496 0123' was left blank: there is more than one reading; it may be 496 h or 123 h"
    about = {"v2_table": "training", "v2_column": "duration", "code": "ambiguous", "severity": "warning"}
    text = {"v2_id": "77", "raw_value": "ring 0161 496 0123", "candidates": '["496", "123"]', "message": read}
    put(filled, ledger.anomalies, text, run_id="1", **about)
    write_report(filled, tmp_path)
    for name in ("report.html", "anomalies.csv", "groups.csv", "report.json"):
        content = (tmp_path / name).read_text(encoding="utf-8")
        assert "ring ‹telephone›" in content, name
        assert not [digits for digits in ("496 h", "496 or", '"496"', "or 123") if digits in content], name


def test_what_failed_is_seen_at_once_and_what_holds_is_folded(filled: Connection, tmp_path: Path) -> None:
    checks = [
        {"suite": "before", "expectation": "of-no-use", "severity": "warning", "passed": False, "total": 7},
        {"suite": "before", "expectation": "as-it-should-be", "severity": "critical", "passed": True},
    ]
    filled.execute(ledger.runs.update().values(summary=json.dumps({"checks": checks})))
    write_report(filled, tmp_path, formats=["html"])
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    suites = page.partition("<h3>Quality suites</h3>")[2].partition("</section>")[0]
    open_at_once, _, folded = suites.partition("<details>")
    assert ("of-no-use" in open_at_once, "as-it-should-be" in open_at_once) == (True, False)
    assert "2 lines in all" in folded
    assert ("of-no-use" in folded, "as-it-should-be" in folded) == (True, True)


def test_personal_data_is_there_where_it_was_asked_for(filled: Connection, tmp_path: Path) -> None:
    write_report(filled, tmp_path, formats=["csv", "html"], with_personal_data=True)
    content = (tmp_path / "anomalies.csv").read_text(encoding="utf-8")
    assert [text for text in PERSONAL if text not in content] == []
    assert "Holds personal data." in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_waiting_members_are_listed_by_scheme_where_personal_data_was_asked_for(
    filled: Connection, tmp_path: Path
) -> None:
    write_report(filled, tmp_path, formats=["json"], with_personal_data=True)
    lines = cells(tmp_path / "scheme_members.csv")
    assert lines[0] == ["scheme", "coordinator", "membership_number", "forename", "surname", "email"]
    assert [line[2] for line in lines[1:]] == ["01100002", "01100004", "01100001", "01100003", "01100005"]


def test_an_address_of_no_length_is_an_empty_cell_for_whoever_writes_to_coordinators(
    filled: Connection, tmp_path: Path
) -> None:
    filled.execute(v3.schemes.update().values(coordinator_email=""))
    filled.execute(v3.members.update().values(email=""))
    write_report(filled, tmp_path, formats=["json"], with_personal_data=True)
    assert {line[1] for line in cells(tmp_path / "schemes.csv")[1:]} == {""}
    assert {(line[1], line[5]) for line in cells(tmp_path / "scheme_members.csv")[1:]} == {("", "")}


def test_folder_that_cannot_be_written_is_refused(filled: Connection, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="not a folder that can be written"):
        write_report(filled, tmp_path / "file" / "out")
