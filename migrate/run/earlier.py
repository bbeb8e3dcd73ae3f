"""The decisions that earlier runs knew: what v3 may still hold where reviewers have decided since."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from migrate.load.runs import Scope
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


def read_history(connection: Connection) -> DecisionHistory:
    """Read the decisions, and what each run knew of them."""
    decisions = connection.execute(select(ledger.decisions)).mappings().all()
    runs = ledger.runs.c
    found = connection.execute(
        select(runs.scope, runs.status).where(runs.command == "run").order_by(runs.started_at, runs.run_id)
    )
    return DecisionHistory(
        [dict(row) for row in decisions],
        [KnownRun(Scope.from_json(row.scope), row.status == "completed", _last(row.scope)) for row in found],
    )


def _last(scope: str) -> int:
    """Return the decision that a run's state names, in second place: see `migrate.run.migration.migrate`."""
    _, number, *_ = [*str(json.loads(scope).get("state", "")).split("/"), ""]
    return int(number) if number.isdigit() else 0
