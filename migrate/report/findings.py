"""What quality suites and reconciliation found last, cohort by cohort, where it still holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from migrate.report.runs import Run

Cohort = str | None
"""None: of members without a cohort, and of what no member owns."""
MOVING = ("run", "rollback")
"""Commands after which what was found before no longer holds."""


@dataclass(frozen=True)
class Findings:
    """What was found of some cohorts, and of which of them nothing is known."""

    lines: list[dict[str, Any]]
    unknown: list[Cohort]
    """Nobody has looked at these since they last moved."""


def current_checks(runs: list[Run]) -> Findings:
    """Return what the suites found last, which look at all of v3; nothing where it has moved since.

    runs: the newest first.
    """
    last = next((run for run in runs if run.checks or run.command in MOVING), None)
    return Findings(last.checks if last else [], [])


def current_balance(runs: list[Run], cohorts: Iterable[Cohort], *, everyone: bool) -> Findings:
    """Return the newest lines of the balance of each cohort.

    runs: the newest first. cohorts: those that have rows in the ledger. everyone: whether the report is about
    all cohorts; what was found of others, which the ledger does not know, is then part of it.
    """
    found = {
        cohort: _newest(runs, cohort) for cohort in cohorts if cohort is not None or _have_all_moved(runs)
    }
    unknown = [cohort for cohort, run in found.items() if run is None]
    sources = {run.run_id: run for run in found.values() if run is not None}
    lines = [
        line
        for run in sources.values()
        for line in run.balance
        if _holds(run, line.get("cohort"), found, everyone=everyone)
    ]
    return Findings(lines, sorted(unknown, key=lambda cohort: cohort or ""))


def _have_all_moved(runs: list[Run]) -> bool:
    """Tell whether a run named no cohort; only then have rows without one moved that are not schemes."""
    return any(not run.scope.cohorts and run.command in MOVING for run in runs)


def _newest(runs: list[Run], cohort: Cohort) -> Run | None:
    """Return the newest run that made a balance of a cohort; None where the cohort has moved since."""
    concerned = (run for run in runs if run.is_about(cohort) and (run.balance or run.command in MOVING))
    last = next(concerned, None)
    return last if last and last.balance else None


def _holds(run: Run, cohort: Cohort, found: dict[Cohort, Run | None], *, everyone: bool) -> bool:
    """Tell whether a line about a cohort is the newest one, or about schemes or what the ledger lacks."""
    return found[cohort] is run if cohort in found else everyone or cohort is None
