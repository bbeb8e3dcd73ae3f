"""Refuses cohorts and members that neither v2 nor the ledger knows: a typing error must not pass for an empty
cohort.
"""

from collections.abc import Sequence

from migrate.errors import ConfigurationError
from migrate.extract.snapshot import Snapshot
from migrate.load.ledger.known_cohorts import known_are, named_cohorts, unknown_cohorts, unknown_members
from migrate.load.ledger.target import is_uninitialised
from migrate.run.workplace import Workplace

_MOST_NAMED = 10


def refuse_unknown_scope(workplace: Workplace) -> None:
    """Raise ConfigurationError for a cohort or a member of the scope that is in neither database.

    A member who has left v2 is still in the ledger.
    """
    scope = workplace.scope
    if not (scope.cohorts or scope.members):
        return
    with workplace.source.snapshot() as snapshot:
        cohorts = [cohort for cohort in scope.cohorts if not snapshot.has_cohort(cohort)]
        members = _unknown_in_v2(snapshot, scope.members)
        known = snapshot.cohort_names() if cohorts else []
    if (cohorts or members) and not is_uninitialised(workplace.target):
        with workplace.target.connect() as connection:
            cohorts = unknown_cohorts(connection, cohorts)
            members = unknown_members(connection, members)
    if cohorts:
        raise ConfigurationError(
            f"Nobody in v2 is of {named_cohorts(cohorts)}; nothing was written. {known_are('v2', known)}"
        )
    if members:
        named = ", ".join(map(repr, members[:_MOST_NAMED]))
        raise ConfigurationError(
            f"--members-file: {len(members):,} of {len(scope.members):,} are no member ids of v2: {named}"
            f"{', …' if len(members) > _MOST_NAMED else ''}. Nothing was written."
        )


def _unknown_in_v2(snapshot: Snapshot, members: Sequence[str]) -> list[str]:
    possible = [member for member in members if snapshot.may_be_key("members", member)]
    known = snapshot.existing("members", possible)
    return [member for member in members if member not in known]
