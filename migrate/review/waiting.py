"""Which decisions wait to be applied, and where: a run of one cohort leaves them waiting in the others."""

from collections.abc import Iterable
from typing import NamedTuple

from migrate.decisions.applied import Reading
from migrate.decisions.decision import WITHDRAW, Decision, Recorded
from migrate.review.ledger_view import Snapshot


class Waiting(NamedTuple):
    """Decisions that are not applied everywhere yet."""

    decisions: int
    cohorts: list[str]
    """Where they are not; none stands for all cohorts."""


def waiting_for(snapshot: Snapshot, readings: list[Reading]) -> Waiting:
    """Return what waits for a run; all cohorts where a decision is about rows that have no anomaly."""
    waits = [
        where for each in snapshot.decided.newest.values() if (where := _where(snapshot, each, readings))
    ]
    cohorts: set[str | None] = set().union(*waits)
    return Waiting(len(waits), [] if None in cohorts else sorted(str(cohort) for cohort in cohorts))


def _where(snapshot: Snapshot, recorded: Recorded, readings: list[Reading]) -> set[str | None]:
    """Return the cohorts in which a decision waits; None among them stands for all, and for no cohort."""
    number = recorded.decision_id
    oldest = snapshot.decided.oldest[recorded.decision.subject]
    replaced = [each for each in readings if oldest <= each.last_decision < number]
    if recorded.decision.action == WITHDRAW and not replaced:
        return set()  # no run has ever read what it takes back
    places = snapshot.decided.places_of.get(recorded.decision.subject) or _cells_of(
        snapshot, recorded.decision
    )
    cohorts = {snapshot.groups.cells[place].cohort or None for place in places}
    if recorded.decision.scope == "text" or not cohorts:
        cohorts |= _held_in(snapshot, replaced, readings)
    if not cohorts:  # nothing is reported, and no run knew an earlier decision
        is_read = any(each.is_complete and number <= each.last_decision for each in readings)
        return set() if is_read else {None}
    return {each for each in cohorts if not any(run.applies(number, each) for run in readings)}


def _held_in(snapshot: Snapshot, replaced: list[Reading], readings: Iterable[Reading]) -> set[str | None]:
    """Return the cohorts where v3 may hold what earlier decisions on the subject made of it."""
    cohorts: set[str | None] = {cohort for run in replaced for cohort in run.cohorts}
    if any(not run.cohorts for run in replaced):
        every = {cohort or None for cohort in snapshot.groups.values["cohort"]}
        cohorts |= every | {cohort for run in readings for cohort in run.cohorts}
    return cohorts or ({None} if replaced else set())


def _cells_of(snapshot: Snapshot, decision: Decision) -> list[int]:
    if decision.scope == "row" or decision.raw_value is None:
        return []
    return snapshot.decided.cells_with(decision.v2_table, decision.v2_column, decision.raw_value)
