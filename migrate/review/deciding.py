"""Saves what a reviewer decided: for a group one decision on each spelling, for a row one with the text seen.

Decisions are only ever appended. Where a group has grown since the reviewer looked, or somebody else has
decided it, the reviewer is asked again; the other decision stays in the history.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, select

from migrate.decisions.decision import Decision, Recorded, Subject
from migrate.decisions.record import read_recorded, record_decisions
from migrate.review.impact import Impact, impact_of
from migrate.review.ledger_view import LedgerView, Snapshot
from migrate.review.together import find_together, texts_of
from migrate.review.worklist import Question
from migrate.schema.ledger import decisions as table


class Choice(NamedTuple):
    """What the reviewer chose."""

    action: str
    value: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Change:
    """A group that has changed since the reviewer saw it."""

    impact: Impact
    seen: str

    @property
    def seen_rows(self) -> int:
        """The rows that it had."""
        rows = self.seen.partition(".")[0]
        return int(rows) if rows.isdecimal() else 0

    @property
    def by_another(self) -> Recorded | None:
        """The decision that somebody has saved in the meantime."""
        newest = self.impact.holding
        _, _, seen_id = self.seen.partition(".")
        return newest if newest and str(newest.decision_id) != seen_id else None


def changed(impacts: Iterable[Impact], seen: Mapping[str, str]) -> list[Change]:
    """Return the groups that have changed since the reviewer saw them. seen: name → token."""
    pairs = ((impact, seen[impact.group.name]) for impact in impacts)
    return [Change(impact, token) for impact, token in pairs if impact.token != token]


class Saved(NamedTuple):
    """What was saved, or why nothing was."""

    entry_id: int | None
    """The id of the last decision, by which all of them are undone."""
    decisions: list[Decision]
    changes: list[Change]
    overtaken: list[Recorded]
    """Decisions by others on the same texts, saved at the same moment by another page."""
    gone: int = 0
    """Groups without anomalies since a run after the reviewer looked: nothing was saved for them."""


class Deciding:
    """Writes the decisions of one page, one reviewer after the other."""

    def __init__(self, engine: Engine, view: LedgerView, max_hours: Decimal) -> None:
        self.engine = engine
        self.view = view
        self.max_hours = max_hours
        self._lock = threading.Lock()

    def on_groups(self, seen: dict[str, str], choice: Choice, reviewer: str) -> Saved:
        """Decide every text of some groups. seen: name of the group → token of what the reviewer saw.

        Nothing is saved where one of them has changed. Raises ConfigurationError for a value that is invalid.
        """
        with self._lock, self.engine.begin() as connection:
            snapshot = self.view.current(connection)
            groups = [group for name in seen if (group := snapshot.groups.named(name))]
            impacts = [impact_of(connection, snapshot, group) for group in groups]
            changes = changed(impacts, seen)
            if changes:
                return Saved(None, [], changes, [])
            decisions = [each for impact in impacts for each in _decisions(impact, choice, reviewer)]
            last_id = snapshot.decided.last_id
            entry_id, saved = self._append(connection, snapshot, _distinct(decisions))
        return Saved(entry_id, saved, [], self._overtaken(saved, last_id), len(seen) - len(groups))

    def on_list(self, question: Question, seen: str, note: str | None, reviewer: str) -> Saved | None:
        """Agree with the rules on every open text that a question lists. seen: the token of the list.

        Returns None, with nothing saved, where the list has changed since the reviewer saw it.
        """
        with self._lock, self.engine.begin() as connection:
            snapshot = self.view.current(connection)
            together = find_together(snapshot, question)
            if together is None or not together.groups or together.token != seen:
                return None
            v2_table, v2_column, *_ = together.groups[0].key
            plain = Decision("text", v2_table, v2_column, together.action, reviewer=reviewer, note=note)
            texts = texts_of(connection, snapshot, together.groups)
            last_id = snapshot.decided.last_id
            entry_id, saved = self._append(
                connection, snapshot, [replace(plain, raw_value=text) for text in texts]
            )
        return Saved(entry_id, saved, [], self._overtaken(saved, last_id))

    def save(self, decisions: list[Decision]) -> Saved:
        """Save decisions on rows, or those that bring an earlier state back.

        Raises ConfigurationError with everything that is wrong with them.
        """
        with self._lock, self.engine.begin() as connection:
            snapshot = self.view.current(connection)
            entry_id, saved = self._append(connection, snapshot, decisions)
        return Saved(entry_id, saved, [], [])

    def _append(
        self, connection: Connection, snapshot: Snapshot, decisions: list[Decision]
    ) -> tuple[int | None, list[Decision]]:
        newest = snapshot.decided.newest
        earlier = [known.decision for each in decisions if (known := newest.get(each.subject))]
        saved = record_decisions(connection, decisions, earlier, max_hours=self.max_hours)
        moments = {each.decided_at for each in saved}
        last = select(func.max(table.c.decision_id)).where(table.c.decided_at.in_(moments))
        return connection.scalar(last), saved

    def _overtaken(self, saved: list[Decision], last_id: int) -> list[Recorded]:
        """Return the decisions that another page saved on the same texts after this one last looked."""
        mine = {decision.subject: decision for decision in saved}
        with self.engine.connect() as connection:
            later = list(read_recorded(connection, after=last_id))
        return [
            each
            for each in later
            if each.decision.subject in mine
            and each.decision.decided_at != mine[each.decision.subject].decided_at
        ]


def _decisions(impact: Impact, choice: Choice, reviewer: str) -> Iterator[Decision]:
    """Yield one decision a spelling; where the anomalies are about rows, one a row."""
    v2_table, v2_column, *_ = impact.group.key
    plain = Decision(
        "text", v2_table, v2_column, choice.action, value=choice.value, reviewer=reviewer, note=choice.note
    )
    for text in impact.texts:
        yield replace(plain, raw_value=text)
    for row in impact.undecided_rows:
        yield replace(plain, scope="row", v2_id=row.v2_id, raw_value=row.text)


def _distinct(decisions: list[Decision]) -> list[Decision]:
    """Keep one decision a text: a text reported for two reasons stands in two groups."""
    by_subject: dict[Subject, Decision] = {decision.subject: decision for decision in decisions}
    return list(by_subject.values())
