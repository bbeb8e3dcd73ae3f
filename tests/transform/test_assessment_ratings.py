"""v2 assessment_responses as v3 assessment_ratings."""

import pytest

from migrate.schema import v3
from migrate.transform.decision_lookup import Decisions
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import decision, said, told, transform, values


def test_every_column_arrives() -> None:
    row = {
        "competence_code": "A1",
        "level": "3",
        "evidence": "I did\r\n * this",
        "updated_at": "2011-01-01",
    }
    rows, anomalies = transform("assessment_responses", row)
    assert tuple(rows.columns) == v3.written_columns(v3.assessment_ratings)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("assessment_responses", "1"),
        v3_id("competence_assessments", "1"),
        "A1",
        "3",
        "I did\r\n * this",
        "2011-01-01 00:00:00",
    ]
    assert said(anomalies) == []


@pytest.mark.parametrize("code", ["a1", "F1", "A12", "A1 ", "", "Competence A"])
def test_an_unusual_code_is_carried_and_reported(code: str) -> None:
    rows, anomalies = transform("assessment_responses", {"competence_code": code})
    assert values(rows, "competence_code") == [code]
    assert told(anomalies, "v2_column", "code", "severity", "raw_value", "loaded_value") == [
        ("competence_code", "competence-code", "info", code, code)
    ]


@pytest.mark.parametrize("code", ["A1", "E5", "C0", None])
def test_nothing_is_said_of_a_usual_code(code: str | None) -> None:
    _, anomalies = transform("assessment_responses", {"competence_code": code})
    assert said(anomalies) == []


def test_an_accepted_code_is_not_reported_again() -> None:
    decided = Decisions.that_hold(
        [decision("accept", table="assessment_responses", column="competence_code", raw="Z")]
    )
    rows, anomalies = transform("assessment_responses", {"competence_code": "Z"}, decisions=decided)
    assert (values(rows, "competence_code"), said(anomalies)) == (["Z"], [])
