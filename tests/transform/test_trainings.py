"""v2 training as v3 trainings: the duration becomes hours."""

from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest

from migrate.schema import v3
from migrate.transform.columns import frame_of
from migrate.transform.decision_lookup import NO_DECISIONS, Decisions
from migrate.transform.identity import v3_id
from migrate.transform.trainings import transform_trainings
from tests.transform.v2_rows import decision, given, said, shipped_rules, told, transform, values

HOURS = [  # duration, hours, code, candidates, what is said
    ("2 days", "14.00", "assumed-day", None, "'2 days' was read as 14 h: 7 h a day"),
    ("3 hours", "3.00", None, None, None),
    ("3", None, "no-unit", "[3, 21]", "'3' was left blank: the number has no unit; it may be 3 h or 21 h"),
    ("", None, None, None, None),
    (None, None, None, None, None),
]


def test_every_column_arrives() -> None:
    row = {
        "title": "Working at Height",
        "provider": "In-house",
        "location": " Leeds",
        "start_date": "03/05/2009",
        "end_date": "4 May 2009",
        "duration": "2 hours",
        "description": "a\nb",
        "updated_at": "2011-01-01 10:00:00",
    }
    rows, anomalies = transform("training", row)
    assert tuple(rows.columns) == v3.written_columns(v3.trainings)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("training", "1"),
        v3_id("members", "1"),
        "Working at Height",
        "In-house",
        " Leeds",
        "2009-05-03",
        "2009-05-04",
        "2.00",
        "a\nb",
        "2011-01-01 10:00:00",
    ]
    assert said(anomalies) == []


@pytest.mark.parametrize(("text", "hours", "code", "candidates", "message"), HOURS)
def test_a_duration_becomes_hours_or_one_reason(
    text: str | None, hours: str | None, code: str | None, candidates: str | None, message: str | None
) -> None:
    rows, anomalies = transform("training", {"duration": text})
    assert values(rows, "duration_hours") == [hours and Decimal(hours)]
    expected = [("duration", code, text, hours, candidates, message)] if code else []
    names = ("v2_column", "code", "raw_value", "loaded_value", "candidates", "message")
    assert told(anomalies, *names) == expected


def test_hours_beyond_the_dates_are_kept_and_reported_in_these_rows_alone() -> None:
    long = {"duration": "5 days", "start_date": "2010-03-01"}
    ends = ("2010-03-01", "2010-03-02", "2010-02-01", None)
    rows, anomalies = transform("training", *({**long, "end_date": end} for end in ends))
    assert values(rows, "duration_hours") == [Decimal("35.00")] * 4
    durations = [
        (row, code)
        for row, column, code in told(anomalies, "v2_id", "v2_column", "code")
        if column == "duration"
    ]
    assert durations == [
        ("1", "exceeds-dates"),
        ("2", "assumed-day"),
        ("3", "assumed-day"),
        ("4", "assumed-day"),
    ]


def test_a_damaged_cell_is_null_and_an_error_and_nothing_else() -> None:
    frame = given("training", {"duration": "02:01:00"}, {"duration": "2 hours"})
    damaged = frame_of({**frame, "duration_damaged": pa.array([True, False])})
    rows, anomalies = transform_trainings(damaged, shipped_rules(), NO_DECISIONS)
    assert values(rows, "duration_hours") == [None, Decimal("2.00")]
    assert told(anomalies, "v2_id", "v2_column", "code", "severity", "raw_value") == [
        ("1", "duration", "spreadsheet-damaged", "error", "02:01:00")
    ]


@pytest.mark.parametrize("raw", ["02:01:00", None])
def test_a_damaged_cell_that_a_reviewer_accepts_is_still_told_of_as_left_blank(raw: str | None) -> None:
    frame = given("training", {"duration": raw})
    damaged = frame_of({**frame, "duration_damaged": pa.array([True])})
    accepted = decision("accept", table="training", column="duration", row="1", raw=raw)
    rows, anomalies = transform_trainings(damaged, shipped_rules(), Decisions.that_hold([accepted]))
    assert values(rows, "duration_hours") == [None]
    assert told(anomalies, "code", "raw_value") == [("left-blank", raw)]


def test_a_decision_ends_the_doubt_about_the_hours() -> None:
    decided = Decisions.that_hold([decision("set", "14.5", table="training", column="duration", raw="3")])
    rows, anomalies = transform("training", {"duration": "3"}, {"duration": "4"}, decisions=decided)
    assert values(rows, "duration_hours") == [Decimal("14.50"), None]
    assert told(anomalies, "v2_id", "code") == [("2", "no-unit")]


def test_a_text_that_was_read_by_other_rules_is_read_anew() -> None:
    shipped = shipped_rules()
    shorter = replace(shipped, durations=shipped.durations.model_copy(update={"max_hours": Decimal(10)}))
    frame = given("training", {"duration": "2 days"})
    hours = [
        values(transform_trainings(frame, rules, NO_DECISIONS).rows, "duration_hours")[0]
        for rules in (shipped, shorter, shipped)
    ]
    assert hours == [Decimal("14.00"), None, Decimal("14.00")]
