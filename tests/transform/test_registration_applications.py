"""v2 intents_to_register as v3 registration_applications."""

import pytest

from migrate.schema import v3
from migrate.transform.decision_lookup import Decisions
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import decision, said, transform, values


def test_every_column_arrives() -> None:
    row = {
        "registration_category": "CEng",
        "status": "submitted",
        "submitted_at": "2010-02-03",
        "pra_consulted": "Y",
        "updated_at": "2011-01-01",
    }
    rows, anomalies = transform("intents_to_register", row)
    assert tuple(rows.columns) == v3.written_columns(v3.registration_applications)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("intents_to_register", "1"),
        v3_id("members", "1"),
        "CEng",
        "draft",
        "submitted",
        "2010-02-03 00:00:00",
        "True",
        "2011-01-01 00:00:00",
    ]
    assert said(anomalies) == []


PRA = [  # pra_consulted, spoken_to_pra, code
    ("yes", True, None),
    ("1", True, None),
    ("no", False, None),
    ("f", False, None),
    (None, False, "pra-unknown"),
    ("", False, "pra-unknown"),
    ("  ", False, "pra-unknown"),
    ("don't know", False, "flag-not-understood"),
]


@pytest.mark.parametrize(("text", "expected", "code"), PRA)
def test_an_unknown_answer_is_no_and_reported(text: str | None, expected: bool, code: str | None) -> None:
    rows, anomalies = transform("intents_to_register", {"pra_consulted": text})
    assert values(rows, "spoken_to_pra") == [expected]
    assert said(anomalies) == ([("pra_consulted", code)] if code else [])


def test_an_answer_cannot_be_left_blank() -> None:
    decided = Decisions.that_hold(
        [decision("leave-blank", table="intents_to_register", column="pra_consulted", row="1", raw="hm")]
    )
    rows, anomalies = transform("intents_to_register", {"pra_consulted": "hm"}, decisions=decided)
    assert values(rows, "spoken_to_pra") == [False]
    assert [code for _, code in said(anomalies)] == ["flag-not-understood", "decision-invalid"]
