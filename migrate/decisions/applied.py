"""Which decisions the last run has read: what was recorded since waits for the next one.

A run is asked for in a state of rules, decisions and code, which the ledger keeps with its scope. Decisions
are told apart by their ids there: a moment may be a file's, from long before it was imported.
"""

import json

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


def last_decision_read(connection: Connection) -> int:
    """Return the id of the last decision that the latest run has read; 0 where none has run."""
    runs = ledger.runs.c
    latest = select(runs.scope).where(runs.command == "run").order_by(runs.started_at.desc()).limit(1)
    scope = connection.execute(latest).scalar()
    return decision_in(scope) if scope else 0
