"""Which decisions each run knew. Those recorded later wait for the next run.

With each run's scope the ledger keeps the state that it was started in: the versions of rules and code, and
the last decision. That is known by its id and not its moment, which for an imported decision may be earlier.
"""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from migrate.schema import ledger

COMPLAINTS = frozenset({"decision-stale", "decision-invalid"})
"""What a run reports about a decision; only a decision recorded since that run settles it."""


def state_of(rules_version: str, last_decision: int, code_version: str) -> str:
    """Return the state that a run is started in."""
    return f"{rules_version}/{last_decision}/{code_version}"


def decision_in(scope: str) -> int:
    """Return the last decision that a run knew, from its scope as the ledger keeps it; 0 for none."""
    _, number, *_ = [*str(json.loads(scope).get("state", "")).split("/"), ""]
    return int(number) if number.isdecimal() else 0


class RunDecisions(NamedTuple):
    """What one run knew of the decisions, and whom it was about."""

    cohorts: frozenset[str]
    """Empty for all."""
    is_of_members: bool
    """Whether it was about listed members only."""
    is_complete: bool
    last_decision: int

    def settles(self, cohorts: Iterable[str | None]) -> bool:
        """Tell whether the run has replaced all anomalies of these cohorts that earlier runs left."""
        is_everyone = not (self.cohorts or self.is_of_members)
        return self.is_complete and (is_everyone or self.cohorts.issuperset(cohorts))

    def applies(self, decision_id: int, cohort: str | None) -> bool:
        """Tell whether the run has applied a decision to everybody of a cohort."""
        is_all_there = self.is_complete and not self.is_of_members
        is_about = not self.cohorts or cohort in self.cohorts
        return is_all_there and is_about and decision_id <= self.last_decision


def read_run_decisions(connection: Connection) -> list[RunDecisions]:
    """Return what each run knew, whether or not it was completed, the oldest first."""
    runs = ledger.runs.c
    found = connection.execute(
        select(runs.scope, runs.status).where(runs.command == "run").order_by(runs.started_at, runs.run_id)
    )
    return [_run_decisions(scope, status) for scope, status in found]


def last_known_in(cohort: str | None, runs: Sequence[RunDecisions]) -> int:
    """Return the last decision that a cohort's latest run knew; 0 where it has had no run.

    runs: the oldest first.
    """
    about = (run for run in reversed(runs) if not run.cohorts or cohort in run.cohorts)
    return next((run.last_decision for run in about), 0)


def _run_decisions(scope: str, status: str) -> RunDecisions:
    parts = json.loads(scope)
    return RunDecisions(
        frozenset(parts.get("cohorts", ())),
        bool(parts.get("members")),
        status == "completed",
        decision_in(scope),
    )
