"""v2 schemes as v3 schemes."""

import pytest

from migrate.schema import v3
from migrate.transform.decision_lookup import Decisions
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import decision, said, told, transform, values


def test_every_column_arrives() -> None:
    row = {
        "name": "Graduate scheme",
        "organisation": "Tamar",
        "coordinator_email": " c@example.org ",
        "updated_at": "2011-01-01",
    }
    rows, anomalies = transform("schemes", row)
    assert tuple(rows.columns) == v3.written_columns(v3.schemes)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("schemes", "1"),
        "Graduate scheme",
        "Tamar",
        " c@example.org ",
        "2011-01-01 00:00:00",
    ]
    assert said(anomalies) == []


UNUSABLE = [
    None,
    "",
    " ",
    "tbc",
    "coordinator",
    "c@",
    "@example.org",
    "a@b",
    "a@@example.org",
    "a b@example.org",
    "a@example.org, b@example.org",
    "a@.org",
    "a@example.",
    "a@exa..mple.org",
]


@pytest.mark.parametrize("address", UNUSABLE)
def test_an_address_that_cannot_be_used_is_carried_and_reported(address: str | None) -> None:
    rows, anomalies = transform("schemes", {"coordinator_email": address})
    assert values(rows, "coordinator_email") == [address]
    assert told(anomalies, "v2_column", "code", "severity", "raw_value") == [
        ("coordinator_email", "coordinator-address", "warning", address)
    ]


@pytest.mark.parametrize(
    "address", ["a@example.org", "a.b+c@sub.example.co.uk", "o'neill@example.org", "\tA@EXAMPLE.ORG\n"]
)
def test_nothing_is_said_of_a_usable_address(address: str) -> None:
    _, anomalies = transform("schemes", {"coordinator_email": address})
    assert said(anomalies) == []


def test_a_reviewer_may_set_the_address() -> None:
    decided = Decisions.that_hold(
        [decision("set", "c@example.org", table="schemes", column="coordinator_email", row="1", raw="tbc")]
    )
    rows, anomalies = transform("schemes", {"coordinator_email": "tbc"}, decisions=decided)
    assert (values(rows, "coordinator_email"), said(anomalies)) == (["c@example.org"], [])
