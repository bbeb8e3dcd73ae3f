"""Going through v2 batch by batch without writing anything: what `plan` and `verify` have in common."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from migrate.databases import for_reading
from migrate.extract.bounds import Bounds
from migrate.load.ledger.target import is_uninitialised
from migrate.load.lost_schemes import read_lost_schemes
from migrate.load.present import Present, has_rows, ledger_keys, read_present
from migrate.run.batches import DEFAULT_SIZE, cut, read_known_keys
from migrate.run.comparing import wanted_of
from migrate.run.decision_history import read_decisions
from migrate.run.prepared import Prepared, read, transform
from migrate.run.workplace import Workplace
from migrate.transform.decision_lookup import NO_DECISIONS

Visit = Callable[[Prepared, Present, Connection], None]
"""Takes a batch, what v3 holds of it, and a connection whose transaction is rolled back after."""


def visit_batches(workplace: Workplace, visit: Visit, *, size: int = DEFAULT_SIZE) -> None:
    """Show every batch of a run to a visitor.

    A v3 without tables counts as empty. Nothing is written: temporary tables end with their transaction.
    """
    ready = not is_uninitialised(workplace.target)
    with workplace.source.snapshot(workplace.scope.cohorts) as snapshot:
        workplace = replace(workplace, duplicates=snapshot.duplicates())
        with unwritten(workplace) as connection:
            decisions = read_decisions(connection).holding if ready else NO_DECISIONS
            known = partial(read_known_keys, connection, workplace.scope) if ready else None
            stages = cut(snapshot, workplace.scope, known, size)
            lost = read_lost_schemes(connection) if ready else ()
        workplace = replace(workplace, lost_schemes=lost)
    waiting: set[str] = set()
    keeping: set[str] = set()
    for bounds in (bounds for stage in stages for bounds in stage):
        prepared = transform(read(bounds, workplace), workplace, decisions, look_up=ready)
        waiting |= prepared.waiting
        keeping |= prepared.elsewhere.taken
        _show(bounds, prepared, workplace, visit, ready=ready)
    if waiting:
        last = Bounds("members", members=tuple(sorted(waiting)), waited=True)
        prepared = transform(read(last, workplace), workplace, decisions, keeps=keeping.__contains__)
        _show(last, prepared, workplace, visit, ready=ready)


def _show(bounds: Bounds, prepared: Prepared, workplace: Workplace, visit: Visit, *, ready: bool) -> None:
    with unwritten(workplace) as connection:
        visit(prepared, _read(bounds, prepared, connection) if ready else Present.empty(), connection)


def _read(bounds: Bounds, prepared: Prepared, connection: Connection) -> Present:
    """Read what v3 holds of a batch; where rows are not found with their owner, by their keys as well.

    A row may have had another owner in v2, or none. A run notices when v3 refuses it a second time.
    """
    present = read_present(connection, wanted_of(bounds, prepared))
    fates = pa.Table.from_pandas(prepared.v3.fates[["v2_table", "v2_id"]], preserve_index=False)
    known = pc.is_in(ledger_keys(fates), value_set=ledger_keys(present.ledger))
    if pc.all(known).as_py() is not False or not has_rows(connection):
        return present
    return read_present(connection, wanted_of(bounds, prepared, thorough=True))


@contextmanager
def unwritten(workplace: Workplace) -> Iterator[Connection]:
    """Open a transaction that is rolled back."""
    with for_reading(workplace.target).connect() as connection:
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()
