"""Going through v2 batch by batch without writing anything: what `plan` and `verify` have in common."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection

from migrate.extract.bounds import Bounds
from migrate.load.present import Present, read_present
from migrate.load.target import is_uninitialised
from migrate.run.batch import Prepared, prepare, wanted_of
from migrate.run.batches import DEFAULT_SIZE, cut
from migrate.run.workplace import Workplace, read_decisions
from migrate.transform.decisions import NO_DECISIONS, Decisions

Visit = Callable[[Prepared, Present, Connection], None]
"""Takes a batch, what v3 holds of it, and a connection whose transaction is rolled back after."""


def visit_batches(workplace: Workplace, visit: Visit, *, size: int = DEFAULT_SIZE) -> Decisions:
    """Show every batch of the scope to a visitor and return the decisions that were applied.

    A v3 without tables counts as empty. Nothing is written: temporary tables end with their transaction.
    """
    ready = not is_uninitialised(workplace.target)
    decisions = read_decisions(workplace.target) if ready else NO_DECISIONS
    with workplace.source.snapshot(workplace.scope.cohorts) as snapshot:
        workplace = replace(workplace, duplicates=tuple(snapshot.duplicates().items()))
        with _unwritten(workplace) as connection:
            stages = cut(snapshot, workplace.scope, connection if ready else None, size)
    for bounds in (bounds for stage in stages for bounds in stage):
        _visit(bounds, workplace, decisions, visit, ready=ready)
    return decisions


def _visit(bounds: Bounds, workplace: Workplace, decisions: Decisions, visit: Visit, *, ready: bool) -> None:
    prepared = prepare(bounds, workplace, decisions, look_up=ready)
    with _unwritten(workplace) as connection:
        wanted = wanted_of(bounds, prepared)
        present = read_present(connection, wanted) if ready else Present.empty()
        visit(prepared, present, connection)


@contextmanager
def _unwritten(workplace: Workplace) -> Iterator[Connection]:
    """Open a transaction that is rolled back."""
    reading = workplace.target.execution_options(career_migrate_reads=True)
    with reading.connect() as connection:
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()
