"""Which runs made what is there of some cohorts: `verify` names the one that went by other rules."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from migrate.databases import open_engine
from migrate.load.ledger.runs import runs_that_made
from migrate.load.ledger.scope import Scope
from migrate.load.ledger.target import init_target
from migrate.schema import ledger

Ran = tuple[str, str, str]
"""Cohorts, listed members, status."""

ALL, A, B, AB = (
    ("", "", "completed"),
    ("A", "", "completed"),
    ("B", "", "completed"),
    ("A B", "", "completed"),
)
A_FAILED, A_LISTED, ALL_BACK = ("A", "", "failed"), ("A", "7", "completed"), ("", "", "rolled-back")

CASES: dict[str, tuple[list[Ran], str, list[int]]] = {  # runs in turn, whose are asked for → which made it
    "none has run": ([], "", []),
    "a run of all replaces what went before": ([A, ALL], "", [1]),
    "each cohort has its own": ([A, B], "", [1, 0]),
    "another cohort's is left out": ([A, B], "A", [0]),
    "a cohort that ran again": ([A, B, A], "", [2, 1]),
    "two cohorts that ran again one by one": ([ALL, AB, A, B], "A B", [3, 2]),
    "all, and one cohort since": ([ALL, A], "", [1, 0]),
    "one that did not come to its end replaces nothing": ([A, A_FAILED], "A", [1, 0]),
    "nor does one of listed members": ([A, A_LISTED], "A", [1, 0]),
    "nor one that was taken back": ([ALL, ALL_BACK], "", [1, 0]),
}


@pytest.mark.parametrize(("ran", "asked", "made"), CASES.values(), ids=CASES)
def test_the_runs_that_made_a_scope_are_those_that_no_later_one_has_replaced(
    ran: list[Ran], asked: str, made: list[int], tmp_path: Path
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'v3.db'}")
    init_target(engine)
    began = datetime.now(UTC).replace(tzinfo=None)
    with engine.begin() as connection:
        for number, (cohorts, members, status) in enumerate(ran):
            scope = Scope(tuple(cohorts.split()), tuple(members.split()))
            values = {"run_id": str(number), "command": "run", "status": status, "rules_version": "1"}
            moment = began + timedelta(seconds=number)
            connection.execute(
                insert(ledger.runs).values(**values, scope=scope.as_json(""), started_at=moment)
            )
        found = [int(run.run_id) for run in runs_that_made(connection, Scope(tuple(asked.split())))]
    engine.dispose()
    assert found == made
