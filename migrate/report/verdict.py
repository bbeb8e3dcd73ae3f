"""The verdict of the report: one finding for each thing that must be true before a cohort is let into v3."""

from collections.abc import Callable
from typing import NamedTuple

from migrate.load.ledger.scope import Scope
from migrate.report.facts import Facts
from migrate.report.figures import count, share
from migrate.report.results import Cohort, Results, passed
from migrate.report.runs import Run
from migrate.report.verdict_words import CheckWords, State, verdict_words

_RANK: dict[State, int] = {"bad": 0, "unknown": 1, "look": 2, "good": 3}


class Finding(NamedTuple):
    """What was found about one of these things."""

    title: str
    state: State
    words: str


class Verdict(NamedTuple):
    """All findings, and the gravest of their states."""

    state: State
    words: str
    findings: list[Finding]


def judge(facts: Facts) -> Verdict:
    """Return the findings in the order in which they matter, and the gravest of them as the verdict."""
    findings = [look(facts) for look in _LOOKS]
    state = min((finding.state for finding in findings), key=_RANK.__getitem__)
    return Verdict(state, verdict_words().verdicts[state], findings)


def _last_run(facts: Facts) -> Finding:
    words, runs = verdict_words().run, _last_runs(facts.runs)
    if not runs:
        return Finding(words.title, "unknown", words.none)
    found = [_RUN_STATES.get(run.status, _unfinished)(run) for run in runs]
    return Finding(words.title, *min(found, key=lambda state: _RANK[state[0]]))


def _last_runs(runs: list[Run]) -> list[Run]:
    """Return the runs that no later runs have made obsolete, by moving all of their cohorts or members.

    runs: the newest first, as is the result.
    """
    last: list[Run] = []
    moved: set[str] = set()
    for run in runs:
        if run.command != "run":
            continue
        is_obsolete = bool(run.scope.cohorts) and moved.issuperset(run.scope.cohorts)
        if not is_obsolete and run.scope not in (later.scope for later in last):
            last.append(run)
        moved.update(run.scope.cohorts)
        if run.scope == Scope():  # everyone
            break
    return last


def _completed(_: Run) -> tuple[State, str]:
    return "good", verdict_words().run.completed


def _rolled_back(run: Run) -> tuple[State, str]:
    return "look", verdict_words().run.rolled_back.format(of_cohort=_of_cohort(run))


def _unfinished(run: Run) -> tuple[State, str]:
    return "bad", verdict_words().run.unfinished.format(of_cohort=_of_cohort(run), status=run.status)


def _of_cohort(run: Run) -> str:
    return verdict_words().run.of_cohort.format(cohort=run.cohort) if run.cohort else ""


_RUN_STATES: dict[str, Callable[[Run], tuple[State, str]]] = {
    "completed": _completed,
    "rolled-back": _rolled_back,
}


def _rejected(facts: Facts) -> Finding:
    words = verdict_words().rows
    rows = sum(each.rows for each in facts.fates)
    rejected = sum(each.rows for each in facts.fates if each.fate == "rejected")
    if rows == 0:
        return Finding(words.title, "unknown", words.none)
    if rejected == 0:
        return Finding(words.title, "good", words.arrived.format(rows=f"{rows:,}"))
    figures = {"rejected": f"{rejected:,}", "rows": f"{rows:,}", "share": share(rejected, rows)}
    return Finding(words.title, "look", words.rejected.format(**figures))


def _balance(facts: Facts) -> Finding:
    return _from_results(facts.balance(), verdict_words().balance)


def _checks(facts: Facts) -> Finding:
    return _from_results(facts.checks(), verdict_words().checks)


def _from_results(results: Results, words: CheckWords) -> Finding:
    found, unknown = results.lines, results.unknown
    failed = [each for each in found if passed(each) is False]
    if not failed and (unknown or not found):
        return Finding(words.title, "unknown", _not_known(unknown, everything=not found))
    looked_at = verdict_words().looked_at
    if failed:
        grave = any(each.get("severity", "critical") == "critical" for each in failed)
        said = looked_at.failed if grave else looked_at.failed_slightly
        figures = {"failed": f"{len(failed):,}", "all": f"{len(found):,}"}
        return Finding(words.title, "bad" if grave else "look", said.format(**figures))
    return Finding(words.title, "good", words.good.format(lines=count(len(found), looked_at.line)))


def _not_known(cohorts: list[Cohort], *, everything: bool) -> str:
    words = verdict_words().looked_at
    if everything:
        return words.moved_since if cohorts else words.never
    named = ", ".join(cohort or words.no_cohort for cohort in cohorts)
    return words.cohorts_moved_since.format(cohorts=named)


def _errors(facts: Facts) -> Finding:
    return _open(facts, "error", verdict_words().open.errors)


def _warnings(facts: Facts) -> Finding:
    return _open(facts, "warning", verdict_words().open.warnings)


def _open(facts: Facts, severity: str, title: str) -> Finding:
    words = verdict_words().open
    rows = sum(each.open for each in facts.codes if each.severity == severity)
    texts = sum(each.key.severity == severity and each.rows > each.decided for each in facts.groups)
    if rows == 0:
        return Finding(title, "good", words.none)
    said = words.some.format(rows=count(rows, words.row), texts=count(texts, words.text))
    return Finding(title, "look", said)


_LOOKS: tuple[Callable[[Facts], Finding], ...] = (
    _last_run,
    _rejected,
    _balance,
    _checks,
    _errors,
    _warnings,
)
