"""Schedules the batches of a run: writes them into the ledger, and gives them out as tasks."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine

from migrate.extract.bounds import Bounds
from migrate.load.ledger.batches import (
    Before,
    Done,
    done_batches,
    forget_others,
    left_before,
    renumber_done,
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
    """Write the batches that are still to be done into the ledger, and return all of them as tasks.

    Those that the run did before it was stopped are tasks as well: whoever works on them sees whether they
    are as they were left. afresh: whether all are done without regard to that, or to what earlier runs left.
    first: whether the ledger was empty when the run began.
    """
    for attempt in retrying():
        with attempt, engine.begin() as connection:
            numbers, done = _write_batches(connection, run, stages)
            before = {} if afresh else _left_before(connection, run.run_id, stages)

    def as_task(bounds: Bounds) -> BatchTask:
        name = bounds.as_json()
        task = BatchTask(run.run_id, 0, bounds, state, resumed=run.resumed)
        if name in done:
            number, done_at, left = done[name]
            return replace(task, number=number, before=None if afresh else left, done_at=done_at)
        return replace(task, number=numbers[name], before=before.get(name), first=first)

    return [[as_task(bounds) for bounds in stage] for stage in stages]


def _left_before(
    connection: Connection, run_id: str, stages: Sequence[Sequence[Bounds]]
) -> Mapping[str, Before]:
    """Return bounds → what earlier runs left; nothing where this one has cut its batches otherwise before."""
    planned = {bounds.as_json() for stage in stages for bounds in stage}
    was_cut_otherwise = forget_others(connection, run_id, planned)
    return {} if was_cut_otherwise else left_before(connection, run_id)


def _write_batches(
    connection: Connection, run: StartedRun, stages: Sequence[Sequence[Bounds]]
) -> tuple[Mapping[str, int], Mapping[str, Done]]:
    """Write the batches that are not done, and return their numbers and those that are done, by bounds."""
    highest = withdraw_batches(connection, run.run_id)
    highest = renumber_done(connection, run.run_id, after=highest)
    done = done_batches(connection, run.run_id)
    planned = {bounds.as_json(): bounds.kind for stage in stages for bounds in stage}
    missing = [(kind, name) for name, kind in planned.items() if name not in done]
    numbers = write_batches(connection, run.run_id, missing, after=highest)
    return {name: number for (_, name), number in zip(missing, numbers, strict=True)}, done


def waiting_batch(engine: Engine, run: StartedRun, planned: Container[str]) -> list[Bounds]:
    """Return the batch of the members whom those that are planned have left out, if there are any.

    It is one, whatever its size: each of them may get the number of any other.
    """
    for attempt in retrying():
        with attempt, engine.connect() as connection:
            found = waiting_members(connection, run.run_id)
    members = {member for bounds, left_out in found if bounds in planned for member in left_out}
    return [Bounds("members", members=tuple(sorted(members)), waited=True)] if members else []
