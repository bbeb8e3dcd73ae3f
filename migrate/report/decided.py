"""Which anomalies a reviewer has decided since the run that reported them: they are not open any more.

They leave the ledger with the next run, which applies the decision.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, literal, select

from migrate.decisions.applied import COMPLAINTS
from migrate.decisions.decision import Decision, Subject
from migrate.decisions.seen import still_meets
from migrate.report.scope import Cohorts, anomalies_of
from migrate.schema import ledger
from migrate.schema.bytewise import bytewise

Place = tuple[str, str | None]
"""v2_table and v2_column."""

TEXT_LENGTH = 200
"""Texts are grouped by their first characters and their length: whole megabytes are not sorted."""

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
    """The decisions that hold, for looking up one anomaly at a time or counting all in the database."""

    def __init__(self, decisions: dict[Subject, Decision], unread: Container[Subject] = ()) -> None:
        """Take each subject's decision that holds, and the subjects whose one no run has read yet."""
        self._decisions = decisions
        self._unread = unread

    def decision_on(
        self, table: str, column: str | None, v2_id: str | None, raw: str | None, code: str
    ) -> Decision | None:
        """Return the decision on an anomaly: its row's, if v2 says what the reviewer saw, or its text's.

        A complaint about a decision is answered by one that no run has read yet.
        """
        on_row = self._answering(Subject("row", table, column, v2_id), code)
        if on_row and still_meets(column, on_row.raw_value, raw):
            return on_row
        return self._answering(Subject("text", table, column, raw), code) if raw is not None else None

    def _answering(self, subject: Subject, code: str) -> Decision | None:
        if code in COMPLAINTS and subject not in self._unread:
            return None
        return self._decisions.get(subject)

    def counts(self, connection: Connection, cohorts: Cohorts) -> list[DecidedCount]:
        """Count the decided anomalies of the ledger."""
        return [*self._counts_by_text(connection, cohorts), *self._counts_by_row(connection, cohorts)]

    def _counts_by_text(self, connection: Connection, cohorts: Cohorts) -> Iterator[DecidedCount]:
        c, kind = ledger.anomalies.c, _kind()
        for (table, column), texts in self._by_place("text").items():
            here = _at(table, column, cohorts)
            unread = [text for text in texts if Subject("text", table, column, text) in self._unread]
            for answered, about in ((texts, c.code.not_in(COMPLAINTS)), (unread, c.code.in_(COMPLAINTS))):
                for some in _batches(answered):
                    found = select(*kind, func.count()).where(*here, about, c.raw_value.in_(some))
                    yield from map(DecidedCount._make, connection.execute(found.group_by(*kind)))

    def _counts_by_row(self, connection: Connection, cohorts: Cohorts) -> Iterator[DecidedCount]:
        c = ledger.anomalies.c
        for (table, column), ids in self._by_place("row").items():
            here = _at(table, column, cohorts)
            for some in _batches(ids):
                query = select(*_kind(), literal(1), c.v2_id, c.raw_value).where(*here, c.v2_id.in_(some))
                for *values, v2_id, raw in connection.execute(query):
                    count = DecidedCount._make(values)
                    decision = self.decision_on(table, column, v2_id, raw, count.code)
                    counted_by_text = self._answering(Subject("text", table, column, raw), count.code)
                    if decision and not counted_by_text:
                        yield count

    def _by_place(self, scope: str) -> dict[Place, list[str]]:
        places: dict[Place, list[str]] = defaultdict(list)
        for subject in self._decisions:
            if subject.scope == scope and subject.text is not None:
                places[subject.v2_table, subject.v2_column].append(subject.text)
        return places


def _kind() -> tuple[Any, ...]:
    c = ledger.anomalies.c
    start, length = text_key()
    return c.v2_table, c.v2_column, c.code, c.severity, c.cohort, start, length


def text_key() -> tuple[Any, Any]:
    """Return the expressions that tell texts apart in the database: the start and the length."""
    raw = ledger.anomalies.c.raw_value
    return bytewise(func.substr(raw, 1, TEXT_LENGTH)), func.length(raw)


def _at(table: str, column: str | None, cohorts: Cohorts) -> list[Any]:
    c = ledger.anomalies.c
    return [c.v2_table == table, c.v2_column.is_not_distinct_from(column), *anomalies_of(cohorts)]


def _batches(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    listed = sorted(texts)
    for place in range(0, len(listed), _AT_ONCE):
        yield tuple(listed[place : place + _AT_ONCE])
