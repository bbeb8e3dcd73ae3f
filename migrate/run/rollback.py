"""A rollback, from admission to its last batch. It is itself a run, and holds what it takes back."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Engine, select

from migrate.errors import ConfigurationError, InterruptedRunError
from migrate.load.ledger.batches import add_rollback_batch, batch_counts, finished_counts, forget_batches
from migrate.load.ledger.indexes import create_missing_indexes
from migrate.load.ledger.runs import StartedRun, finish_run, mark_rolled_back, start_run
from migrate.load.ledger.scope import Scope
from migrate.load.rollback.own_columns import not_looked_at
from migrate.load.rollback.references import References, find_references
from migrate.load.rollback.rollback import (
    ADDED,
    KeptRow,
    Selection,
    TakenBack,
    next_owners,
    take_back,
    updated_only,
)
from migrate.run.attended import Stopped, attended, beginning, renew_hold
from migrate.run.batches import DEFAULT_SIZE
from migrate.run.retry import retrying
from migrate.schema import ledger


@dataclass(frozen=True)
class RollbackResult:
    """How a rollback ended; counts are those of all its batches, also before it was interrupted."""

    run_id: str
    deleted: dict[str, int]
    """v3 table → rows."""
    ledger_rows: int
    anomalies: int
    kept: list[KeptRow] = field(default_factory=list)
    not_looked_at: list[str] = field(default_factory=list)
    """Columns that others added to v3, in which a user's change alone keeps no row (TABLE.COLUMN)."""

    def as_document(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return asdict(self)


def roll_back(engine: Engine, selection: Selection, *, size: int = DEFAULT_SIZE) -> RollbackResult:
    """Take back what a run or a cohort brought into v3, a batch of owners at a time.

    Raises ConfigurationError where the ledger knows no such run or cohort, ScopeHeldError where a run that is
    alive works on the same members, InterruptedRunError when stopped; begun again it goes on.
    """
    with beginning(engine):
        with engine.connect() as connection:
            scope, rules_version = _scope_of(connection, selection)
            references = find_references(connection)
            unseen = not_looked_at(connection)
        run = start_run(engine, "rollback", scope, rules_version, f"run {selection.run_id or ''}")
    with attended(engine, run) as stopped:
        create_missing_indexes(engine)
        kept = _take_back_all(engine, run, selection, references, size, stopped)
        return replace(_completed(engine, run, selection, kept), not_looked_at=unseen)


def _scope_of(connection: Connection, selection: Selection) -> tuple[Scope, str]:
    """Return whom the rollback is about, and the rules that they were migrated by."""
    runs, rows = ledger.runs.c, ledger.rows.c
    every = select(runs.run_id, runs.scope, runs.rules_version).where(runs.command == "run")
    known = connection.execute(every.order_by(runs.started_at.desc())).all()
    if selection.run_id is not None:
        return _scope_of_run(connection, selection.run_id, known)
    cohort = selection.cohort or ""
    concerned = [run for run in known if cohort in Scope.from_json(run.scope).cohorts]
    found = connection.execute(select(rows.cohort).where(rows.cohort == cohort).limit(1)).first()
    if not (concerned or found):
        raise ConfigurationError(
            f"Nothing of cohort {cohort!r} that was migrated is in this v3; `career-migrate status` lists "
            "the cohorts. Nothing was written."
        )
    return Scope((cohort,)), concerned[0].rules_version if concerned else ""


def _scope_of_run(connection: Connection, run_id: str, known: Iterable[Any]) -> tuple[Scope, str]:
    for run in known:
        if run.run_id == run_id:
            return Scope.from_json(run.scope), run.rules_version
    other = connection.execute(select(ledger.runs.c.command).where(ledger.runs.c.run_id == run_id)).scalar()
    reason = f"is a {other} and brought nothing into v3" if other else "is not in the ledger"
    raise ConfigurationError(
        f"Run {run_id!r} {reason}; `career-migrate status` lists the runs. Nothing was written."
    )


def _take_back_all(
    engine: Engine, run: StartedRun, selection: Selection, references: References, size: int, stopped: Stopped
) -> list[KeptRow]:
    """Work through all owners, schemes last: by then what refers to them is gone, or stays."""
    kept: list[KeptRow] = []
    for attempt in retrying():
        with attempt, engine.begin() as connection:
            number = forget_batches(connection, run.run_id)
    for schemes in (False, True):
        for owners in _batches(engine, selection, size, schemes=schemes):
            number += 1
            kept += _take_back_batch(engine, run, number, selection, owners, references)
            renew_hold(run)
            if stopped():
                raise InterruptedRunError("stopped")
    return kept


def _batches(engine: Engine, selection: Selection, size: int, *, schemes: bool) -> Iterator[pa.Array]:
    before: str | None = None
    while True:
        for attempt in retrying():
            with attempt, engine.connect() as connection:
                owners = next_owners(connection, selection, before, size, schemes=schemes)
        if not len(owners):
            return
        yield owners
        before = owners[len(owners) - 1].as_py()


def _take_back_batch(
    engine: Engine,
    run: StartedRun,
    number: int,
    selection: Selection,
    owners: pa.Array,
    references: References,
) -> list[KeptRow]:
    """Take back one batch in one transaction and return what stays of it."""
    for attempt in retrying():
        with attempt, engine.begin() as connection:
            done = finished_counts(connection, run.run_id, number)  # the acknowledgement may have been lost
            result = take_back(connection, selection, owners, references)
            if done is None:
                add_rollback_batch(connection, run.run_id, number, _counts_of(result))
    return result.kept


def _counts_of(result: TakenBack | RollbackResult) -> dict[str, Any]:
    return {"deleted": result.deleted, "ledger_rows": result.ledger_rows, "anomalies": result.anomalies}


def _completed(engine: Engine, run: StartedRun, selection: Selection, kept: list[KeptRow]) -> RollbackResult:
    for attempt in retrying():
        with attempt:
            with engine.begin() as connection:
                counts = [found for _, found in batch_counts(connection, run.run_id)]
                if selection.run_id is not None:
                    kept = [*kept, *updated_only(connection, selection.run_id)]
                mark_rolled_back(connection, selection.run_id, selection.cohort)
            result = _result(run, counts, kept)
            finish_run(engine, run, "completed", {"counts": _counts_of(result), "kept": len(result.kept)})
    return result


def _result(run: StartedRun, counts: list[dict[str, Any]], kept: list[KeptRow]) -> RollbackResult:
    deleted: Counter[str] = Counter()
    for batch in counts:
        deleted.update(batch["deleted"])
    return RollbackResult(
        run.run_id,
        dict(deleted),
        sum(batch["ledger_rows"] for batch in counts),
        sum(batch["anomalies"] for batch in counts),
        _each_once(kept),
    )


def _each_once(kept: list[KeptRow]) -> list[KeptRow]:
    """Return each row once: what its own batch said of it, not what the batch of its parent took it for."""
    known = {(row.v3_table, row.v3_id): row for row in sorted(kept, key=lambda row: row.why != ADDED)}
    return sorted(known.values(), key=lambda row: (row.v3_table, row.v3_id))
