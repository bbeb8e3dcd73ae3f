"""Decisions travel as CSV: whole or not at all, to the letter, and the same file twice adds nothing."""

import csv
import io
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from migrate.decisions.csv_exchange import export_decisions, import_decisions
from migrate.decisions.decision import Decision
from migrate.decisions.holding import holding
from migrate.decisions.record import read_recorded
from migrate.errors import ConfigurationError
from migrate.schema import ledger
from tests.recording import MAX_HOURS, decision_history, record_decision

HEADER = "scope,v2_table,v2_column,v2_id,raw_value,action,value,reviewer,note,decided_at\n"
TEXT = Decision("text", "training", "duration", "set", raw_value="3", value="7", reviewer="Robin")
ROW = Decision("row", "training", "duration", "leave-blank", v2_id="10", reviewer="Sam")
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "'quoted",
    "'",
    "",
    "a\r\nb",
    "a\rb",
    "\ttab",
    "-3 hours",
    '"',
    "x" * 200_000,
    "\u202eflip",
]


def exported(connection: Connection) -> str:
    stream = io.StringIO(newline="")
    export_decisions(connection, stream)
    return stream.getvalue()


def imported(connection: Connection, text: str) -> tuple[int, int]:
    result = import_decisions(connection, io.StringIO(text, newline=""), name="d.csv", max_hours=MAX_HOURS)
    return result.added, result.known


def test_header_is_there_even_for_no_decisions(connection: Connection) -> None:
    assert exported(connection) == HEADER


def test_everything_comes_back_to_the_letter(connection: Connection) -> None:
    for raw in HOSTILE:
        record_decision(connection, replace(TEXT, raw_value=raw, note=raw))
        record_decision(connection, replace(ROW, raw_value=raw))
    record_decision(connection, ROW)  # what the reviewer saw is not known: NULL is not an empty text
    before, file = decision_history(connection), exported(connection)
    connection.rollback()
    assert imported(connection, file) == (len(before), 0)
    assert set(decision_history(connection)) == set(before)
    assert exported(connection) == file


def test_same_file_twice_adds_nothing(connection: Connection) -> None:
    file = HEADER + "text,training,duration,,3,set,7,Robin,,\ntext,training,duration,,3,set,8,Robin,,\n"
    assert imported(connection, file) == (2, 0)
    assert all(each.decided_at for each in decision_history(connection))
    assert imported(connection, file) == (0, 2)
    assert imported(connection, exported(connection)) == (0, 2)


def test_a_line_about_a_row_that_no_run_has_met_is_imported_and_named(connection: Connection) -> None:
    keys = ("10", "99", "010")
    lines = "".join(f"row,training,duration,{key},,leave-blank,,Sam,,2024-05-01T09:00:00\n" for key in keys)

    def unmet() -> tuple[str, ...]:
        stream = io.StringIO(HEADER + lines, newline="")
        return import_decisions(connection, stream, name="d.csv", max_hours=MAX_HOURS).unmet

    assert unmet() == ()  # before any run nothing has been met
    met = {"v2_table": "training", "v2_id": "10", "fate": "dropped", "run_id": "r"}
    connection.execute(insert(ledger.rows), met)
    assert unmet() == tuple(
        f"d.csv:{line}: no run has met training {key}; the decision waits for one. Check the v2_id"
        for line, key in ((3, "99"), (4, "010"))
    )
    assert len(decision_history(connection)) == len(keys)


def test_a_line_that_stands_twice_is_one_decision(connection: Connection) -> None:
    line = "text,training,duration,,3,set,7,Robin,,2024-05-01T09:00:00\n"
    assert imported(connection, HEADER + line + line) == (1, 1)


@pytest.mark.parametrize("before", ["2024-05-01T09:00", "2999-01-01"])
def test_a_decision_without_a_moment_holds_from_now_on(connection: Connection, before: str) -> None:
    record_decision(connection, replace(TEXT, decided_at=datetime.fromisoformat(before)))
    assert imported(connection, HEADER + "text,training,duration,,3,set,8,Robin,,\n") == (1, 0)
    holds = holding(read_recorded(connection)).get(TEXT.subject)
    assert holds is not None
    assert holds.value == "8"


def test_an_old_export_does_not_undo_what_was_decided_since(connection: Connection) -> None:
    record_decision(connection, replace(TEXT, decided_at=datetime.fromisoformat("2024-05-01T09:00")))
    old = exported(connection)
    assert old.endswith(",2024-05-01T09:00:00\n")
    newer = record_decision(
        connection, replace(TEXT, value="21", decided_at=datetime.fromisoformat("2024-05-02T09:00"))
    )
    assert imported(connection, old) == (0, 1)
    assert holding(read_recorded(connection)).get(TEXT.subject) == newer


def test_export_is_sorted_by_what_was_decided(connection: Connection) -> None:
    on_rows = [replace(ROW, v2_id=key) for key in ("²", "10", "9", "x")]
    whole_row = replace(ROW, v2_column=None, action="accept")
    for decision in (replace(TEXT, v2_column="description"), TEXT, *on_rows, whole_row):
        record_decision(connection, decision)
    subjects = [line.split(",")[:5] for line in exported(connection).splitlines()[1:]]
    assert subjects == [
        ["row", "training", "", "10", ""],
        ["text", "training", "description", "", "3"],
        ["row", "training", "duration", "x", ""],
        ["row", "training", "duration", "²", ""],
        ["row", "training", "duration", "9", ""],
        ["row", "training", "duration", "10", ""],
        ["text", "training", "duration", "", "3"],
    ]


