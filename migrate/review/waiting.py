"""Which decisions no run has applied yet, and in which cohorts: a run of one cohort leaves the others."""

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import Connection, select

from migrate.decisions.applied import RunDecisions
from migrate.decisions.decision import WITHDRAW, Recorded, Subject
from migrate.review.decided_rows import some_of_a_table
from migrate.review.ledger_view import Snapshot
from migrate.schema.ledger import rows


class Waiting(NamedTuple):
    """Decisions that are not applied everywhere yet."""

    decisions: int
    cohorts: list[str]
    """Where they are not applied yet; empty for all cohorts."""


def waiting_for(connection: Connection, snapshot: Snapshot, runs: list[RunDecisions]) -> Waiting:
    """Return the decisions that wait for a run; in all cohorts where one is about rows without an anomaly."""
    applied = max((each.last_decision for each in runs if each.applies(0, None)), default=0)
    newest = [each for each in snapshot.decided.newest.values() if each.decision_id > applied]
    subjects = [each.decision.subject for each in newest if each.decision.scope == "row"]
    homes = _homes(connection, subjects)
    migrated_in = cache(partial(_cohorts_migrated, connection))
    waits = [where for each in newest if (where := _where(snapshot, each, runs, homes, migrated_in))]
    cohorts: set[str | None] = set().union(*waits)
    return Waiting(len(waits), [] if None in cohorts else sorted(str(cohort) for cohort in cohorts))


def _homes(connection: Connection, subjects: list[Subject]) -> dict[tuple[str, str], str | None]:
    """Return the cohort of each row that the ledger knows, by table and key."""
    c = rows.c
    return {
        (table, v2_id): cohort or None
        for table, some in some_of_a_table(subjects)
        for v2_id, cohort in connection.execute(
            select(c.v2_id, c.cohort).where(c.v2_table == table, c.v2_id.in_(some))
        )
    }


def _cohorts_migrated(connection: Connection, table: str) -> set[str | None]:
    """Return the cohorts of the migrated rows of a v2 table."""
    c = rows.c
    migrated = select(c.cohort).where(c.v2_table == table, c.fate == "migrated").distinct()
    return {cohort or None for cohort in connection.execute(migrated).scalars()}


def _where(
    snapshot: Snapshot,
    recorded: Recorded,
    runs: list[RunDecisions],
    homes: dict[tuple[str, str], str | None],
    migrated_in: Callable[[str], set[str | None]],
) -> set[str | None]:
    """Return the cohorts in which a decision waits; None stands for members without one, or for all."""
    number, decision = recorded.decision_id, recorded.decision
    oldest = snapshot.decided.oldest[decision.subject]
    replaced = [each for each in runs if oldest <= each.last_decision < number]
    if decision.action == WITHDRAW and not replaced:
        return set()  # no run has ever read what it takes back
    row = (decision.v2_table, decision.v2_id or "")
    if decision.scope == "row":
        cohorts = {homes[row]} if row in homes else set()
    else:
        reported = snapshot.decided.cells_with(
            decision.v2_table, decision.v2_column, decision.raw_value or ""
        )
        cohorts = {snapshot.groups.cells[place].cohort or None for place in reported}
        cohorts |= {cohort for run in replaced for cohort in run.cohorts or migrated_in(decision.v2_table)}
    if not cohorts:  # the ledger knows no such row or text, and no run an earlier decision
        is_read = any(each.is_complete and number <= each.last_decision for each in runs)
        return set() if is_read else {None}
    return {each for each in cohorts if not any(run.applies(number, each) for run in runs)}
