"""Whether a run may begin: everything that stands in its way, at once."""

from migrate.check.preflight import check_source, check_target
from migrate.errors import PreflightError
from migrate.run.strangers import refuse_strangers
from migrate.run.workplace import Workplace


def refuse_problems(workplace: Workplace) -> None:
    """Raise PreflightError with every problem of v2 and v3.

    Raises ConfigurationError for a cohort or a member of the scope that is in neither.
    """
    problems = [*check_source(workplace.source), *check_target(workplace.target)]
    if problems:
        raise PreflightError(*problems)
    refuse_strangers(workplace)
