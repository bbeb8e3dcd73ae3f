"""Runs in the ledger: who may begin, how a run ended, and which were taken back."""

import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, insert, or_, select, update

from migrate.errors import ScopeHeldError
from migrate.load.ledger.holds import Hold, admission, is_held, status_now, take_hold
from migrate.load.ledger.scope import Scope, state_in
from migrate.schema import ledger
from migrate.schema.moments import now

UNFINISHED = ("interrupted", "failed")
_BATCH_SIZE = "batch_size"


@dataclass(frozen=True)
class StartedRun:
    """A run that was let in."""

    run_id: str
    hold: Hold
    resumed: bool


def start_run(
    engine: Engine, command: str, scope: Scope, rules_version: str, state: str, *, afresh: bool = False
) -> StartedRun:
    """Begin a run, or go on with an unfinished one of the same scope, rules and decisions.

    Runs whose process is gone are marked `interrupted`. Raises ScopeHeldError, naming the run that is alive.
    Where it cannot begin, no hold of it is left.
    """
    with ExitStack() as unless_begun:
        with admission(engine), engine.begin() as connection:
            _refuse_overlap(mark_dead_runs(engine, connection), scope)
            unfinished = None if afresh else _unfinished(connection, command, scope, scope.as_json(state))
            run_id = unfinished or _new_id()
            hold = take_hold(engine, run_id)
            unless_begun.callback(hold.release)
            if unfinished:
                _set(connection, run_id, status="running", finished_at=None)
            else:
                connection.execute(
                    insert(ledger.runs).values(
                        run_id=run_id,
                        command=command,
                        cohort=scope.name,
                        status="running",
                        rules_version=rules_version,
                        started_at=now(),
                        scope=scope.as_json(state),
                    )
                )
        unless_begun.pop_all()
    return StartedRun(run_id, hold, resumed=unfinished is not None)


def refuse_held(engine: Engine, scope: Scope) -> None:
    """Raise as `start_run` where a run that is alive shares members with a scope; nothing is written."""
    with engine.connect() as connection:
        running = _running(connection)
    _refuse_overlap((run for run in running if is_held(engine, run.run_id)), scope)


def finish_run(engine: Engine, run: StartedRun, status: str, summary: dict[str, Any] | None = None) -> None:
    """Write how a run ended, and give its hold back."""
    values = {} if summary is None else {"summary": json.dumps(summary, default=str)}
    with engine.begin() as connection:
        _set(connection, run.run_id, status=status, finished_at=now(), **values)
    run.hold.release()


def add_to_summary(engine: Engine, run_id: str, **parts: Any) -> None:
    """Add parts to a run's summary, such as what the quality suites found."""
    runs = ledger.runs.c
    with engine.begin() as connection:
        summary = connection.execute(select(runs.summary).where(runs.run_id == run_id)).scalar()
        _set(connection, run_id, summary=json.dumps({**json.loads(summary or "{}"), **parts}, default=str))


def record_verification(engine: Engine, scope: Scope, rules_version: str, **found: Any) -> None:
    """Write what `verify` has found, as a run that is over."""
    moment = now()
    with engine.begin() as connection:
        connection.execute(
            insert(ledger.runs).values(
                run_id=_new_id(),
                command="verify",
                cohort=scope.name,
                status="completed",
                rules_version=rules_version,
                started_at=moment,
                finished_at=moment,
                scope=scope.as_json(""),
                summary=json.dumps(found, default=str),
            )
        )


def mark_rolled_back(connection: Connection, rolled_back: str | None, cohort: str | None) -> None:
    """Mark the run that was taken back; of a cohort, each of its runs that has nothing left but schemes."""
    if rolled_back is not None:
        _set(connection, rolled_back, status="rolled-back")
        return
    runs, rows = ledger.runs.c, ledger.rows.c
    ended = connection.execute(
        select(runs.run_id, runs.scope).where(
            runs.command == "run", runs.status.in_((*UNFINISHED, "completed"))
        )
    ).fetchall()
    for run in ended:
        if cohort in Scope.from_json(run.scope).cohorts:
            elsewhere = select(rows.run_id).where(
                rows.run_id == run.run_id,
                rows.v2_table != "schemes",
                or_(rows.cohort.is_(None), rows.cohort != cohort),
            )
            if connection.execute(elsewhere.limit(1)).first() is None:
                _set(connection, run.run_id, status="rolled-back")


