"""Is this run good to go? One finding for each thing that has to be true before a cohort is let in."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from migrate.load.runs import Scope
from migrate.report.facts import Facts
from migrate.report.figures import count, share
from migrate.report.findings import Cohort, Findings
from migrate.report.runs import Run

State = Literal["good", "look", "bad", "unknown"]

_RANK: dict[State, int] = {"bad": 0, "unknown": 1, "look": 2, "good": 3}


VERDICT_NAMES = ("success", "passed", "balanced", "ok")
"""Under one of these names a check or a balance line says whether it holds."""
LEFT_OVER_NAMES = ("open", "difference")
"""Under one of these a balance line says how many rows are unaccounted for."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    title: str
    state: State
    words: str


class Verdict(NamedTuple):
    """All findings and what they come to."""

    state: State
    words: str
    findings: list[Finding]


def judge(facts: Facts) -> Verdict:
    """Return the findings in the order in which they matter, and the gravest of them as the verdict."""
    findings = [look(facts) for look in _LOOKS]
    state = min((finding.state for finding in findings), key=_RANK.__getitem__)
    return Verdict(state, _VERDICTS[state], findings)


def passed(finding: dict[str, Any]) -> bool | None:
    """Say whether a check or a balance line holds; None where it does not say."""
    for name in VERDICT_NAMES:
        if name in finding:
            return bool(finding[name])
    left = next((finding[name] for name in LEFT_OVER_NAMES if name in finding), None)
    return None if left is None else left == 0


def _last_run(facts: Facts) -> Finding:
    runs = _last_runs(facts.runs)
    if not runs:
        return Finding("Run", "unknown", "Nothing has been migrated yet.")
    found = [_RUN_STATES.get(run.status, _STRANGE)(run) for run in runs]
    return Finding("Run", *min(found, key=lambda state: _RANK[state[0]]))


def _last_runs(runs: list[Run]) -> list[Run]:
    """Return, of the runs, the newest first, those whose cohorts or members no later ones have all had."""
    last: list[Run] = []
    had: set[str] = set()
    for run in runs:
        if run.command != "run":
            continue
        is_had = bool(run.scope.cohorts) and had.issuperset(run.scope.cohorts)
        if not is_had and run.scope not in (later.scope for later in last):
            last.append(run)
        had.update(run.scope.cohorts)
        if run.scope == Scope():  # everyone
            break
    return last


def _completed(_: Run) -> tuple[State, str]:
    return "good", "The last run came to its end."


def _rolled_back(run: Run) -> tuple[State, str]:
    return "look", f"The last run{_of(run)} was rolled back."


def _unfinished(run: Run) -> tuple[State, str]:
    return "bad", f"The last run{_of(run)} is {run.status}. Run it again to continue."


def _of(run: Run) -> str:
    return f" of {run.cohort}" if run.cohort else ""


_STRANGE: Callable[[Run], tuple[State, str]] = _unfinished
_RUN_STATES = {"completed": _completed, "rolled-back": _rolled_back}


def _rejected(facts: Facts) -> Finding:
    rows = sum(each.rows for each in facts.fates)
    rejected = sum(each.rows for each in facts.fates if each.fate == "rejected")
    if rows == 0:
        return Finding("Rows", "unknown", "No row of v2 has been seen yet.")
    if rejected == 0:
        return Finding("Rows", "good", f"All {rows:,} rows arrived or were dropped on purpose.")
    return Finding("Rows", "look", f"{rejected:,} of {rows:,} rows ({share(rejected, rows)}) were rejected.")


def _balance(facts: Facts) -> Finding:
    return _from_findings(facts.balance(), "Reconciliation", "v2 and v3 add up in")


def _checks(facts: Facts) -> Finding:
    return _from_findings(facts.checks(), "Quality suites", "Everything is as it should be in")


def _from_findings(findings: Findings, title: str, all_good: str) -> Finding:
    found, unknown = findings.lines, findings.unknown
    failed = [each for each in found if passed(each) is False]
    if not failed and (unknown or not found):
        return Finding(title, "unknown", _not_known(unknown, everything=not found))
    if failed:
        grave = any(each.get("severity", "critical") == "critical" for each in failed)
        words = f"{len(failed):,} of {len(found):,} failed{'' if grave else ', none of them critical'}."
        return Finding(title, "bad" if grave else "look", words)
    return Finding(title, "good", f"{all_good} {count(len(found), 'line')}.")


def _not_known(cohorts: list[Cohort], *, everything: bool) -> str:
    if everything:
        return "Not run since the last move." if cohorts else "Not run."
    named = ", ".join(cohort or "members without a cohort" for cohort in cohorts)
    return f"Not run since the last move of {named}."


def _open(severity: str, title: str, one: str) -> Callable[[Facts], Finding]:
    def look(facts: Facts) -> Finding:
        rows = sum(each.open for each in facts.codes if each.severity == severity)
        texts = sum(each.key.severity == severity and each.rows > each.decided for each in facts.groups)
        if rows == 0:
            return Finding(title, "good", "None is open.")
        return Finding(title, "look", f"{count(rows, one)} open, in {count(texts, 'different text')}.")

    return look


_LOOKS: tuple[Callable[[Facts], Finding], ...] = (
    _last_run,
    _rejected,
    _balance,
    _checks,
    _open("error", "Errors", "row"),
    _open("warning", "Warnings", "row"),
)
_VERDICTS: dict[State, str] = {
    "bad": "Not yet. Something failed.",
    "unknown": "Cannot be said yet. Not everything has been checked.",
    "look": "Good to go, once a person has looked at what is open.",
    "good": "Good to go.",
}
