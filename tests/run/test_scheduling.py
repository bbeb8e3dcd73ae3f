"""A run is given its batches under new numbers, and in the end those whom its batches have left out."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from migrate.databases import open_engine
from migrate.extract.bounds import Bounds
from migrate.load.ledger.batches import Before, Digests
from migrate.load.ledger.holds import take_hold
from migrate.load.ledger.runs import StartedRun
from migrate.run.scheduling import schedule, waiting_batch
from migrate.schema import ledger
from tests.ledgers import put

DONE_AT = datetime.fromisoformat("2024-05-02T10:00")
SCHEMES, FIRST, SECOND = Bounds("schemes"), Bounds("members", "1", "5"), Bounds("members", "6", "9")


@pytest.fixture
def engine(sqlite_url: str) -> Engine:
    """A ledger on SQLite."""
    return open_engine(sqlite_url)


def started(engine: Engine, run_id: str = "r") -> StartedRun:
    """Return a run that nobody holds any more."""
    hold = take_hold(engine, run_id)
    hold.release()
    return StartedRun(run_id, hold, resumed=True)


def write(engine: Engine, number: int, bounds: Bounds, **parts: Any) -> None:
    """Have the ledger know a batch of the run, or of another one."""
    row = {"run_id": "r", "number": number, "kind": bounds.kind, "bounds": bounds.as_json()} | parts
    with engine.begin() as connection:
        put(connection, ledger.batches, row)


def write_runs(engine: Engine) -> None:
    """Have the ledger know the run, and one that ended before it."""
    ran = {"command": "run", "status": "completed", "rules_version": "1", "scope": "{}"}
    with engine.begin() as connection:
        for run_id, finished_at in (("last", DONE_AT), ("r", None)):
            put(connection, ledger.runs, ran, run_id=run_id, started_at=DONE_AT, finished_at=finished_at)


def test_every_batch_is_given_out_under_a_number_that_no_worker_has_yet(engine: Engine) -> None:
    write(engine, 1, SCHEMES, finished_at=DONE_AT)
    write(engine, 2, FIRST)
    write(engine, 9, SECOND, run_id="another", finished_at=DONE_AT)
    write_runs(engine)
    stages = [[SCHEMES], [FIRST, SECOND]]
    tasks = schedule(engine, started(engine), stages, "state", afresh=True, first=True)
    assert [[(task.number, task.bounds, task.done_at) for task in stage] for stage in tasks] == [
        [(3, SCHEMES, DONE_AT)],
        [(4, FIRST, None), (5, SECOND, None)],
    ]
    assert {(task.run_id, task.state, task.before, task.first) for task in tasks[1]} == {
        ("r", "state", None, True)
    }
    batches = ledger.batches.c
    with engine.connect() as connection:
        numbers = connection.execute(select(batches.number).where(batches.run_id == "r"))
        assert sorted(numbers.scalars()) == [3, 4, 5]
    again = schedule(engine, started(engine), stages, "state", afresh=True)
    assert [[(task.number, task.first) for task in stage] for stage in again] == [
        [(6, False)],
        [(7, False), (8, False)],
    ]


LEFT = Before(Digests("v2's", "v3's"), {"migrated": 5})


@pytest.mark.parametrize(("afresh", "before"), [(False, [LEFT, None]), (True, [None, None])])
def test_a_batch_is_given_what_one_of_the_same_bounds_has_left_unless_all_is_done_afresh(
    engine: Engine, afresh: bool, before: list[Before | None]
) -> None:
    write_runs(engine)
    digests = {"v2_digest": LEFT.digests.v2, "v3_digest": LEFT.digests.v3, "counts": '{"migrated": 5}'}
    write(engine, 7, FIRST, run_id="last", finished_at=DONE_AT, **digests)
    (tasks,) = schedule(engine, started(engine), [[FIRST, SECOND]], "state", afresh=afresh)
    assert [task.before for task in tasks] == before


LEFT_OUT: list[tuple[set[Bounds], list[Bounds]]] = [  # what is planned, the batch of those who were left out
    ({FIRST}, [Bounds("members", members=("2", "3"), waited=True)]),
    ({FIRST, SECOND}, [Bounds("members", members=("2", "3", "7"), waited=True)]),
    ({SCHEMES}, []),
]


@pytest.mark.parametrize(("planned", "batches"), LEFT_OUT)
def test_those_who_were_left_out_come_in_one_batch(
    planned: set[Bounds], batches: list[Bounds], engine: Engine
) -> None:
    write(engine, 1, FIRST, finished_at=DONE_AT, counts='{"waiting": ["3", "2"]}')
    write(engine, 2, SECOND, finished_at=DONE_AT, counts='{"waiting": ["7", "7"]}')
    write(engine, 1, FIRST, run_id="another", finished_at=DONE_AT, counts='{"waiting": ["8"]}')
    assert waiting_batch(engine, started(engine), {each.as_json() for each in planned}) == batches
