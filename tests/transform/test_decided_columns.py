"""Reviewers' decisions on values: row before text before rule, and none applied that does not fit."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from migrate.decisions.decision import Recorded
from migrate.transform.decision_lookup import Decisions
from tests.transform.v2_rows import Row, decision, told, transform, values

TRAINING: dict[str, Any] = {"table": "training", "column": "duration"}
SET = [  # v2 table, v2 column, v2 text, decided value, v3 column, v3 value
    ("training", "duration", "3", "21", "duration_hours", Decimal("21.00")),
    ("training", "start_date", "Spring 2009", "2009-04-01", "started_on", date(2009, 4, 1)),
    ("training", "end_date", "n/a", "2009-04-01", "ended_on", date(2009, 4, 1)),
    ("scheme_memberships", "joined_on", "n/a", "2009-04-01", "joined_on", date(2009, 4, 1)),
    ("members", "created_at", "soon", "2009-04-01T10:00:00", "created_at", "2009-04-01 10:00:00"),
    ("members", "created_at", "2009-04-01 10:00:00", "2010-01-01", "created_at", "2010-01-01 00:00:00"),
    ("employment", "is_current", "hm", "true", "is_current", True),
    ("intents_to_register", "pra_consulted", "hm", "true", "spoken_to_pra", True),
    ("education", "grade", "02:01", "2:1", "classification", "2:1"),
]
INVALID = [  # v2 table, v2 column, v2 text, action, decided value
    ("training", "duration", "3", "set", "-1"),
    ("training", "duration", "3", "set", "lots"),
    ("training", "duration", "3", "set", None),
    ("training", "duration", "3", "set", "99999"),
    ("training", "start_date", "n/a", "set", "2009-02-30"),
    ("training", "start_date", "n/a", "set", "12/03/2010"),
    ("members", "created_at", "soon", "set", "noon"),
    ("members", "updated_at", "soon", "set", "2009-04-01"),
    ("employment", "is_current", "hm", "set", "perhaps"),
    ("intents_to_register", "pra_consulted", "hm", "leave-blank", None),
    ("training", "duration", "3", "guess", None),
]


def _transform(table: str, row: Row, *rows: Recorded) -> tuple[Any, list[tuple[Any, ...]]]:
    result = transform(table, row, decisions=Decisions.that_hold(rows))
    return result.rows, told(result.anomalies, "v2_column", "code")


@pytest.mark.parametrize("scope", ["row", "text"])
@pytest.mark.parametrize(("table", "column", "text", "value", "v3_column", "expected"), SET)
def test_a_value_that_was_set_is_taken_and_nothing_more_is_said(
    table: str, column: str, text: str, value: str, v3_column: str, expected: Any, scope: str
) -> None:
    row = "1" if scope == "row" else None
    decided = decision("set", value, table=table, column=column, row=row, raw=text)
    rows, anomalies = _transform(table, {column: text, **_answered(table, column)}, decided)
    found = values(rows, v3_column)[0]
    assert (str(found) if isinstance(found, datetime) else found) == expected
    assert anomalies == []


@pytest.mark.parametrize("scope", ["row", "text"])
@pytest.mark.parametrize(("table", "column", "text", "action", "value"), INVALID)
def test_a_decision_that_does_not_fit_is_shown_and_not_applied(
    table: str, column: str, text: str, action: str, value: str | None, scope: str
) -> None:
    row = {column: text, **_answered(table, column)}
    ruled_rows, ruled_anomalies = _transform(table, row)
    decided = decision(
        action, value, table=table, column=column, row="1" if scope == "row" else None, raw=text
    )
    rows, anomalies = _transform(table, row, decided)
    assert rows.equals(ruled_rows)
    assert anomalies == [*ruled_anomalies, (column, "decision-invalid")]


def test_row_goes_before_text_and_text_before_rule() -> None:
    on_text = decision("set", "2", **TRAINING, raw="5 hours")
    on_row = decision("set", "3", **TRAINING, row="1", raw="5 hours")
    texts = [{"duration": "5 hours"}, {"duration": "5 hours"}, {"duration": "6 hours"}]
    rows, _ = transform("training", *texts, decisions=Decisions.that_hold([on_row, on_text]))
    assert [str(hours) for hours in values(rows, "duration_hours")] == ["3.00", "2.00", "6.00"]


def test_accepting_keeps_the_value_and_ends_the_anomaly() -> None:
    decided = decision("accept", table="training", column="start_date", raw="March 2010")
    rows, anomalies = _transform("training", {"start_date": "March 2010"}, decided)
    assert (values(rows, "started_on"), anomalies) == ([date(2010, 3, 1)], [])


def test_accepting_a_row_keeps_what_the_rules_read_whatever_was_decided_about_its_text() -> None:
    on_text = decision("set", "2", **TRAINING, raw="5 hours")
    rows, anomalies = _transform(
        "training", {"duration": "5 hours"}, on_text, decision("accept", **TRAINING, row="1", raw="5 hours")
    )
    assert (values(rows, "duration_hours"), anomalies) == ([Decimal("5.00")], [])


@pytest.mark.parametrize(
    ("text", "said"),
    [("Spring 2009", [("end_date", "left-blank")]), ("Present", [])],
    ids=["doubtful", "open"],
)
def test_accepting_a_blank_leaves_it_blank(text: str, said: list[tuple[str, str]]) -> None:
    decided = decision("accept", table="training", column="end_date", raw=text)
    rows, anomalies = _transform("training", {"end_date": text}, decided)
    assert (values(rows, "ended_on"), anomalies) == ([None], said)


def test_left_blank_is_null_and_keeps_the_text_in_sight() -> None:
    decided = Decisions.that_hold([decision("leave-blank", **TRAINING, raw="5 days")])
    rows, anomalies = transform("training", {"duration": "5 days"}, decisions=decided)
    assert values(rows, "duration_hours") == [None]
    assert told(anomalies, "code", "severity", "raw_value", "loaded_value") == [
        ("left-blank", "info", "5 days", None)
    ]


def test_a_decided_cell_ends_every_anomaly_about_it() -> None:
    """Also those that the row's other columns lead to."""
    row = {"start_date": "2010-03-02", "end_date": "2010-03-01", "duration": "5 days"}
    decided = decision("accept", table="training", column="end_date", row="1", raw="2010-03-01")
    assert ("end_date", "dates-reversed") in _transform("training", row)[1]
    assert ("end_date", "dates-reversed") not in _transform("training", row, decided)[1]


