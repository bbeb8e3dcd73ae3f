"""Whether a batch is what the last run left: told without reading its rows."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from migrate.run.accounts import derived_ids, look_up_accounts
from migrate.run.task import BatchTask
from migrate.run.unchanged import Unchanged, is_as_left, v2_digest
from migrate.run.workplace import Workplace
from migrate.schema.arrow import TEXT, whole
from migrate.transform.identity import are_integers


def look(task: BatchTask, workplace: Workplace) -> Unchanged | None:
    """Return the members of a batch that is as the last run left it, told without its rows; else None."""
    if task.before is None:
        return None
    with workplace.source.snapshot(workplace.scope.cohorts) as snapshot:
        members = snapshot.member_numbers(task.bounds)
        fingerprint = snapshot.fingerprint(task.bounds)
        by_number = snapshot.has_numbers_for_members() and are_integers(members["member_id"])
    if digest_of_v2(task, workplace, fingerprint, members) != task.before.digests.v2:
        return None
    if _has_opened_account(workplace, members, by_number=by_number):
        return None
    cohorts = workplace.scope.cohorts
    is_everyone = not (task.bounds.members or cohorts)
    found = Unchanged(derived_ids(members), are_neighbours=is_everyone and by_number, cohorts=cohorts)
    if workplace.target.dialect.name == "sqlite":  # several that look would keep its writer waiting
        return found
    with workplace.reading.begin() as connection:
        return replace(found, as_left=True) if is_as_left(connection, task.before, found) else None


def _has_opened_account(workplace: Workplace, members: pa.Table, *, by_number: bool) -> bool:
    """Tell whether an account that was opened in v3 has the number of one of the members.

    by_number: whether their keys are numbers, so that accounts opened in v3 are known by their ids.
    """
    if not by_number or workplace.own_numbers is None:
        return bool(look_up_accounts(workplace, members, in_ledger=False).adopted)
    own = pa.array(workplace.own_numbers, TEXT)
    return bool(pc.any(pc.is_in(members["membership_number"], value_set=own)).as_py())


def digest_of_v2(task: BatchTask, workplace: Workplace, fingerprint: str, members: pa.Table) -> str:
    """Return the digest of what decides about a batch in v2; '' where v2 cannot tell (`v2_digest`)."""
    keys = whole(members["member_id"])
    damaged, lost_schemes = workplace.source.damaged, workplace.lost_schemes
    return v2_digest(fingerprint, keys, workplace.duplicates, damaged, lost_schemes, task.state)