def batch_size_of(engine: Engine, run: StartedRun, wanted: int) -> int:
    """Return the batch size that a resumed run began with, or record and return the one wanted.

    A resumed run knows its batches by their bounds, which another size would change.
    """
    runs = ledger.runs.c
    with engine.connect() as connection:
        summary = connection.execute(select(runs.summary).where(runs.run_id == run.run_id)).scalar()
    began_with = json.loads(summary or "{}").get(_BATCH_SIZE) if run.resumed else None
    if began_with is None:
        add_to_summary(engine, run.run_id, **{_BATCH_SIZE: wanted})
    return int(began_with or wanted)


class LastRun(NamedTuple):
    """The run that last migrated a scope, in part at least."""

    run_id: str
    cohort: str | None
    status: str
    rules_version: str


def last_run(connection: Connection, scope: Scope) -> LastRun | None:
    """Return the run that began last of those that share members with a scope; None if there was none."""
    return next(runs_that_made(connection, scope), None)


def runs_that_made(connection: Connection, scope: Scope) -> Iterator[LastRun]:
    """Yield the runs whose work v3 may still hold for a scope, the last to begin first.

    A run's work has been replaced once later, completed runs have covered all its cohorts or all the scope's.
    """
    met: set[str] = set()
    for run in _latest_first(connection, "run"):
        theirs = Scope.from_json(run.scope)
        is_met = bool(theirs.cohorts) and met.issuperset(theirs.cohorts)
        if is_met or not scope.overlaps(theirs):
            continue
        status = status_now(connection.engine, run.run_id, run.status)
        yield LastRun(run.run_id, theirs.name, status, run.rules_version)
        if status != "completed" or theirs.members:
            continue
        met |= set(theirs.cohorts)
        if not theirs.cohorts or (scope.cohorts and met.issuperset(scope.cohorts)):
            return


class EndedRun(NamedTuple):
    """A run, and when it ended."""

    run_id: str
    finished_at: datetime


def ended_before(connection: Connection, run_id: str) -> Iterator[EndedRun]:
    """Yield the runs that share members with a run, the last to end first.

    The run itself is left out. One that was resumed may have begun before others and ended after them.
    """
    runs = ledger.runs.c
    own = connection.execute(select(runs.scope).where(runs.run_id == run_id)).scalar_one()
    scope = Scope.from_json(own)
    others = select(runs.run_id, runs.finished_at, runs.scope).where(
        runs.command == "run", runs.run_id != run_id, runs.finished_at.is_not(None)
    )
    for run in connection.execute(others.order_by(runs.finished_at.desc(), runs.run_id.desc())):
        if scope.overlaps(Scope.from_json(run.scope)):
            yield EndedRun(run.run_id, run.finished_at)


def mark_dead_runs(engine: Engine, connection: Connection) -> list[Any]:
    """Mark runs whose process is gone as interrupted, and return the rows of those that are alive."""
    running = _running(connection)
    alive = [run for run in running if is_held(engine, run.run_id)]
    for run in running:
        if run not in alive:
            _set(connection, run.run_id, status="interrupted", finished_at=now())
    return alive


def _latest_first(connection: Connection, command: str) -> Iterable[Any]:
    runs = ledger.runs.c
    wanted = select(runs.run_id, runs.status, runs.rules_version, runs.scope).where(runs.command == command)
    return connection.execute(wanted.order_by(runs.started_at.desc(), runs.run_id.desc()))


def _running(connection: Connection) -> list[Any]:
    runs = ledger.runs.c
    running = select(runs.run_id, runs.scope).where(runs.status == "running")
    return list(connection.execute(running))


def _refuse_overlap(alive: Iterable[Any], scope: Scope) -> None:
    for run in alive:
        other = Scope.from_json(run.scope)
        if scope.overlaps(other):
            raise ScopeHeldError(
                f"Run {run.run_id} is working on {other.name or 'all cohorts'} now. "
                "Wait until it has ended, or stop it; nothing was written."
            )


def _unfinished(connection: Connection, command: str, scope: Scope, asked: str) -> str | None:
    """Return the last run of exactly this scope and state, if it did not complete.

    None where a run in another state has worked on its members since: its work may be undone by now.
    """
    last = next(
        (
            run
            for run in _latest_first(connection, command)
            if run.scope == asked
            or (state_in(run.scope) != state_in(asked) and scope.overlaps(Scope.from_json(run.scope)))
        ),
        None,
    )
    return last.run_id if last and last.scope == asked and last.status in UNFINISHED else None


def _set(connection: Connection, run_id: str, **values: Any) -> None:
    connection.execute(update(ledger.runs).where(ledger.runs.c.run_id == run_id).values(**values))


def _new_id() -> str:
    return f"{now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
