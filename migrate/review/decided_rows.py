"""How many rows of each cell a reviewer has decided, by their text or one by one.

Of several decisions on a subject, one holds (`migrate.decisions.holding`). A row's own decision takes
precedence over its text's, if v2 still holds what the reviewer saw. Decisions are read incrementally: only
those appended since the last time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from migrate.decisions.applied import COMPLAINTS, RunDecisions, last_known_in
from migrate.decisions.decision import WITHDRAW, Recorded, Subject
from migrate.decisions.record import read_recorded
from migrate.decisions.seen import still_meets
from migrate.review.cells import START_LENGTH, Cell, text_start
from migrate.review.groups import Groups, Whole
from migrate.schema.ledger import anomalies, rows

_AT_ONCE = 500
_OVERLAP = 1000
"""How many of the latest ids are read again: another page may commit a decision after a higher id is seen."""


class CellKey(NamedTuple):
    """What identifies a cell: the first parts of `Cell`."""

    v2_table: str
    v2_column: str | None
    code: str
    severity: str
    cohort: str | None
    start: str | None
    length: int | None


@dataclass
class DecidedRows:
    """The decisions that hold, and how many rows of each cell they decide."""

    groups: Groups
    runs: list[RunDecisions] = field(default_factory=list)
    """What each run knew of the decisions, the oldest first."""
    newest: dict[Subject, Recorded] = field(default_factory=dict)
    oldest: dict[Subject, int] = field(default_factory=dict)
    """The first decision on each subject."""
    last_id: int = 0
    long_texts: dict[tuple[str, str | None, str, int], set[Subject]] = field(default_factory=dict)
    """Table, column, start and length → the decided texts that are too long for a cell to keep whole."""
    _known: set[int] = field(default_factory=set)
    by_text: Whole = field(init=False)
    by_row: Whole = field(init=False)
    places_of: dict[Subject, list[int]] = field(default_factory=dict)
    """Row → the cells of its anomalies, where it is decided on its own."""

    def __post_init__(self) -> None:
        self.by_text = np.zeros(len(self.groups.cells), dtype=np.int64)
        self.by_row = np.zeros(len(self.groups.cells), dtype=np.int64)

    @property
    def decided(self) -> Whole:
        """Decided rows of each cell."""
        return np.where(self.by_text > 0, self.groups.rows, np.minimum(self.by_row, self.groups.rows))

    def holding(self, subject: Subject) -> Recorded | None:
        """Return the decision that holds for a subject; None where there is none or it was withdrawn."""
        recorded = self.newest.get(subject)
        return None if recorded is None or recorded.decision.action == WITHDRAW else recorded

    def read_new(self, connection: Connection) -> None:
        """Take in what was appended to the ledger since the last call."""
        touched: set[Subject] = set()
        for recorded in read_recorded(connection, after=self.last_id - _OVERLAP):
            if recorded.decision_id in self._known:
                continue
            self._known.add(recorded.decision_id)
            self.last_id = max(self.last_id, recorded.decision_id)
            subject = recorded.decision.subject
            first = self.oldest.get(subject, recorded.decision_id)
            self.oldest[subject] = min(first, recorded.decision_id)
            known = self.newest.get(subject)
            if known is None or recorded.age > known.age:
                self.newest[subject] = recorded
                touched.add(subject)
        for subject in touched:
            if subject.scope == "text":
                self._mark_text(subject)
        self._mark_rows(connection, [subject for subject in touched if subject.scope == "row"])

    def subjects_of(self, cell: Cell) -> Iterable[Subject]:
        """Return the decided texts that a cell may stand for: its own, or all long ones with its start."""
        if cell.start is None:
            return ()
        if cell.length is not None and cell.length > START_LENGTH:
            return self.long_texts.get((cell.v2_table, cell.v2_column, cell.start, cell.length), ())
        return (Subject("text", cell.v2_table, cell.v2_column, cell.start),)

    def _mark_text(self, subject: Subject) -> None:
        text = subject.text or ""
        if len(text) > START_LENGTH:
            key = (subject.v2_table, subject.v2_column, text[:START_LENGTH], len(text))
            self.long_texts.setdefault(key, set()).add(subject)
        holding = self.holding(subject)
        for place in self.cells_with(subject.v2_table, subject.v2_column, text):
            self.by_text[place] = int(holding is not None and self._answers(holding, place))

    def cells_with(self, table: str, column: str | None, text: str) -> list[int]:
        """Return the cells of a text."""
        places = self.groups.by_text.get((table, column, text[:START_LENGTH]), ())
        return [place for place in places if self.groups.cells[place].length == len(text)]

    def is_since_last_run(self, recorded: Recorded, cohort: str | None) -> bool:
        """Say whether no run of a cohort has read a decision yet."""
        return recorded.decision_id > last_known_in(cohort, self.runs)

    def answers_row(self, subject: Subject, code: str, raw: str | None, cohort: str | None) -> bool:
        """Say whether a row's own decision settles its anomaly. raw: the text that v2 holds."""
        holding = self.holding(subject)
        return (
            holding is not None
            and still_meets(subject.v2_column, holding.decision.raw_value, raw)
            and (code not in COMPLAINTS or self.is_since_last_run(holding, cohort))
        )

    def _answers(self, recorded: Recorded, place: int) -> bool:
        cell = self.groups.cells[place]
        return cell.code not in COMPLAINTS or self.is_since_last_run(recorded, cell.cohort)

    def _mark_rows(self, connection: Connection, subjects: list[Subject]) -> None:
        """Count the rows that have a decision of their own, in the cells that their anomalies are in now."""
        for subject in subjects:
            for place in self.places_of.pop(subject, ()):
                self.by_row[place] -= 1
        holding = {subject: held for subject in subjects if (held := self.holding(subject))}
        if not holding:
            return
        for row, raw, key in _anomalies_of(connection, holding):
            recorded = holding.get(Subject("row", key.v2_table, key.v2_column, row))
            found = self._places.get(key)
            if recorded is None or found is None or not self._answers(recorded, found):
                continue
            if still_meets(key.v2_column, recorded.decision.raw_value, raw):
                self.by_row[found] += 1
                self.places_of.setdefault(recorded.decision.subject, []).append(found)

    @cached_property
    def _places(self) -> dict[CellKey, int]:
        return {CellKey(*cell[:7]): place for place, cell in enumerate(self.groups.cells)}