def test_export_gives_the_decisions_on_one_subject_in_the_order_in_which_they_were_made(
    connection: Connection,
) -> None:
    days = ("2024-05-02T09:00:00", "2024-05-01T09:00:00")  # the older one was imported later
    for day in days:
        record_decision(connection, replace(TEXT, decided_at=datetime.fromisoformat(day)))
    assert [line.rpartition(",")[2] for line in exported(connection).splitlines()[1:]] == sorted(days)


def test_every_bad_line_is_named_and_nothing_is_imported(connection: Connection) -> None:
    file = HEADER + (
        "text,training,duration,,3,set,7,Robin,,\n"
        "text,training,duration,,4,set,seven,Robin,,\n"
        'text,training,duration,,"two\nlines",set,7,Robin,"a\nnote",\n'
        "row,training,duration,,,leave-blank,,Robin,,\n"
        "text,training\n"
        "text,training,duration,,5,set,7,Robin,,yesterday\n"
        "text,training,duration,,5,set,7,Robin,,2999-01-01\n"
    )
    with pytest.raises(ConfigurationError) as refused:
        imported(connection, file)
    assert refused.value.problems == (
        "d.csv:3: value for duration must be hours from 0 to 2000, at most two decimals after a point"
        " (got 'seven')",
        "d.csv:7: v2_id must be given for a row (it is empty)",
        "d.csv:8: must have 10 cells (got 2)",
        "d.csv:9: decided_at must be a moment as YYYY-MM-DDTHH:MM:SS, UTC (got 'yesterday')",
        "d.csv:10: decided_at lies in the future (got '2999-01-01')",
        "d.csv: nothing was imported.",
    )
    assert decision_history(connection) == []


BROKEN = [  # the line after the header, what is said of it
    ("text,training", "must have 10 cells (got 2)"),
    ("text,training,duration,,3,set,7,Robin,,,more", "must have 10 cells (got 11)"),
    ('text,training,duration,,"3,set,7,Robin,,', "not valid CSV: unexpected end of data"),
    ('text,training,duration,,"3"0,set,7,Robin,,', "not valid CSV: ',' expected after '\"'"),
    (",training,duration,,3,set,7,Robin,,", "scope must be one of row, text (got '')"),
    ("text,,duration,,3,set,7,Robin,,", "v2_table must be a table of v2 (got '')"),
    (
        "text,training,duration,,3,,,Robin,,",
        "action must be one of set, leave-blank, accept, withdraw (got '')",
    ),
    (
        "text,training,duration,,3,set,7,Robin,,0001-01-01T00:00:00+14:00",
        "decided_at is no moment of this world (got '0001-01-01T00:00:00+14:00')",
    ),
]


@pytest.mark.parametrize(("line", "words"), BROKEN)
def test_a_broken_line_is_told_in_words(line: str, words: str, connection: Connection) -> None:
    with pytest.raises(ConfigurationError) as refused:
        imported(connection, f"{HEADER}{line}\n")
    assert refused.value.problems == (f"d.csv:2: {words}", "d.csv: nothing was imported.")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("scope,v2_table", "d.csv:1: the header lacks v2_column"),
        ("", "d.csv:1: the header lacks scope"),
        (
            HEADER.strip() + ",surprise",
            "d.csv:1: the header has 'surprise', which is unknown or stands twice",
        ),
        (HEADER.strip() + ",note", "d.csv:1: the header has 'note', which is unknown or stands twice"),
    ],
)
def test_wrong_header_is_refused(header: str, words: str, connection: Connection) -> None:
    with pytest.raises(ConfigurationError) as refused:
        imported(connection, header + "\n")
    assert words in refused.value.problems


@pytest.mark.parametrize("moment", ["2024-05-01T10:00:00+01:00", "2024-05-01T09:00:00"])
def test_a_moment_is_kept_as_utc_wherever_the_machine_is(
    moment: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    imported(connection, f"{HEADER}text,training,duration,,3,set,7,Robin,,{moment}\n")
    monkeypatch.undo()
    time.tzset()
    assert [each.decided_at for each in decision_history(connection)] == [
        datetime.fromisoformat("2024-05-01T09:00")
    ]


def test_a_machine_whose_clock_is_hours_ahead_is_believed(connection: Connection) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=12)
    line = f"text,training,duration,,3,set,7,Robin,,{ahead.isoformat()}\n"
    assert imported(connection, HEADER + line) == (1, 0)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_what_a_spreadsheet_makes_of_the_file_is_read(sign: str, connection: Connection) -> None:
    record_decision(connection, TEXT)
    rows = list(csv.reader(io.StringIO(exported(connection), newline="")))
    again = io.StringIO(newline="")
    csv.writer(again, delimiter=sign).writerows([*([*row, "", ""] for row in rows), [""] * len(rows[0])])
    assert imported(connection, again.getvalue()) == (0, 1)
