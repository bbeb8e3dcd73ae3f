"""What reviewers have decided: now, and as each earlier run knew it, whose values v3 may still hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from migrate.decisions.applied import decision_in
from migrate.decisions.decision import Recorded
from migrate.decisions.record import read_recorded
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
        """Tell whether this run has replaced all that earlier runs left of these cohorts."""
        everyone = not self.scope.cohorts and not self.scope.members
        return self.is_complete and (everyone or set(cohorts) <= set(self.scope.cohorts))


@dataclass(frozen=True)
class DecisionHistory:
    """The decisions, and the runs in their order."""

    decisions: list[Recorded]
    runs: list[KnownRun]

    def earlier(self, cohorts: Iterable[str | None]) -> list[Decisions]:
        """Return the decisions, today's apart, that runs knew whose values these cohorts may still have."""
        latest = max((each.decision_id for each in self.decisions), default=0)
        cohorts, known = set(cohorts), set()
        for run in reversed(self.runs):
            known.add(run.last_decision)
            if run.settles(cohorts):
                break
        return [self._until(decision_id) for decision_id in sorted(known - {latest})]

    def _until(self, decision_id: int) -> Decisions:
        return Decisions.that_hold(each for each in self.decisions if each.decision_id <= decision_id)


class Read(NamedTuple):
    """Decisions as they were read at one moment."""

    holding: Decisions
    last: int
    """The id of the last of them; 0 of none."""


def read_decisions(connection: Connection) -> Read:
    """Return the decisions that hold, and which is the last that was recorded."""
    recorded = list(read_recorded(connection))
    return Read(Decisions.that_hold(recorded), recorded[-1].decision_id if recorded else 0)


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
    return DecisionHistory(list(read_recorded(connection)), known)
