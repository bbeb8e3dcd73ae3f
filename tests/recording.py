"""Records reviewers' decisions as the product does, for tests that need some."""

from decimal import Decimal

from sqlalchemy import Connection

from migrate.decisions.decision import Decision
from migrate.decisions.record import append_decisions, read_recorded, record_decisions

MAX_HOURS = Decimal(2000)


def record_decision(connection: Connection, decision: Decision) -> Decision:
    """Record a decision as the page does, or with its moment as an import does, and return it."""
    if decision.decided_at:
        append_decisions(connection, [decision])
        return decision
    earlier = [each for each in decision_history(connection) if each.subject == decision.subject]
    (recorded,) = record_decisions(connection, [decision], earlier, max_hours=MAX_HOURS)
    return recorded


def decision_history(connection: Connection) -> list[Decision]:
    """Return every decision, the oldest first."""
    return [each.decision for each in sorted(read_recorded(connection), key=lambda each: each.age)]
