"""Saves what a reviewer decided: for groups one decision a spelling, for a row one that keeps what was seen.

Decisions are only ever appended. A reviewer who looked at less than there is now, or at a group that somebody
else has decided meanwhile, is told and asked again; what the other one decided stays in the history.
"""

import threading
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from migrate.decisions.check import decision_problems
from migrate.decisions.decision import Decision, Subject
from migrate.decisions.record import append_decisions, moment_after
from migrate.errors import ConfigurationError
from migrate.review.decided import Recorded, read_recorded
from migrate.review.impact import Impact, impact_of
from migrate.review.ledger_view import LedgerView, Snapshot


class Choice(NamedTuple):
    """What the reviewer chose."""

    action: str
    value: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Change:
    """A group that is not any more what the reviewer saw."""

    impact: Impact
    seen: str

    @property
    def seen_rows(self) -> int:
        """The rows that it had."""
        rows = self.seen.partition(".")[0]
        return int(rows) if rows.isdecimal() else 0

    @property
    def by_another(self) -> Recorded | None:
        """The decision that came in between."""
        newest = self.impact.holding
        _, _, seen_id = self.seen.partition(".")
        return newest if newest and str(newest.decision_id) != seen_id else None


class Saved(NamedTuple):
    """What was saved, or why nothing was."""

    decisions: list[Decision]
    changes: list[Change]
    overtaken: list[Recorded]
    """Decisions by others on the same texts, saved at the same moment by another page."""


class Deciding:
    """Writes the decisions of one page, one reviewer after the other."""

    def __init__(self, engine: Engine, view: LedgerView, max_hours: Decimal) -> None:
        self.engine = engine
        self.view = view
        self.max_hours = max_hours
        self._lock = threading.Lock()

    def on_groups(self, seen: dict[str, str], choice: Choice, reviewer: str) -> Saved:
        """Decide every text of the groups named in `seen` (name → what the reviewer saw of it).

        Where one of them has changed nothing is saved. Raises ConfigurationError for a value that cannot be.
        """
        with self._lock, self.engine.begin() as connection:
            snapshot = self.view.current(connection)
            groups = [group for name in seen if (group := snapshot.groups.named(name))]
            impacts = [impact_of(connection, snapshot, group) for group in groups]
            changes = [
                Change(impact, seen[impact.group.name])
                for impact in impacts
                if impact.token != seen[impact.group.name]
            ]
            if changes:
                return Saved([], changes, [])
            decisions = [
                Decision("text", impact.group.key.v2_table, impact.group.key.v2_column, choice.action,
                         raw_value=text, value=choice.value, reviewer=reviewer, note=choice.note)
                for impact in impacts for text in impact.texts
            ]  # fmt: skip
            saved = self._append(connection, snapshot, _distinct(decisions))
        return Saved(saved, [], self._overtaken(saved, snapshot.decided.last_id))

    def on_row(self, decision: Decision) -> Decision:
        """Save a decision on one row. Raises ConfigurationError with everything that is wrong with it."""
        with self._lock, self.engine.begin() as connection:
            return self._append(connection, self.view.current(connection), [decision])[0]

    def again(self, decisions: list[Decision]) -> list[Decision]:
        """Save decisions that bring an earlier state back."""
        with self._lock, self.engine.begin() as connection:
            return self._append(connection, self.view.current(connection), decisions)

    def _append(
        self, connection: Connection, snapshot: Snapshot, decisions: list[Decision]
    ) -> list[Decision]:
        problems = {
            problem: None for each in decisions for problem in decision_problems(each, self.max_hours)
        }
        if problems:
            raise ConfigurationError(*problems)
        newest = snapshot.decided.newest
        earlier = [known.decision for each in decisions if (known := newest.get(each.subject))]
        moment = moment_after(earlier)
        stamped = [replace(each, decided_at=moment) for each in decisions]
        append_decisions(connection, stamped)
        return stamped

    def _overtaken(self, saved: list[Decision], last_id: int) -> list[Recorded]:
        """Return what another page saved on the same texts between our looking and our saving."""
        mine = {decision.subject: decision for decision in saved}
        with self.engine.connect() as connection:
            later = list(read_recorded(connection, after=last_id))
        return [
            each
            for each in later
            if each.decision.subject in mine
            and each.decision.decided_at != mine[each.decision.subject].decided_at
        ]


def _distinct(decisions: list[Decision]) -> list[Decision]:
    """Keep one decision a text: a text reported for two reasons stands in two groups."""
    by_subject: dict[Subject, Decision] = {decision.subject: decision for decision in decisions}
    return list(by_subject.values())
