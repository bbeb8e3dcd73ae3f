"""Appends decisions to the ledger and finds the one that holds.

The newest decision on a subject holds; a newest one that withdraws leaves the rules to decide.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from migrate.decisions.check import decision_problems
from migrate.decisions.decision import WITHDRAW, Decision, Subject
from migrate.decisions.kinds import DEFAULT_MAX_HOURS
from migrate.errors import ConfigurationError
from migrate.schema import ledger

_TABLE = ledger.decisions
_COLUMNS = [_TABLE.c[field.name] for field in fields(Decision)]


def record_decision(
    connection: Connection, decision: Decision, *, max_hours: Decimal = DEFAULT_MAX_HOURS
) -> Decision:
    """Append a decision within the caller's transaction and return it as it stands in the ledger.

    Without `decided_at` it is stamped now (UTC), and after every earlier decision on its subject, so that it
    holds even where clocks disagree. Raises ConfigurationError with every problem of the decision.
    """
    problems = decision_problems(decision, max_hours)
    if problems:
        raise ConfigurationError(*problems)
    earlier = decision_history(connection, decision.subject)
    stamped = decision if decision.decided_at else replace(decision, decided_at=moment_after(earlier))
    append_decisions(connection, [stamped])
    return stamped


def moment_after(earlier: Iterable[Decision]) -> datetime:
    """Return now (UTC), or a moment after the newest of the earlier decisions where a clock was ahead."""
    moments = [each.decided_at + timedelta(microseconds=1) for each in earlier if each.decided_at]
    return max([datetime.now(UTC).replace(tzinfo=None), *moments])


def append_decisions(connection: Connection, decisions: Iterable[Decision]) -> None:
    """Append checked and stamped decisions in the order given."""
    added = [{field.name: getattr(each, field.name) for field in fields(Decision)} for each in decisions]
    if added:
        connection.execute(insert(_TABLE), added)


def decision_history(connection: Connection, subject: Subject | None = None) -> list[Decision]:
    """Return every decision, or those on one subject, the oldest first."""
    query = select(*_COLUMNS).order_by(_TABLE.c.decided_at, _TABLE.c.decision_id)
    if subject:
        query = query.where(*_is_about(subject))
    return [_decision(row) for row in connection.execute(query)]


def latest_decisions(connection: Connection) -> dict[Subject, Decision]:
    """Return each subject's decision that holds, withdrawn ones left out."""
    newest = {decision.subject: decision for decision in decision_history(connection)}
    return {subject: decision for subject, decision in newest.items() if decision.action != WITHDRAW}


def subjects_after(connection: Connection, decision_id: int) -> frozenset[Subject]:
    """Return what the decisions recorded after one are about."""
    query = select(*_COLUMNS).where(_TABLE.c.decision_id > decision_id)
    return frozenset(_decision(row).subject for row in connection.execute(query))


def _is_about(subject: Subject) -> list[ColumnElement[bool]]:
    text = _TABLE.c.v2_id if subject.scope == "row" else _TABLE.c.raw_value
    return [
        _TABLE.c.scope == subject.scope,
        _TABLE.c.v2_table == subject.v2_table,
        _TABLE.c.v2_column.is_not_distinct_from(subject.v2_column),
        text.is_not_distinct_from(subject.text),
    ]


def _decision(row: Row[Any]) -> Decision:
    return Decision(**row._mapping)
