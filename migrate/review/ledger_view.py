"""A snapshot of the ledger for the pages, made again whenever a run has changed the ledger.

Making it takes seconds for a million anomalies. Where it took long the last time, the pages keep the old
snapshot while a thread makes the new one. Saving a decision always asks the database itself.
"""

import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, select

from migrate.decisions.applied import read_run_decisions
from migrate.review.cells import read_cells
from migrate.review.decided_rows import DecidedRows
from migrate.review.groups import Groups, group_cells
from migrate.rulebook.anomalies import Catalogue
from migrate.rulebook.review import ReviewRules
from migrate.schema.ledger import anomalies, batches, runs

_WAITED_FOR = 1.0  # seconds; a snapshot that takes longer is made in a thread


class State(NamedTuple):
    """A mark of the ledger: it changes whenever a run, a rollback or a clean-up changes the anomalies."""

    first_anomaly: int | None
    last_anomaly: int | None
    runs: int
    last_end: datetime | None
    batches: int
    last_batch: datetime | None


@dataclass(frozen=True)
class Snapshot:
    """The ledger's groups, and what of them is decided."""

    state: State
    groups: Groups
    decided: DecidedRows
    catalogue: Catalogue
    is_old: bool = False
    """Whether the ledger has changed since; a newer snapshot is being made."""


class LedgerView:
    """Gives the pages a snapshot of the ledger."""

    def __init__(self, engine: Engine, rules: ReviewRules, catalogue: Catalogue) -> None:
        self.engine = engine
        self.rules = rules
        self.catalogue = catalogue
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._seconds = 0.0
        self._beside: threading.Thread | None = None

    def current(self, connection: Connection) -> Snapshot:
        """Return the ledger as it is now, decisions included; `is_old` where a run just changed it."""
        with self._lock:
            state = read_state(connection)
            if self._snapshot is None or (self._snapshot.state != state and self._seconds < _WAITED_FOR):
                self._snapshot = self._sum_up(connection)
            snapshot = self._snapshot
            snapshot.decided.read_new(connection)
        if snapshot.state == state:
            return snapshot
        self._sum_up_beside()
        return replace(snapshot, is_old=True)

    def _sum_up(self, connection: Connection) -> Snapshot:
        started = time.monotonic()
        state = read_state(connection)
        groups = group_cells(read_cells(connection), self.rules)
        decided = DecidedRows(groups, read_run_decisions(connection))
        decided.read_new(connection)
        self._seconds = time.monotonic() - started
        return Snapshot(state, groups, decided, self.catalogue)

    def _sum_up_beside(self) -> None:
        with self._lock:
            if self._beside is None or not self._beside.is_alive():
                self._beside = threading.Thread(target=self._replace, daemon=True)
                self._beside.start()

    def _replace(self) -> None:
        with self.engine.connect() as connection:
            snapshot = self._sum_up(connection)
        with self._lock:
            self._snapshot = snapshot


def read_state(connection: Connection) -> State:
    """Return the ledger's state; it costs nothing, whatever the number of anomalies."""
    ends = connection.execute(
        select(
            select(func.min(anomalies.c.anomaly_id)).scalar_subquery(),
            select(func.max(anomalies.c.anomaly_id)).scalar_subquery(),
        )
    ).one()
    of_runs = select(func.count(), func.max(runs.c.finished_at))
    of_batches = select(func.count(batches.c.finished_at), func.max(batches.c.finished_at))
    begun, ended = connection.execute(of_runs).one()
    return State(*ends, begun, ended, *connection.execute(of_batches).one())