def _anomalies_of(
    connection: Connection, subjects: Iterable[Subject]
) -> Iterator[tuple[str, str | None, CellKey]]:
    """Yield v2_id, raw value and cell of the anomalies of some rows, found by their owners."""
    a = anomalies.c
    columns = (a.v2_id, a.raw_value, a.v2_table, a.v2_column, a.code, a.severity, a.cohort, text_start())
    for table, some in some_of_a_table(subjects):
        known = select(rows.c.owner_id).where(rows.c.v2_table == table, rows.c.v2_id.in_(some))
        owners = {owner for (owner,) in connection.execute(known.distinct())}
        here = a.owner_id.in_([owner for owner in owners if owner])
        nobodys = a.owner_id.is_(None) & a.v2_id.in_(some)
        found = select(*columns).where(a.v2_table == table, here | nobodys)
        for v2_id, raw, *key in connection.execute(found):
            if v2_id in some:  # not the owner's other rows, which may be wanted with the next ones
                yield v2_id, raw, CellKey._make((*key, None if raw is None else len(raw)))


def some_of_a_table(subjects: Iterable[Subject]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each table with at most `_AT_ONCE` keys of its rows: queries for pairs of both are slow."""
    wanted: dict[str, set[str]] = {}
    for subject in subjects:
        wanted.setdefault(subject.v2_table, set()).add(subject.text or "")
    for table, v2_ids in sorted(wanted.items()):
        listed = sorted(v2_ids)
        for place in range(0, len(listed), _AT_ONCE):
            yield table, frozenset(listed[place : place + _AT_ONCE])
