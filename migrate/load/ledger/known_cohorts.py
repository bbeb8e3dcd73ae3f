"""Which cohorts and members the ledger knows: a typing error must not pass for an empty cohort."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from migrate.errors import ConfigurationError
from migrate.load.ledger.scope import Scope
from migrate.schema import ledger

_MOST_NAMED = 20
_AT_ONCE = 1_000


def unknown_cohorts(connection: Connection, cohorts: Iterable[str]) -> list[str]:
    """Return those of the cohorts that have no row in the ledger, and that no run was about."""
    rows, runs = ledger.rows.c, ledger.runs.c
    missing = [
        cohort
        for cohort in cohorts
        if connection.execute(select(rows.cohort).where(rows.cohort == cohort).limit(1)).first() is None
    ]
    if not missing:
        return []
    scopes = connection.execute(select(runs.scope).where(runs.command.in_(("run", "rollback")))).scalars()
    moved = {cohort for scope in scopes for cohort in Scope.from_json(scope).cohorts}
    return [cohort for cohort in missing if cohort not in moved]


def unknown_members(connection: Connection, members: Sequence[str]) -> list[str]:
    """Return those of v2's member ids that the ledger does not have."""
    rows, known = ledger.rows.c, set[str]()
    for start in range(0, len(members), _AT_ONCE):
        named = rows.v2_id.in_(members[start : start + _AT_ONCE])
        known.update(
            connection.execute(select(rows.v2_id).where(rows.v2_table == "members", named)).scalars()
        )
    return [member for member in members if member not in known]


def refuse_unknown_cohorts(connection: Connection, cohorts: Iterable[str]) -> None:
    """Raise ConfigurationError for a cohort of which nothing was ever migrated."""
    missing = unknown_cohorts(connection, cohorts)
    if missing:
        rows = ledger.rows.c
        known = connection.execute(select(rows.cohort).where(rows.cohort.is_not(None)).distinct()).scalars()
        raise ConfigurationError(
            f"Nothing of {named_cohorts(missing)} was migrated into this v3. {known_are('v3', known)}"
        )


def named_cohorts(cohorts: Iterable[str]) -> str:
    """Return the cohorts as a sentence names them."""
    listed = [repr(cohort) for cohort in cohorts]
    return f"cohort{'' if len(listed) == 1 else 's'} {', '.join(listed)}"


def known_are(place: str, cohorts: Iterable[str]) -> str:
    """Return a sentence that names the cohorts there are, the first of them where they are many.

    One without a name is left out: no option can name it.
    """
    listed = sorted(filter(None, cohorts))
    if not listed:
        return f"There is no cohort in {place}."
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    return f"The cohorts of {place} are {', '.join(map(repr, listed[:_MOST_NAMED]))}{more}."
