"""A run's batches in the ledger: scheduled as it begins, claimed by whoever works on them, then done.

What is scheduled and not done is what is left of an interrupted run. What it has done is looked at again
when it goes on.
"""

import json
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from migrate.errors import MigrationError
from migrate.load.ledger.runs import UNFINISHED, EndedRun, ended_before
from migrate.load.ledger.scope import Scope
from migrate.schema import ledger
from migrate.schema.moments import now

_WAITING = "waiting"  # stands beside the counts


class Digests(NamedTuple):
    """What a batch was when it was done: while both are the same, doing it again would change nothing."""

    v2: str
    """Of what v2 held of it, and of the rules, decisions and code that read that."""
    v3: str
    """Of what v3 then held of its members."""


class Before(NamedTuple):
    """What an earlier batch of the same bounds left behind."""

    digests: Digests
    counts: Mapping[str, Any]


def withdraw_batches(connection: Connection, run_id: str) -> int:
    """Withdraw the batches that a run has scheduled and not done, and return the highest number it has given.

    This waits for a worker of an earlier process that is still at one of them. No number is given twice, or
    that worker would take another batch for its own.
    """
    batches, highest = ledger.batches, _highest_number(connection, run_id)
    connection.execute(delete(batches).where(batches.c.run_id == run_id, batches.c.finished_at.is_(None)))
    return highest


def write_batches(
    connection: Connection, run_id: str, planned: Sequence[tuple[str, str]], *, after: int = 0
) -> list[int]:
    """Write kind and bounds of what is to be done, and return the numbers, which begin after `after`."""
    batches = ledger.batches
    numbers = list(range(after + 1, after + 1 + len(planned)))
    rows = [
        {"run_id": run_id, "number": number, "kind": kind, "bounds": bounds}
        for number, (kind, bounds) in zip(numbers, planned, strict=True)
    ]
    if rows:
        connection.execute(insert(batches), rows)
    return numbers


def renumber_done(connection: Connection, run_id: str, *, after: int) -> int:
    """Give the batches that a run has finished numbers after `after`, and return the highest.

    Whoever still works at one is waited for. A worker of an earlier process that was told to look at one
    again, and read v2 then, finds it taken over.
    """
    batches = ledger.batches
    are_done = (batches.c.run_id == run_id) & batches.c.finished_at.is_not(None)
    lowest = connection.execute(select(func.min(batches.c.number)).where(are_done)).scalar()
    if lowest is None:
        return after
    further = {"number": batches.c.number + (after + 1 - lowest)}
    connection.execute(update(batches).where(are_done).values(further))
    return _highest_number(connection, run_id)


class Done(NamedTuple):
    """A batch that a run did before it was stopped."""

    number: int
    done_at: datetime
    left: Before | None
    """What it left behind; None where it has to be done again whatever the digests say."""


def done_batches(connection: Connection, run_id: str) -> dict[str, Done]:
    """Return bounds → batch, of those that a run has finished.

    What is older than the end of another run of the same members is to be done again, as is a batch that left
    members out: what they wait for may have changed outside it.
    """
    batches = ledger.batches.c
    found = connection.execute(
        select(ledger.batches)
        .where(batches.run_id == run_id, batches.finished_at.is_not(None))
        .order_by(batches.number)
    )
    other = next(ended_before(connection, run_id), None)
    return {row.bounds: _done(row, other) for row in found}


def _done(row: Row[Any], other: EndedRun | None) -> Done:
    is_latest = other is None or row.finished_at > other.finished_at
    is_marked = row.v2_digest is not None and row.v3_digest is not None
    left = None
    if is_latest and is_marked and _WAITING not in json.loads(row.counts):
        left = Before(Digests(row.v2_digest, row.v3_digest), _counts(row.counts))
    return Done(row.number, row.finished_at, left)


class Claim(NamedTuple):
    """A batch that a worker holds until its transaction ends."""

    counts: dict[str, Any] | None
    """What it has done so far; None if nothing."""
    is_done: bool
    """Whether that is all there is to do."""


def claim_batch(connection: Connection, run_id: str, number: int, *, again: datetime | None = None) -> Claim:
    """Claim a batch until the transaction ends, and tell what it has done.

    Asked at the start of each attempt: where a commit's acknowledgement was lost, this knows the outcome. A
    second worker at the same batch waits for the first, and then finds it done. again: when it was done, if
    it is to be done once more.
    Raises MigrationError where there is no such batch any more: another process has gone on with the run.
    """
    batches = ledger.batches.c
    found = connection.execute(
        select(batches.finished_at, batches.counts)
        .where(batches.run_id == run_id, batches.number == number)
        .with_for_update()
    ).first()
    if found is None:
        raise MigrationError(
            f"Batch {number} of run {run_id} was taken over: another process has gone on with the run or "
            "taken it back, so nothing was written. `career-migrate status` shows it."
        )
    if not found.finished_at:
        return Claim(None, is_done=False)
    return Claim(_counts(found.counts), is_done=found.finished_at != again)


