"""What is held of members' and reviewers' texts is counted by rows, and what is none is not."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from migrate.retention.forget import forget_before
from migrate.retention.held import forgotten_before, held_texts
from migrate.retention.texts import ANOMALY_TEXTS, BASES, DECIDED_TEXTS, DECIDED_VALUES, HeldTexts
from migrate.schema import ledger
from tests.ledgers import put

DAY = date(2024, 5, 2)
RUN = {
    "run_id": "r",
    "command": "run",
    "status": "completed",
    "rules_version": "1",
    "scope": "{}",
    "started_at": datetime.fromisoformat("2024-04-30"),
    "finished_at": datetime.fromisoformat("2024-05-01"),
}
ANOMALY = {"run_id": "r", "v2_table": "training", "v2_id": "1", "code": "no-unit", "severity": "warning"}
ROW = {"run_id": "r", "v2_table": "training", "v2_id": "1", "fate": "migrated"}
DECISION = {
    "scope": "row", "v2_table": "training", "v2_column": "title", "action": "set", "v2_id": "1",
    "reviewer": "R", "decided_at": datetime.fromisoformat("2024-05-01"),
}  # fmt: skip
HELD: list[tuple[HeldTexts, dict[str, Any], int]] = [  # a kind of text, a row of its table, rows that hold it
    (ANOMALY_TEXTS, ANOMALY, 0),
    *((ANOMALY_TEXTS, ANOMALY | {column: "3"}, 1) for column in ANOMALY_TEXTS.columns),
    (BASES, ROW, 0),
    (BASES, ROW | {"base": "=3"}, 1),
    (DECIDED_TEXTS, DECISION | {"value": "Fuses"}, 0),
    (DECIDED_TEXTS, DECISION | {"raw_value": "3"}, 1),
    (DECIDED_TEXTS, DECISION | {"note": "Rang them"}, 1),
    (DECIDED_VALUES, DECISION | {"raw_value": "3"}, 0),
    (DECIDED_VALUES, DECISION | {"value": "Fuses"}, 1),
    (DECIDED_VALUES, DECISION | {"v2_column": "duration", "value": "3"}, 0),
]


@pytest.mark.parametrize(("texts", "row", "rows"), HELD)
def test_a_text_is_counted_where_it_is_kept_and_gone_once_it_is_forgotten(
    texts: HeldTexts, row: dict[str, Any], rows: int, connection: Connection
) -> None:
    put(connection, ledger.runs, RUN)
    put(connection, texts.table, row)
    told = {"what": texts.what, "table": texts.table.name, "columns": list(texts.columns), "rows": rows}
    assert told in held_texts(connection)
    assert forget_before(connection, DAY, today=DAY)[texts.what] == rows
    assert told | {"rows": 0} in held_texts(connection)


ENDED: list[tuple[dict[str, Any], bool]] = [  # what is otherwise of the run, whether its texts go
    ({}, True),
    ({"finished_at": datetime.fromisoformat("2024-05-02")}, False),
    ({"status": "failed", "finished_at": None}, True),
    ({"status": "failed", "finished_at": None, "started_at": datetime.fromisoformat("2024-05-02")}, False),
]


@pytest.mark.parametrize(("parts", "goes"), ENDED)
def test_the_texts_of_runs_that_ended_before_the_day_go(
    parts: dict[str, Any], connection: Connection, *, goes: bool
) -> None:
    put(connection, ledger.runs, RUN | parts)
    put(connection, ledger.rows, ROW | {"base": "=3"})
    assert forget_before(connection, DAY, today=DAY)[BASES.what] == goes


@pytest.mark.parametrize(("run", "goes"), [("r", False), ("another", True)])
def test_the_last_batch_stands_for_the_end_of_a_run_that_has_none(
    run: str, connection: Connection, *, goes: bool
) -> None:
    put(connection, ledger.runs, RUN | {"status": "interrupted", "finished_at": None})
    put(connection, ledger.rows, ROW | {"base": "=3"})
    for number, moment in enumerate(("2024-05-01", "2024-05-02", "2024-05-01")):
        batch = {"run_id": run, "number": number, "kind": "members", "bounds": "{}"}
        put(connection, ledger.batches, batch, finished_at=datetime.fromisoformat(moment))
    assert forget_before(connection, DAY, today=DAY)[BASES.what] == goes


def test_the_latest_day_is_noted_among_what_else_the_ledger_says_of_itself(connection: Connection) -> None:
    put(connection, ledger.ledger, {"name": "another", "value": "2030-01-01"})
    assert forgotten_before(connection) is None
    noted = []
    for day in (DAY, date(2024, 5, 3), DAY):
        forget_before(connection, day, today=date(2024, 5, 3))
        noted.append(forgotten_before(connection))
    assert noted == ["2024-05-02", "2024-05-03", "2024-05-03"]
