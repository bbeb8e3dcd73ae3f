"""`report`, `decisions` and `notices` on the command line: what they print and how they end."""

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.cli.calling import Called, career_migrate
from tests.sample_ledger import fill_ledger


@pytest.fixture
def target(sqlite_url: str) -> str:
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        fill_ledger(connection)
    engine.dispose()
    return sqlite_url


def call(*arguments: str | Path, target: str) -> Called:
    return career_migrate(*arguments, CAREER_MIGRATE_TARGET=target)


def test_json_is_one_document_on_standard_output_and_nothing_else(target: str, tmp_path: Path) -> None:
    called = call("report", "--out", str(tmp_path), "--format", "json", "--json", target=target)
    document = json.loads(called.out)
    assert called.code == 0
    assert document["groups"][0]["text"] == "2 days"
    assert document["groups"] == json.loads((tmp_path / "report.json").read_text())["groups"]


def test_without_json_only_words_are_said(target: str, tmp_path: Path) -> None:
    called = call("report", "--out", str(tmp_path), "--format", "csv", target=target)
    assert (called.code, called.out) == (0, "")
    assert "anomalies.csv" in called.err


def test_decisions_go_out_and_come_in(target: str, tmp_path: Path) -> None:
    file = tmp_path / "decisions.csv"
    header = "scope,v2_table,v2_column,v2_id,raw_value,action,value,reviewer,note,decided_at\n"
    file.write_text(header + "text,training,duration,,3,set,21,Robin,,\n", encoding="utf-8")
    assert json.loads(call("decisions", "import", "--json", str(file), target=target).out)["added"] == 1
    assert json.loads(call("decisions", "import", "--json", str(file), target=target).out)["added"] == 0
    assert call("decisions", "export", str(file), target=target).code == 0
    assert file.read_text(encoding="utf-8").startswith(header + "text,training,duration,,3,set,21,Robin,,")


def test_notices_are_issued_once(target: str, tmp_path: Path) -> None:
    written = [
        json.loads(call("notices", "--out", str(tmp_path), "--json", *more, target=target).out)["written"]
        for more in ([], [], ["--all"])
    ]
    assert written == [5, 0, 5]


WRONG = [  # arguments, exit code, what is said
    (["report", "--out", "OUT", "--format", "pdf"], 2, "--format must be some of html, xlsx, csv, json"),
    (["report", "--out", "FILE"], 2, "is a file"),
    (["decisions", "import", "BAD"], 2, ":2: value for duration must be hours from 0 to 2000"),
    (["decisions", "import", "MISSING"], 2, "does not exist"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG)
def test_wrong_usage_is_told_in_words(
    arguments: list[str], code: int, words: str, target: str, tmp_path: Path
) -> None:
    names = {name: str(tmp_path / name) for name in ("OUT", "FILE", "BAD", "MISSING")}
    Path(names["FILE"]).write_text("")
    header = "scope,v2_table,v2_column,v2_id,raw_value,action,value,reviewer,note,decided_at\n"
    Path(names["BAD"]).write_text(header + "text,training,duration,,3,set,2001,Robin,,\n")
    called = call(*(names.get(each, each) for each in arguments), target=target)
    assert (called.code, called.out) == (code, "")
    assert words in called.err


@pytest.mark.parametrize("command", [["report", "--out"], ["notices", "--out"], ["decisions", "export"]])
def test_target_without_a_ledger_is_refused(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "empty.db").write_bytes(b"")
    called = call(*command, str(tmp_path / "out"), target=f"sqlite:///{tmp_path / 'empty.db'}")
    assert called.code == 3
    assert "v3 has no ledger yet" in called.err