def test_a_decision_about_another_text_is_stale() -> None:
    decided = Decisions.that_hold([decision("set", "21", **TRAINING, row="1", raw="3")])
    rows, anomalies = transform("training", {"duration": "4 hours"}, decisions=decided)
    assert values(rows, "duration_hours") == [Decimal("4.00")]
    assert told(anomalies, "code", "severity", "raw_value", "loaded_value") == [
        ("decision-stale", "warning", "4 hours", "4.00")
    ]


def test_a_stale_decision_gives_way_to_the_one_on_the_text() -> None:
    on_row = decision("set", "21", **TRAINING, row="1", raw="3")
    on_text = decision("set", "5", **TRAINING, raw="4 hours")
    decided = Decisions.that_hold([on_row, on_text])
    rows, anomalies = transform("training", {"duration": "4 hours"}, decisions=decided)
    assert values(rows, "duration_hours") == [Decimal("5.00")]
    assert told(anomalies, "code", "loaded_value") == [("decision-stale", "5.00")]


STALE_FLAGS = [  # what the reviewer saw, what v2 says now, stale?
    (None, None, False),
    (None, "", False),
    ("", None, False),
    (None, "no", True),
    ("no", None, True),
]


@pytest.mark.parametrize(("seen", "present", "stale"), STALE_FLAGS)
def test_a_decision_on_an_empty_flag_holds_while_it_is_empty(
    seen: str | None, present: str | None, stale: bool
) -> None:
    place: dict[str, Any] = {"table": "intents_to_register", "column": "pra_consulted"}
    rows, anomalies = _transform(
        place["table"], {"pra_consulted": present}, decision("set", "true", **place, row="1", raw=seen)
    )
    assert values(rows, "spoken_to_pra") == [not stale]
    assert (("pra_consulted", "decision-stale") in anomalies) == stale


def _answered(table: str, column: str) -> dict[str, str | None]:
    """Answer what a table would report by itself."""
    return {"pra_consulted": "no"} if table == "intents_to_register" and column != "pra_consulted" else {}
