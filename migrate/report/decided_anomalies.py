"""Which anomalies a reviewer has decided since the run that reported them, and are therefore no longer open.

The next run applies the decisions and removes these anomalies from the ledger.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, literal, select

from migrate.decisions.applied import COMPLAINTS, RunDecisions, last_known_in
from migrate.decisions.decision import WITHDRAW, Decision, Recorded, Subject
from migrate.decisions.seen import still_meets
from migrate.report.scope import Cohorts, anomalies_of
from migrate.schema import ledger
from migrate.schema.bytewise import bytewise

Place = tuple[str, str | None]
"""v2_table and v2_column."""

TEXT_LENGTH = 200
"""Texts are grouped by this many first characters and their length: sorting whole texts would be slow."""

_AT_ONCE = 2000  # values of one IN: every engine takes that many


class DecidedCount(NamedTuple):
    """Decided anomalies of one kind, cohort and text."""

    v2_table: str
    v2_column: str | None
    code: str
    severity: str
    cohort: str | None
    start: str | None
    """The first `TEXT_LENGTH` characters of the text."""
    length: int | None
    rows: int


class Decided:
    """The decisions that hold: to look up that on one anomaly, or to count all decided anomalies."""

    def __init__(self, newest: Mapping[Subject, Recorded], runs: Sequence[RunDecisions]) -> None:
        """Take each subject's newest decision, and what each run knew of them, the oldest first."""
        self._holding = {
            subject: each for subject, each in newest.items() if each.decision.action != WITHDRAW
        }
        self._runs = runs

    def decision_on(
        self,
        table: str,
        column: str | None,
        v2_id: str | None,
        raw: str | None,
        code: str,
        cohort: str | None,
    ) -> Decision | None:
        """Return the decision on an anomaly: its row's, if v2 still holds what was seen, else its text's.

        A complaint about a decision is settled only by a decision that no run of its cohort has read yet.
        """
        on_row = self._settling(Subject("row", table, column, v2_id), code, cohort)
        if on_row and still_meets(column, on_row.raw_value, raw):
            return on_row
        on_text = Subject("text", table, column, raw)
        return None if raw is None else self._settling(on_text, code, cohort)

    def _settling(self, subject: Subject, code: str, cohort: str | None) -> Decision | None:
        held = self._holding.get(subject)
        if held is None:
            return None
        if code in COMPLAINTS and held.decision_id <= last_known_in(cohort, self._runs):
            return None
        return held.decision

    def counts(self, connection: Connection, cohorts: Cohorts) -> list[DecidedCount]:
        """Count the decided anomalies of the ledger."""
        if not self._holding:
            return []
        by_text, by_row = self._counts_by_text(connection, cohorts), self._counts_by_row(connection, cohorts)
        return [*by_text, *by_row, *self._settled_complaints(connection, cohorts)]

    def _counts_by_text(self, connection: Connection, cohorts: Cohorts) -> Iterator[DecidedCount]:
        c, kind = ledger.anomalies.c, _kind()
        for (table, column), texts in self._by_place("text").items():
            here = _at(table, column, cohorts)
            for some in _batches(texts):
                found = select(*kind, func.count()).where(*here, c.raw_value.in_(some))
                yield from map(DecidedCount._make, connection.execute(found.group_by(*kind)))

    def _counts_by_row(self, connection: Connection, cohorts: Cohorts) -> Iterator[DecidedCount]:
        c = ledger.anomalies.c
        for (table, column), ids in self._by_place("row").items():
            here = _at(table, column, cohorts)
            for some in _batches(ids):
                query = select(*_kind(), literal(1), c.v2_id, c.raw_value).where(*here, c.v2_id.in_(some))
                for *values, v2_id, raw in connection.execute(query):
                    count = DecidedCount._make(values)
                    decision = self.decision_on(table, column, v2_id, raw, count.code, count.cohort)
                    counted_by_text = Subject("text", table, column, raw) in self._holding
                    if decision and not counted_by_text:
                        yield count

    def _settled_complaints(self, connection: Connection, cohorts: Cohorts) -> Iterator[DecidedCount]:
        c = ledger.anomalies.c
        query = select(*_kind(), literal(1), c.v2_id, c.raw_value)
        for *values, v2_id, raw in connection.execute(
            query.where(c.code.in_(COMPLAINTS), *anomalies_of(cohorts))
        ):
            count = DecidedCount._make(values)
            if self.decision_on(count.v2_table, count.v2_column, v2_id, raw, count.code, count.cohort):
                yield count

    def _by_place(self, scope: str) -> dict[Place, list[str]]:
        places: dict[Place, list[str]] = defaultdict(list)
        for subject in self._holding:
            if subject.scope == scope and subject.text is not None:
                places[subject.v2_table, subject.v2_column].append(subject.text)
        return places


def _kind() -> tuple[Any, ...]:
    c = ledger.anomalies.c
    start, length = text_key()
    return c.v2_table, c.v2_column, c.code, c.severity, c.cohort, start, length


def text_key() -> tuple[Any, Any]:
    """Return the SQL expressions that texts are grouped by: their start and their length."""
    raw = ledger.anomalies.c.raw_value
    return bytewise(func.substr(raw, 1, TEXT_LENGTH)), func.length(raw)


def _at(table: str, column: str | None, cohorts: Cohorts) -> list[Any]:
    """Return the conditions for the anomalies about a column's values; complaints are counted apart."""
    c = ledger.anomalies.c
    place = (c.v2_table == table, c.v2_column.is_not_distinct_from(column))
    return [*place, c.code.not_in(COMPLAINTS), *anomalies_of(cohorts)]


def _batches(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    listed = sorted(texts)
    for place in range(0, len(listed), _AT_ONCE):
        yield tuple(listed[place : place + _AT_ONCE])
