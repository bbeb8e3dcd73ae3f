"""Whether a run may begin: everything that stands in its way, at once."""

from sqlalchemy import Engine

from migrate.check.preflight import check_source, check_target
from migrate.databases import open_engine
from migrate.errors import PreflightError
from migrate.load.target import init_target, is_uninitialised
from migrate.run.workplace import Workplace


def make_ready(workplace: Workplace) -> None:
    """Check v2 and v3, and create v3's tables where it has none.

    Raises PreflightError with every problem; nothing was written then.
    """
    refuse_problems(workplace)
    if is_uninitialised(workplace.target):
        init_target(workplace.target)


def open_ledger(url: str) -> Engine:
    """Open a v3 that has been migrated into.

    Raises PreflightError where it has no ledger, or one of another version.
    """
    engine = open_engine(url, must_exist=True)
    if is_uninitialised(engine):
        raise PreflightError("v3 has no ledger yet: run `career-migrate init-target` or `run` first.")
    problems = check_target(engine)
    if problems:
        raise PreflightError(*problems)
    return engine


def refuse_problems(workplace: Workplace) -> None:
    """Raise PreflightError with every problem of v2 and v3."""
    problems = [*check_source(workplace.source), *check_target(workplace.target)]
    if problems:
        raise PreflightError(*problems)
