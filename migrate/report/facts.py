"""Everything that the report says, read from the ledger once for all formats."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from migrate.decisions.applied import read_run_decisions
from migrate.decisions.holding import newest
from migrate.decisions.record import read_recorded
from migrate.report.catalogue import kind_of_code
from migrate.report.counts import (
    AnomalyCount,
    AnomalyPlace,
    CohortCount,
    FateCount,
    count_cohorts,
    count_fates,
)
from migrate.report.decided_anomalies import Decided
from migrate.report.hours import HoursCount, count_hours
from migrate.report.privacy import Privacy
from migrate.report.results import Results, current_balance, current_checks
from migrate.report.runs import Run, read_runs
from migrate.report.schemes import WaitingScheme, waiting_schemes
from migrate.report.scope import Cohorts
from migrate.report.slices import anomaly_slices
from migrate.report.tally import tally
from migrate.report.text_groups import TextGroup, group_texts
from migrate.rulebook.anomalies import AnomalyKind, Catalogue, gravity
from migrate.schema.moments import now


@dataclass(frozen=True)
class CodeCount:
    """All anomalies of one code."""

    code: str
    severity: str
    kind: AnomalyKind
    rows: int
    members: int
    decided: int

    @property
    def open(self) -> int:
        """Rows that nobody has decided yet."""
        return self.rows - self.decided


@dataclass(frozen=True)
class Facts:
    """What the ledger holds about some cohorts (none named: about all) at one moment."""

    cohorts: Cohorts
    read_at: datetime
    """UTC."""
    runs: list[Run]
    fates: list[FateCount]
    anomalies: list[AnomalyCount]
    codes: list[CodeCount]
    """The gravest first, then those with most rows."""
    groups: list[TextGroup]
    by_cohort: list[CohortCount]
    hours: list[HoursCount]
    schemes: list[WaitingScheme]
    decided: Decided
    decided_rows: dict[AnomalyPlace, int]
    """How many rows of each place have been decided since they were reported."""
    with_personal_data: bool

    def checks(self) -> Results:
        """Return the last results of the quality suites."""
        return current_checks(self.runs)

    def balance(self) -> Results:
        """Return the balance of each cohort of the report."""
        moved = [each.cohort for each in self.by_cohort]
        return current_balance(self.runs, moved, everyone=not self.cohorts)


def read_facts(connection: Connection, cohorts: Cohorts, *, privacy: Privacy, catalogue: Catalogue) -> Facts:
    """Read the ledger: its anomalies once, in slices, and the rest as the database counts it."""
    decided = Decided(newest(read_recorded(connection)), read_run_decisions(connection))
    decided_counts = decided.counts(connection, cohorts)
    decided_rows: Counter[AnomalyPlace] = Counter()
    for each in decided_counts:
        cohort = each.cohort or None  # one of no length is none
        place = AnomalyPlace(each.code, each.severity, cohort, each.v2_table, each.v2_column)
        decided_rows[place] += each.rows
    tallies = tally(anomaly_slices(connection, cohorts), privacy)
    return Facts(
        cohorts=cohorts,
        read_at=now().replace(microsecond=0),
        runs=read_runs(connection, cohorts),
        fates=count_fates(connection, cohorts),
        anomalies=tallies.anomalies,
        codes=_codes(tallies.anomalies, tallies.members_by_code, decided_rows, catalogue),
        groups=group_texts(tallies.variants, decided_counts, tallies.members_by_group, privacy),
        by_cohort=count_cohorts(connection, cohorts),
        hours=count_hours(connection, cohorts),
        schemes=waiting_schemes(connection, cohorts),
        decided=decided,
        decided_rows=dict(decided_rows),
        with_personal_data=privacy.with_personal_data,
    )


def _codes(
    anomalies: list[AnomalyCount],
    members: Mapping[Any, int],
    decided_rows: Mapping[AnomalyPlace, int],
    catalogue: Catalogue,
) -> list[CodeCount]:
    rows: Counter[tuple[str, str]] = Counter()
    decided: Counter[tuple[str, str]] = Counter()
    for each in anomalies:
        rows[each.code, each.severity] += each.rows
    for place, count in decided_rows.items():
        decided[place.code, place.severity] += count
    codes = [
        CodeCount(
            code,
            severity,
            kind_of_code(catalogue, code),
            count,
            members.get((code, severity), 0),
            decided[code, severity],
        )
        for (code, severity), count in rows.items()
    ]
    return sorted(codes, key=lambda each: (gravity(each.severity), -each.rows, each.code))
