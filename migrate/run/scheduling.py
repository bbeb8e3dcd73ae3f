"""Schedules the batches of a run: writes them into the ledger, and gives them out as tasks."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine

from migrate.extract.bounds import Bounds
from migrate.load.ledger.batches import (
    Before,
    done_batches,
    left_before,
    waiting_members,
    withdraw_batches,
    write_batches,
)
from migrate.load.ledger.runs import StartedRun
from migrate.run.retry import retrying
from migrate.run.task import BatchTask


def schedule(
    engine: Engine,
    run: StartedRun,
    stages: Sequence[Sequence[Bounds]],
    state: str,
    *,
    afresh: bool,
    first: bool = False,
) -> list[list[BatchTask]]:
    """Write the batches that are still to be done into the ledger, and return them as tasks.

    afresh: whether they are done without regard to what earlier ones left. first: whether the ledger was
    empty when the run began.
    """
    for attempt in retrying():
        with attempt, engine.begin() as connection:
            before = {} if afresh else left_before(connection, run.run_id)
            tasks = _write_tasks(connection, run, stages)
    return [[_as_task(task, state, before, first=first) for task in stage] for stage in tasks]


def _as_task(task: BatchTask, state: str, before: Mapping[str, Before], *, first: bool) -> BatchTask:
    return replace(task, state=state, before=before.get(task.bounds.as_json()), first=first)


def _write_tasks(
    connection: Connection, run: StartedRun, stages: Sequence[Sequence[Bounds]]
) -> list[list[BatchTask]]:
    highest = withdraw_batches(connection, run.run_id)
    done = done_batches(connection, run.run_id)
    open_stages = [[bounds for bounds in stage if bounds.as_json() not in done] for stage in stages]
    planned = [(bounds.kind, bounds.as_json()) for stage in open_stages for bounds in stage]
    numbers = iter(write_batches(connection, run.run_id, planned, after=highest))
    return [[BatchTask(run.run_id, next(numbers), bounds) for bounds in stage] for stage in open_stages]


def waiting_batch(engine: Engine, run: StartedRun, planned: Container[str]) -> list[Bounds]:
    """Return the batch of the members whom those that are planned have left out, if there are any.

    It is one, whatever its size: each of them may get the number of any other.
    """
    for attempt in retrying():
        with attempt, engine.connect() as connection:
            found = waiting_members(connection, run.run_id)
    members = {member for bounds, left_out in found if bounds in planned for member in left_out}
    return [Bounds("members", members=tuple(sorted(members)), waited=True)] if members else []
