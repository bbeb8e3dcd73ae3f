"""What reviewers have decided: now, and as each earlier run knew it, whose values v3 may still hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from migrate.decisions.applied import decision_in
from migrate.load.scope import Scope
from migrate.schema import ledger
from migrate.transform.decisions import Decisions


@dataclass(frozen=True)
class KnownRun:
    """One run: whom it was about, whether it got to its end, and the last decision that it knew."""

    scope: Scope
    is_complete: bool
    last_decision: int

    def settles(self, cohorts: Iterable[str | None]) -> bool:
        """Tell whether after it nothing of these cohorts is left as an earlier run had it."""
        everyone = not self.scope.cohorts and not self.scope.members
        return self.is_complete and (everyone or set(cohorts) <= set(self.scope.cohorts))


@dataclass(frozen=True)
class DecisionHistory:
    """The decisions, and the runs in their order."""

    rows: list[dict[str, Any]]
    runs: list[KnownRun]

    def earlier(self, cohorts: Iterable[str | None]) -> list[Decisions]:
        """Return the decisions of each run that may have left values of these cohorts, but for today's."""
        latest = max((row["decision_id"] for row in self.rows), default=0)
        cohorts, known = set(cohorts), set()
        for run in reversed(self.runs):
            known.add(run.last_decision)
            if run.settles(cohorts):
                break
        return [self._until(decision_id) for decision_id in sorted(known - {latest})]

    def _until(self, decision_id: int) -> Decisions:
        return Decisions.from_rows(row for row in self.rows if row["decision_id"] <= decision_id)


def read_decisions(connection: Connection) -> Decisions:
    """Return the decisions that hold."""
    return Decisions.from_rows(_rows(connection))


def read_history(connection: Connection) -> DecisionHistory:
    """Read the decisions, and what each run knew of them."""
    runs = ledger.runs.c
    found = connection.execute(
        select(runs.scope, runs.status).where(runs.command == "run").order_by(runs.started_at, runs.run_id)
    )
    known = [
        KnownRun(Scope.from_json(row.scope), row.status == "completed", decision_in(row.scope))
        for row in found
    ]
    return DecisionHistory(_rows(connection), known)


def _rows(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(ledger.decisions)).mappings()]
