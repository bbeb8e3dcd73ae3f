"""What is still open is listed whole, in one order, and says nothing of what members wrote."""

import pytest
from sqlalchemy import Connection

from migrate.schema import ledger
from migrate.signoff.anomalies import COUNTED, LISTED, anomaly_counts, open_anomalies
from tests.ledgers import put

SAID = [  # v2_id, v2_column, code, severity, member, cohort
    ("2", "duration", "no-unit", "warning", "7", "A"),
    ("1", "duration", "no-unit", "warning", "7", "A"),
    ("3", "duration", "no-unit", "warning", "8", "B"),
    ("4", "duration", "implausible", "error", "8", "B"),
    ("5", None, "orphan", "warning", None, None),
    ("5", "duration", "no-unit", "warning", None, None),
    ("6", "duration", "assumed-day", "info", "7", "A"),
]


@pytest.fixture(params=[1, -1], ids=["written in one order", "written in the other"])
def anomalies(connection: Connection, request: pytest.FixtureRequest) -> Connection:
    names = ("v2_id", "v2_column", "code", "severity", "member_id", "cohort")
    rows = [dict(zip(names, row, strict=True)) for row in SAID[:: request.param]]
    put(connection, ledger.anomalies, *rows, run_id="r", v2_table="training", raw_value="a secret")
    return connection


def listed(v2_id: str, column: str | None, code: str, severity: str, cohort: str | None) -> dict[str, object]:
    return dict(zip(LISTED, ("training", v2_id, column, code, severity, cohort), strict=True))


ERROR = listed("4", "duration", "implausible", "error", "B")
OPEN = [
    listed("1", "duration", "no-unit", "warning", "A"),
    listed("2", "duration", "no-unit", "warning", "A"),
    listed("3", "duration", "no-unit", "warning", "B"),
    ERROR,
    listed("5", None, "orphan", "warning", None),
    listed("5", "duration", "no-unit", "warning", None),
]


@pytest.mark.parametrize(
    ("cohorts", "rows"), [((), OPEN), (("B",), [OPEN[2], ERROR])], ids=["everyone", "a cohort"]
)
def test_each_warning_and_error_is_open_and_nothing_else_is(
    anomalies: Connection, cohorts: tuple[str, ...], rows: list[dict[str, object]]
) -> None:
    found = open_anomalies(anomalies, cohorts)
    assert [dict(zip(LISTED, row, strict=True)) for row in found] == rows


def test_cohorts_of_no_length_and_none_stand_in_one_order_on_every_engine(connection: Connection) -> None:
    said = {"run_id": "r", "v2_table": "training", "code": "orphan", "severity": "warning"}
    put(connection, ledger.anomalies, {"v2_id": "1", "cohort": ""}, {"v2_id": "2", "cohort": None}, **said)
    place = COUNTED.index("cohort")
    assert [row[place] for row in anomaly_counts(connection, ())] == [None, ""]


def test_each_kind_is_counted_with_its_rows_and_members(anomalies: Connection) -> None:
    found = [dict(zip(COUNTED, row, strict=True)) for row in anomaly_counts(anomalies, ("A", "B"))]
    names = ("code", "cohort", "severity", "rows", "members")
    assert [tuple(each[name] for name in names) for each in found] == [
        ("assumed-day", "A", "info", 1, 1),
        ("implausible", "B", "error", 1, 1),
        ("no-unit", "A", "warning", 2, 1),
        ("no-unit", "B", "warning", 1, 1),
    ]
