"""Reviewers' decisions in the ledger: appended, never changed, and read back."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from migrate.decisions.check import decision_problems
from migrate.decisions.decision import Decision, Recorded
from migrate.errors import ConfigurationError
from migrate.schema import ledger
from migrate.schema.moments import now

_TABLE = ledger.decisions
_VERSION = select(ledger.ledger.c.value).where(ledger.ledger.c.name == "version")
_LOCKS = {  # instead of a row lock: PostgreSQL grants that only to those who may change the row
    "postgresql": select(func.pg_advisory_xact_lock(func.hashtext("career-migrate:decisions"))),
}
_NAMES = tuple(field.name for field in fields(Decision))


def record_decisions(
    connection: Connection,
    decisions: Iterable[Decision],
    earlier: Iterable[Decision],
    *,
    max_hours: Decimal,
) -> list[Decision]:
    """Append decisions within the caller's transaction and return them as they stand in the ledger.

    All get the same moment: now (UTC), but later than the decisions that they replace (`earlier`), so that
    they hold even where clocks disagree. Raises ConfigurationError with everything that is wrong with them.
    """
    given = list(decisions)
    problems = {problem: None for each in given for problem in decision_problems(each, max_hours)}
    if problems:
        raise ConfigurationError(*problems)
    moment = moment_after(earlier)
    stamped = [replace(each, decided_at=moment) for each in given]
    append_decisions(connection, stamped)
    return stamped


def moment_after(earlier: Iterable[Decision]) -> datetime:
    """Return now (UTC), or a moment after the newest of the earlier decisions where a clock was ahead."""
    moments = [each.decided_at + timedelta(microseconds=1) for each in earlier if each.decided_at]
    return max([now(), *moments])


def append_decisions(connection: Connection, decisions: Iterable[Decision]) -> None:
    """Append checked and stamped decisions in the order given.

    Appending locks out others until this transaction ends. Otherwise a decision could become visible after
    one with a higher id, and a run that knows the higher id would take it for read.
    """
    added = [{name: getattr(each, name) for name in _NAMES} for each in decisions]
    if added:
        connection.execute(_LOCKS.get(connection.dialect.name, _VERSION.with_for_update()))
        connection.execute(insert(_TABLE), added)


def read_recorded(connection: Connection, *, after: int = 0) -> Iterator[Recorded]:
    """Yield the decisions that were appended after an id, in the order of appending."""
    query = select(*recorded_columns()).where(_TABLE.c.decision_id > after).order_by(_TABLE.c.decision_id)
    return map(as_recorded, connection.execute(query))


def recorded_columns() -> tuple[Any, ...]:
    """Return what `as_recorded` reads, in its order."""
    return (_TABLE.c.decision_id, *(_TABLE.c[name] for name in _NAMES))


def as_recorded(row: Row[Any]) -> Recorded:
    """Return a row of `recorded_columns` as a decision."""
    return Recorded(row[0], Decision(**dict(zip(_NAMES, row[1:], strict=True))))
