"""The history of decisions, in which those saved together are one entry, and the undoing of an entry."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from migrate.decisions.decision import WITHDRAW, Decision, Recorded, Subject
from migrate.decisions.record import as_recorded, recorded_columns
from migrate.review.cells import START_LENGTH
from migrate.review.ledger_view import Snapshot
from migrate.schema.ledger import decisions

_TEXTS_SHOWN = 5
_TOGETHER = ("decided_at", "reviewer", "scope", "v2_table", "v2_column", "action", "value")
UNDO_NOTE = "undo"


class Entry(NamedTuple):
    """Decisions that one reviewer saved at one moment."""

    entry_id: int
    """The id of the last of them."""
    decided_at: datetime | None
    reviewer: str | None
    scope: str
    v2_table: str
    v2_column: str | None
    action: str
    value: str | None
    size: int
    first: list[Recorded]
    """Some of them."""
    holds: bool
    """Whether at least one of them has not been replaced by a newer decision."""
    is_met: bool
    """Whether the ledger has anomalies that it is about."""


def read_entries(connection: Connection, snapshot: Snapshot, *, before: int | None, size: int) -> list[Entry]:
    """Return the entries before an id, the newest first, at most `size`."""
    columns = [decisions.c[name] for name in _TOGETHER]
    last = func.max(decisions.c.decision_id)
    query = select(last, *columns, func.count()).group_by(*columns).order_by(last.desc()).limit(size)
    if before is not None:
        query = query.having(last < before)
    return [_entry(connection, snapshot, row) for row in connection.execute(query).all()]


def decisions_of_entry(connection: Connection, entry_id: int) -> list[Recorded]:
    """Return the decisions of an entry, in the order of saving; none where there is no such entry."""
    row = connection.execute(
        select(*recorded_columns()).where(decisions.c.decision_id == entry_id)
    ).one_or_none()
    return _together(connection, as_recorded(row).decision) if row else []


def way_back(connection: Connection, snapshot: Snapshot, entry_id: int, reviewer: str) -> list[Decision]:
    """Return the decisions that undo an entry: for each of its decisions the one before it, or a withdrawal.

    Subjects that have been decided again since are left alone.
    """
    mine = decisions_of_entry(connection, entry_id)
    last = {each.decision.subject: each for each in mine if _holds(snapshot, each)}
    earlier = _earlier(connection, last)
    return [_restored(each.decision, earlier.get(subject), reviewer) for subject, each in last.items()]


def _restored(undone: Decision, before: Decision | None, reviewer: str) -> Decision:
    restored = before or replace(undone, action=WITHDRAW, value=None)
    return replace(restored, reviewer=reviewer, note=UNDO_NOTE, decided_at=None)


def _earlier(connection: Connection, last: dict[Subject, Recorded]) -> dict[Subject, Decision]:
    """Return the newest decision on each subject before the given one."""
    if not last:
        return {}
    one = next(iter(last.values())).decision
    place = _equal({"scope": one.scope, "v2_table": one.v2_table, "v2_column": one.v2_column})
    found: dict[Subject, Recorded] = {}
    for row in connection.execute(select(*recorded_columns()).where(*place)):
        each = as_recorded(row)
        subject = each.decision.subject
        if subject in last and each.age < last[subject].age:
            found[subject] = max(found.get(subject, each), each, key=lambda known: known.age)
    return {subject: each.decision for subject, each in found.items()}


def _entry(connection: Connection, snapshot: Snapshot, row: Any) -> Entry:
    entry_id, *values, size = row
    together = dict(zip(_TOGETHER, values, strict=True))
    query = select(*recorded_columns()).where(*_equal(together)).order_by(decisions.c.decision_id)
    first = [as_recorded(each) for each in connection.execute(query.limit(_TEXTS_SHOWN))]
    holds = any(_holds(snapshot, each) for each in first)
    if not holds and size > len(first):  # the texts with most rows stand first, and are decided again first
        holds = any(_holds(snapshot, each) for each in _together(connection, first[0].decision))
    met = any(_is_met(snapshot, each.decision) for each in first)
    return Entry(entry_id, **together, size=size, first=first, holds=holds, is_met=met)


def _holds(snapshot: Snapshot, recorded: Recorded) -> bool:
    newest = snapshot.decided.newest.get(recorded.decision.subject, recorded)
    return newest.decision_id == recorded.decision_id


def _is_met(snapshot: Snapshot, decision: Decision) -> bool:
    if decision.raw_value is None:
        return decision.scope == "row"
    start = decision.raw_value[:START_LENGTH]
    return (decision.v2_table, decision.v2_column, start) in snapshot.groups.by_text


def _together(connection: Connection, decision: Decision) -> list[Recorded]:
    same = _equal({name: getattr(decision, name) for name in _TOGETHER})
    query = select(*recorded_columns()).where(*same).order_by(decisions.c.decision_id)
    return [as_recorded(row) for row in connection.execute(query)]


def _equal(values: dict[str, Any]) -> Iterable[ColumnElement[bool]]:
    return [decisions.c[name].is_not_distinct_from(value) for name, value in values.items()]
