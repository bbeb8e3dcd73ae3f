"""Which decisions the runs have read: what was recorded since waits for the next one.

A run is asked for in a state of rules, decisions and code, which the ledger keeps with its scope. Decisions
are told apart by their ids there: a moment may be a file's, from long before it was imported.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from migrate.schema import ledger

COMPLAINTS = frozenset({"decision-stale", "decision-invalid"})
"""What a run reports about a decision: only one recorded since that run answers it."""


def state_of(rules_version: str, last_decision: int, code_version: str) -> str:
    """Return the state that a run is asked for in."""
    return f"{rules_version}/{last_decision}/{code_version}"


def decision_in(scope: str) -> int:
    """Return the last decision that a run had read, from its scope as the ledger keeps it; 0 for none."""
    _, number, *_ = [*str(json.loads(scope).get("state", "")).split("/"), ""]
    return int(number) if number.isdecimal() else 0


class Reading(NamedTuple):
    """What one run had read of the decisions, and whom it was about."""

    cohorts: frozenset[str]
    """None stands for all."""
    is_of_members: bool
    """It was about a list of members alone."""
    is_complete: bool
    last_decision: int

    def applies(self, decision_id: int, cohort: str | None) -> bool:
        """Say whether it has brought a decision to everybody of a cohort."""
        is_all_there = self.is_complete and not self.is_of_members
        is_about = not self.cohorts or cohort in self.cohorts
        return is_all_there and is_about and decision_id <= self.last_decision


def read_readings(connection: Connection) -> list[Reading]:
    """Return what each run had read, whatever became of it, the oldest first."""
    runs = ledger.runs.c
    found = connection.execute(
        select(runs.scope, runs.status).where(runs.command == "run").order_by(runs.started_at, runs.run_id)
    )
    return [_reading(scope, status) for scope, status in found]


def last_read_in(cohort: str | None, readings: Sequence[Reading]) -> int:
    """Return the last decision that a cohort's latest run has read; 0 where none has run.

    The oldest reading comes first.
    """
    about = (each for each in reversed(readings) if not each.cohorts or cohort in each.cohorts)
    return next((each.last_decision for each in about), 0)


def _reading(scope: str, status: str) -> Reading:
    parts = json.loads(scope)
    return Reading(
        frozenset(parts.get("cohorts", ())),
        bool(parts.get("members")),
        status == "completed",
        decision_in(scope),
    )
