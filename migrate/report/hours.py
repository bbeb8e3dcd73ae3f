"""The hours of migrated trainings, counted by value: errors show as a peak or a long tail."""

from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from migrate.databases import read_table
from migrate.load.canonical import theirs_as_text
from migrate.report.scope import Cohorts, rows_of
from migrate.schema import ledger, v3
from migrate.schema.amounts import amount_in


class HoursCount(NamedTuple):
    """Migrated trainings that have the same hours now; `hours` is None where they are blank, or no number."""

    hours: Decimal | None
    rows: int


def count_hours(connection: Connection, cohorts: Cohorts) -> list[HoursCount]:
    """Return how many migrated trainings have how many hours, the smallest first, blank ones last."""
    hours = v3.trainings.c.duration_hours
    query = (
        select(hours, func.count().label("rows"))
        .join_from(ledger.rows, v3.trainings, v3.trainings.c.id == ledger.rows.c.v3_id)
        .where(ledger.rows.c.v2_table == "training", *rows_of(cohorts))
        .group_by(hours)
    )
    # as text, for a driver raises where a user of SQLite's v3 wrote a word
    found = theirs_as_text(v3.trainings, read_table(connection, query)).to_pylist()
    rows: Counter[Decimal | None] = Counter()
    for each in found:
        rows[amount_in(each["duration_hours"])] += int(each["rows"])
    counts = [HoursCount(*each) for each in rows.items()]
    return sorted(counts, key=lambda each: (each.hours is None, each.hours or 0))
