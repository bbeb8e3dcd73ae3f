"""The last results of the quality suites and of reconciliation, as far as they still hold.

A result no longer holds once a later run or rollback has moved the cohort that it is about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from migrate.report.runs import Run

Cohort = str | None
"""None: members without a cohort, and rows that no member owns."""
MOVING = ("run", "rollback")
"""Commands that move rows: earlier results no longer hold after them."""
VERDICT_NAMES = ("success", "passed", "balanced", "ok")
"""Keys under which a line of results may say whether it holds."""
LEFT_OVER_NAMES = ("open", "difference")
"""Keys under which a balance line may say how many rows are unaccounted for."""


@dataclass(frozen=True)
class Results:
    """Results for some cohorts, and the cohorts without any."""

    lines: list[dict[str, Any]]
    """One for each expectation of the suites, or for each line of the balance."""
    unknown: list[Cohort]
    """Cohorts that have not been looked at since they last moved."""


def passed(line: dict[str, Any]) -> bool | None:
    """Say whether a line of results holds; None where it does not say."""
    for name in VERDICT_NAMES:
        if name in line:
            return bool(line[name])
    left = next((line[name] for name in LEFT_OVER_NAMES if name in line), None)
    return None if left is None else left == 0


def current_checks(runs: list[Run]) -> Results:
    """Return the last results of the suites, which check all of v3; none where v3 has moved since.

    runs: the newest first.
    """
    last = next((run for run in runs if run.checks or run.command in MOVING), None)
    return Results(last.checks if last else [], [])


def current_balance(runs: list[Run], cohorts: Iterable[Cohort], *, everyone: bool) -> Results:
    """Return the newest lines of the balance of each cohort.

    runs: the newest first. cohorts: those that have rows in the ledger. everyone: whether the report is about
    all cohorts; lines about cohorts that the ledger does not know are then included.
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
    return Results(lines, sorted(unknown, key=lambda cohort: cohort or ""))


def _have_all_moved(runs: list[Run]) -> bool:
    """Tell whether a run named no cohort: only then have rows without a cohort moved, schemes apart."""
    return any(not run.scope.cohorts and run.command in MOVING for run in runs)


def _newest(runs: list[Run], cohort: Cohort) -> Run | None:
    """Return the newest run that made a balance of a cohort; None where the cohort has moved since."""
    concerned = (run for run in runs if run.is_about(cohort) and (run.balance or run.command in MOVING))
    last = next(concerned, None)
    return last if last and last.balance else None


def _holds(run: Run, cohort: Cohort, found: dict[Cohort, Run | None], *, everyone: bool) -> bool:
    """Tell whether a line of a run is the newest about its cohort, or about no cohort that the ledger has."""
    return found[cohort] is run if cohort in found else everyone or cohort is None
