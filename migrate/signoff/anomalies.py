"""What is still open: the cohorts' anomalies, counted and listed by v2's keys, without what members wrote."""

from typing import Any

from sqlalchemy import Connection, func, select

from migrate.report.counts import AnomalyCount, AnomalyPlace
from migrate.report.scope import Cohorts, anomalies_of
from migrate.schema import ledger

LISTED = ("v2_table", "v2_id", "v2_column", "code", "severity", "cohort")
COUNTED = AnomalyCount._fields


def anomaly_counts(connection: Connection, cohorts: Cohorts) -> list[tuple[Any, ...]]:
    """Return `COUNTED` of each kind of anomaly in each place."""
    c = ledger.anomalies.c
    grouped = tuple(c[name] for name in AnomalyPlace._fields)
    counted = select(*grouped, func.count(), func.count(c.member_id.distinct()))
    found = connection.execute(counted.where(*anomalies_of(cohorts)).group_by(*grouped))
    return sorted((tuple(row) for row in found), key=_sortable)


def open_anomalies(connection: Connection, cohorts: Cohorts) -> list[tuple[Any, ...]]:
    """Return `LISTED` of each warning and error, in an order that does not depend on when it was written."""
    c = ledger.anomalies.c
    listed = select(*(c[name] for name in LISTED)).where(
        c.severity.in_(("warning", "error")), *anomalies_of(cohorts)
    )
    return sorted((tuple(row) for row in connection.execute(listed)), key=_sortable)


def _sortable(row: tuple[Any, ...]) -> tuple[tuple[bool, Any], ...]:
    """Return the key that rows are sorted by: NULL comes before any text, even an empty one."""
    return tuple((part is not None, "" if part is None else part) for part in row)
