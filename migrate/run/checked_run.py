"""A whole run: preflight, the quality suites before and after it, log and summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from migrate.check.preflight import check_ledger
from migrate.databases import for_reading
from migrate.errors import PreflightError, QualityError
from migrate.load.ledger.holds import admission
from migrate.load.ledger.runs import LastRun, add_to_summary, last_run, refuse_held
from migrate.load.ledger.target import init_target, is_uninitialised
from migrate.observe import Observation, start
from migrate.run.migration import Progress, RunOptions, RunResult, migrate
from migrate.run.preflight import refuse_problems
from migrate.run.retry import retrying
from migrate.run.workplace import Workplace

OTHER_RULES = (
    "The run before went by other rules than these, and what the two read differently has changed. "
    "If that was not meant, run again with its --rules."
)


@dataclass(frozen=True)
class Checks:
    """What a run does besides migrating."""

    suites: bool = True
    data_docs: Path | None = None
    log_format: str = "text"
    summary: Path | None = None


@dataclass(frozen=True)
class CheckedRun:
    """How a run ended, and what the suites found."""

    run_id: str
    resumed: bool
    counts: dict[str, Any]
    checks: list[dict[str, Any]]
    by_other_rules: bool
    """Whether the run before it, of some of the same members, went by other rules."""


def checked_run(
    workplace: Workplace, options: RunOptions, checks: Checks, progress: Progress | None = None
) -> CheckedRun:
    """Check, migrate, check again, and tell those who observe it.

    Raises PreflightError before anything is written, QualityError where a critical expectation fails after.
    """
    observation = start(
        command="run",
        source=workplace.source_url,
        target=workplace.target_url,
        cohort=workplace.scope.name,
        rules_version=workplace.rules.version,
        v2_tables={name: rule.source for name, rule in workplace.rules.mapping.tables.items()},
        log_format=checks.log_format,
        summary=checks.summary,
    )
    with observation:
        return _observed(workplace, options, checks, progress, observation)


def _observed(
    workplace: Workplace,
    options: RunOptions,
    checks: Checks,
    progress: Progress | None,
    observation: Observation,
) -> CheckedRun:
    retrying()(_refuse_held, workplace)
    _refuse_problems(workplace)
    found = _before(workplace, checks, observation)
    retrying()(_make_tables, workplace.target)
    last = retrying()(_last_run, workplace)

    def told(done: int, total: int, counts: dict[str, Any]) -> None:
        observation.batch_done(done, total, counts)
        if progress:
            progress(done, total, counts)

    result = migrate(
        workplace, options, told, lambda run_id, resumed: observation.begun(run_id, resumed=resumed)
    )
    observation.counted(result.counts)
    by_other_rules = last is not None and last.rules_version != workplace.rules.version
    try:
        found += _after(workplace, checks, observation, result, found)
    except QualityError as error:
        raise QualityError(*error.args, *([OTHER_RULES] if by_other_rules else [])) from None
    return CheckedRun(result.run_id, result.resumed, result.counts, found, by_other_rules)


def _refuse_held(workplace: Workplace) -> None:
    """Refuse members that another run is working on, before anything long is done, such as looking at v2.

    A ledger that cannot be asked is reported later, with all other problems.
    """
    engine = for_reading(workplace.target)  # in SQLite whoever may write would wait for the other run's batch
    if not is_uninitialised(engine) and not check_ledger(engine):
        refuse_held(engine, workplace.scope)


def _refuse_problems(workplace: Workplace) -> None:
    """Refuse what stands in the way, once nobody else is in the middle of making v3's tables."""
    try:
        refuse_problems(workplace)
    except PreflightError:
        retrying()(_wait_for_others, workplace.target)
        refuse_problems(workplace)


def _wait_for_others(engine: Engine) -> None:
    with admission(engine):
        pass


def _make_tables(engine: Engine) -> None:
    with admission(engine):
        if is_uninitialised(engine):
            init_target(engine)


def _last_run(workplace: Workplace) -> LastRun | None:
    with workplace.target.connect() as connection:
        return last_run(connection, workplace.scope)


def _before(workplace: Workplace, checks: Checks, observation: Observation) -> list[dict[str, Any]]:
    if not checks.suites:
        return []
    from migrate.check.suites import check_before

    results = check_before(
        workplace.source.engine, workplace.rules, folder=workplace.rules_folder, data_docs=checks.data_docs
    )
    refused = [result.as_words() for result in results if result.is_critical_failure]
    if refused:
        raise PreflightError(
            *refused, "Nothing was written. `run --no-checks` does not ask, and fails at what v3 cannot hold."
        )
    return _told(observation, results)


def _after(
    workplace: Workplace,
    checks: Checks,
    observation: Observation,
    result: RunResult,
    before: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    if not checks.suites:
        return []
    from migrate.check.suites import check_after

    results = check_after(
        workplace.target, workplace.rules, folder=workplace.rules_folder, data_docs=checks.data_docs
    )
    found = _told(observation, results)
    add_to_summary(workplace.target, result.run_id, checks=[*before, *found])
    failed = [each.as_words() for each in results if each.is_critical_failure]
    if failed:
        raise QualityError(*failed, f"Run {result.run_id} is complete and stays; see the report.")
    return found


def _told(observation: Observation, results: Sequence[Any]) -> list[dict[str, Any]]:
    documents = [result.as_document() for result in results]
    observation.checked(documents)
    return documents
