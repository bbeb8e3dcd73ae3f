"""What is counted of the ledger: rows by fate, cohorts, anomalies."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select

from migrate.report.scope import Cohorts, rows_of
from migrate.schema import ledger, v2


class FateCount(NamedTuple):
    """Rows of one v2 table with one fate, and the reason for it."""

    v2_table: str
    fate: str
    reason: str | None
    rows: int


class AnomalyPlace(NamedTuple):
    """What anomalies that are counted together have in common."""

    code: str
    severity: str
    cohort: str | None
    v2_table: str
    v2_column: str | None


class AnomalyCount(NamedTuple):
    """Anomalies of one place: the parts of `AnomalyPlace`, then how many rows and members they concern."""

    code: str
    severity: str
    cohort: str | None
    v2_table: str
    v2_column: str | None
    rows: int
    members: int

    @property
    def place(self) -> AnomalyPlace:
        """What these anomalies have in common."""
        return AnomalyPlace._make(self[: len(AnomalyPlace._fields)])


def cohort_label(cohort: str | None) -> str:
    """Return a cohort's name for a reader, in quotes where it begins or ends with blanks."""
    if not cohort:
        return "no cohort"
    return cohort if cohort == cohort.strip() else f"“{cohort}”"


class CohortCount(NamedTuple):
    """The members and rows of one cohort."""

    cohort: str | None
    members: int
    rows: int
    rejected: int


_PLACES = {name: place for place, name in enumerate(v2.metadata.tables)}


def count_fates(connection: Connection, cohorts: Cohorts) -> list[FateCount]:
    """Return the fates of v2's rows, in v2's order of tables."""
    c = ledger.rows.c
    grouped = (c.v2_table, c.fate, c.reason)
    query = select(*grouped, func.count()).where(*rows_of(cohorts)).group_by(*grouped)
    counts = [FateCount(*row) for row in connection.execute(query)]
    return sorted(counts, key=lambda each: (table_place(each.v2_table), each.fate, each.reason or ""))


def count_cohorts(connection: Connection, cohorts: Cohorts) -> list[CohortCount]:
    """Return each cohort's members and rows; rows without a cohort stand under None, last.

    An empty name is no cohort: no option can name it, and its members are migrated by a run of all cohorts.
    """
    c = ledger.rows.c
    members = func.sum(_one_where(c.v2_table == "members"))
    rejected = func.sum(_one_where(c.fate == "rejected"))
    query = select(c.cohort, members, func.count(), rejected).where(*rows_of(cohorts)).group_by(c.cohort)
    counted: dict[str | None, CohortCount] = {}
    for cohort, *numbers in connection.execute(query):
        name = cohort or None
        sums = zip(counted.get(name, CohortCount(name, 0, 0, 0))[1:], numbers, strict=True)
        counted[name] = CohortCount(name, *(int(before) + int(more) for before, more in sums))
    return sorted(counted.values(), key=lambda each: (each.cohort is None, each.cohort or ""))


def table_place(v2_table: str) -> int:
    """Return a table's place in v2's order; unknown ones come last."""
    return _PLACES.get(v2_table, len(_PLACES))


def _one_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