def finish_batch(
    connection: Connection,
    run_id: str,
    number: int,
    counts: dict[str, Any],
    digests: Digests | None = None,
    *,
    waiting: Sequence[str] = (),
) -> None:
    """Write that a batch is done, in its own transaction.

    digests: None for a batch that every later run must do again. waiting: members whom it has left out, for
    the run's last batch.
    """
    v2_digest, v3_digest = digests or (None, None)
    document = counts | {_WAITING: [*waiting]} if waiting else counts
    batches = ledger.batches
    connection.execute(
        update(batches)
        .where(batches.c.run_id == run_id, batches.c.number == number)
        .values(finished_at=now(), counts=json.dumps(document), v2_digest=v2_digest, v3_digest=v3_digest)
    )


def add_rollback_batch(connection: Connection, run_id: str, number: int, counts: dict[str, Any]) -> None:
    """Write a batch of a rollback, which is not scheduled, as done, in its own transaction."""
    connection.execute(
        insert(ledger.batches).values(
            run_id=run_id,
            number=number,
            kind="rollback",
            bounds="{}",
            finished_at=now(),
            counts=json.dumps(counts),
        )
    )


def finished_counts(connection: Connection, run_id: str, number: int) -> dict[str, Any] | None:
    """Return what a batch of a rollback did, or None until it is done."""
    batches = ledger.batches.c
    found = connection.execute(
        select(batches.counts).where(batches.run_id == run_id, batches.number == number)
    ).scalar()
    return _counts(found) if found else None


def batch_counts(connection: Connection, run_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Return bounds and counts of every finished batch of a run, in the order of their numbers."""
    batches = ledger.batches.c
    found = select(batches.bounds, batches.counts).where(
        batches.run_id == run_id, batches.counts.is_not(None)
    )
    rows = connection.execute(found.order_by(batches.number))
    return [(row.bounds, _counts(row.counts)) for row in rows]


def waiting_members(connection: Connection, run_id: str) -> list[tuple[str, list[str]]]:
    """Return bounds and members of the finished batches of a run that have left members out."""
    batches = ledger.batches.c
    found = connection.execute(
        select(batches.bounds, batches.counts).where(
            batches.run_id == run_id, batches.counts.contains(f'"{_WAITING}"')
        )
    )
    return [(row.bounds, json.loads(row.counts)[_WAITING]) for row in found]


def left_before(connection: Connection, run_id: str) -> dict[str, Before]:
    """Return bounds → what a batch of them left behind, for the batches that no run has worked on since.

    Of all runs that share members with this one only the one that ended last counts, and of its batches only
    those done after the run before it had ended. A later run may have changed what an older batch left
    without a digest showing it: with other rules, or after v2 was restored, it may have changed nothing but
    the text of an anomaly.
    """
    ended = ended_before(connection, run_id)
    last, earlier = next(ended, None), next(ended, None)
    if last is None:
        return {}
    batches = ledger.batches.c
    marked = (
        select(batches.bounds, batches.v2_digest, batches.v3_digest, batches.counts)
        .where(batches.run_id == last.run_id)
        .where(batches.v2_digest.is_not(None), batches.v3_digest.is_not(None))
    )
    if earlier is not None:
        marked = marked.where(batches.finished_at > earlier.finished_at)
    found = connection.execute(marked.order_by(batches.number))
    return {row.bounds: Before(Digests(row.v2_digest, row.v3_digest), _counts(row.counts)) for row in found}


def forget_others(connection: Connection, run_id: str, planned: Container[str]) -> bool:
    """Forget what a run's finished batches of other bounds than planned left, and tell if there are any.

    v2 cuts the batches otherwise by now. What is done from here on may change what those left without a
    digest showing it, as they may have changed what earlier runs left.
    """
    batches = ledger.batches
    done = select(batches.c.number, batches.c.bounds).where(
        batches.c.run_id == run_id, batches.c.finished_at.is_not(None)
    )
    others = [{"other": row.number} for row in connection.execute(done) if row.bounds not in planned]
    if others:
        of_run = (batches.c.run_id == run_id) & (batches.c.number == bindparam("other"))
        connection.execute(update(batches).where(of_run).values(v2_digest=None, v3_digest=None), others)
    return bool(others)


def forget_batches(connection: Connection, run_id: str) -> int:
    """Forget what unfinished runs have done within a rollback's scope, and return its last batch's number.

    Otherwise those runs would go on as if what they did were still there. The digests of all batches are
    forgotten too: a batch is looked at from its first member to its last, and somebody found in between might
    pass for a member who was taken back.
    """
    runs, batches = ledger.runs.c, ledger.batches.c
    own = connection.execute(select(runs.scope).where(runs.run_id == run_id)).scalar_one()
    unfinished = connection.execute(
        select(runs.run_id, runs.scope).where(runs.status.in_(UNFINISHED), runs.command == "run")
    ).fetchall()
    scope = Scope.from_json(own)
    theirs = [run.run_id for run in unfinished if scope.overlaps(Scope.from_json(run.scope))]
    connection.execute(delete(ledger.batches).where(batches.run_id.in_(theirs)))
    marked = update(ledger.batches).where(batches.v3_digest.is_not(None))
    connection.execute(marked.values(v2_digest=None, v3_digest=None))
    return _highest_number(connection, run_id)


def _highest_number(connection: Connection, run_id: str) -> int:
    batches = ledger.batches.c
    highest = select(func.max(batches.number)).where(batches.run_id == run_id)
    return connection.execute(highest).scalar() or 0


def _counts(document: str) -> dict[str, Any]:
    counts: dict[str, Any] = json.loads(document)
    counts.pop(_WAITING, None)
    return counts
