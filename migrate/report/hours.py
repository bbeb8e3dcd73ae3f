"""The hours of migrated trainings, counted by value: errors show as a peak or a long tail."""

from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from migrate.report.scope import Cohorts, rows_of
from migrate.schema import ledger, v3


class HoursCount(NamedTuple):
    """Migrated trainings that have the same hours now; `hours` is None where they are blank."""

    hours: Decimal | None
    rows: int


def count_hours(connection: Connection, cohorts: Cohorts) -> list[HoursCount]:
    """Return how many migrated trainings have how many hours, the smallest first, blank ones last."""
    hours = v3.trainings.c.duration_hours
    query = (
        select(hours, func.count())
        .join_from(ledger.rows, v3.trainings, v3.trainings.c.id == ledger.rows.c.v3_id)
        .where(ledger.rows.c.v2_table == "training", *rows_of(cohorts))
        .group_by(hours)
    )
    counts = [HoursCount(*row) for row in connection.execute(query)]
    return sorted(counts, key=lambda each: (each.hours is None, each.hours or 0))
