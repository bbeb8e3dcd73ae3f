"""One batch, from v2 to v3: the one function that every worker runs, wherever it is."""

from collections import Counter
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from migrate.load.applying.alterations import check_at_once
from migrate.load.applying.apply import apply_load
from migrate.load.applying.counts import add_counts, count_load, counts_of_both
from migrate.load.applying.surviving import is_refusal
from migrate.load.applying.touched_again import touched_again
from migrate.load.ledger.batches import Digests, claim_batch, finish_batch
from migrate.load.ledger.indexes import complete_key
from migrate.load.versions import version_of_inserted
from migrate.run.accounts import derived_ids, numbers_of
from migrate.run.comparing import compare
from migrate.run.looking import digest_of_v2, look
from migrate.run.prepared import Compared, Prepared, Rows, read, transform
from migrate.run.retry import retrying
from migrate.run.task import BatchTask
from migrate.run.unchanged import Unchanged, as_unchanged, is_as_left, v3_digest
from migrate.run.workplace import Workplace
from migrate.transform.decision_lookup import Decisions


class Precautions(NamedTuple):
    """What is done beside the usual with a batch that v3 has refused."""

    thorough: bool = False
    """Whether v3 is asked for the rows by their own keys and ids too, not only by those of their owners."""
    bisect: bool = False
    """Whether the rows that v3 refuses are found, and all others written."""
    at_once: bool = False
    """Whether v3 checks with each statement what it would otherwise check at the end of the transaction."""


_ESCALATION = (  # one step further each time that v3 refuses the batch
    Precautions(),
    Precautions(thorough=True),
    Precautions(thorough=True, bisect=True),
    Precautions(thorough=True, bisect=True, at_once=True),  # last: others may yet make a row valid
)


def work_on(
    task: BatchTask, workplace: Workplace, decisions: Decisions, prepared: Prepared | Unchanged | None = None
) -> dict[str, Any]:
    """Migrate one batch and return its counts; a batch that is done already only returns them.

    After a lost connection or a deadlock, and where users have changed rows meanwhile, the batch is tried
    again, a bounded number of times; where v3 refuses a value, at once and with the next step of precautions.
    Raises the last error when the attempts are used up, MigrationError where trying again cannot help.
    """
    for attempt in retrying():
        with attempt:
            ready, prepared = prepared, None  # what was prepared is out of date when a batch is tried again
            return _work_with_precautions(task, workplace, decisions, ready)
    raise AssertionError("retrying either returns or raises")


def _work_with_precautions(
    task: BatchTask, workplace: Workplace, decisions: Decisions, ready: Prepared | Unchanged | None
) -> dict[str, Any]:
    """Work on a batch once for each step of precautions that it takes until v3 no longer refuses it."""
    for precautions in _ESCALATION:
        try:
            return _work_once(task, workplace, decisions, ready, precautions)
        except DBAPIError as error:
            if precautions is _ESCALATION[-1] or not is_refusal(error):
                raise
            complete_key(workplace.target)  # rows are looked up by it from here on
        ready = None
    raise AssertionError("the last step either returns or raises")


def _work_once(
    task: BatchTask,
    workplace: Workplace,
    decisions: Decisions,
    ready: Prepared | Unchanged | None,
    precautions: Precautions,
) -> dict[str, Any]:
    ready = ready or look(task, workplace) or prepare_task(task, workplace, decisions)
    if isinstance(ready, Unchanged):
        counts = confirm(task, workplace, ready)
        if counts is not None:
            return counts
        ready = prepare_task(task, workplace, decisions)
    return load(task, workplace, ready, precautions)


def prepare_ahead(
    task: BatchTask, workplace: Workplace, decisions: Decisions, rows: Rows | None = None
) -> Prepared:
    """Prepare a batch and compare it with v3 as well, while another batch is loaded.

    rows: the batch's, where they have been read already.
    """
    ready = prepare_task(task, workplace, decisions, rows)
    with workplace.reading.begin() as connection:
        return replace(ready, compared=compare(connection, task, workplace, ready))


def prepare_task(
    task: BatchTask, workplace: Workplace, decisions: Decisions, rows: Rows | None = None
) -> Prepared:
    """Read a batch and transform it."""
    rows = rows or read(task.bounds, workplace, marked=True)
    keeps = _whoever_still_has_it if task.bounds.waited else None
    return transform(rows, workplace, decisions, in_ledger=not task.first, keeps=keeps)


def _whoever_still_has_it(_: str) -> bool:
    """Return True: whoever still has a number in v3 after all other batches keeps it."""
    return True


def confirm(task: BatchTask, workplace: Workplace, ready: Unchanged) -> dict[str, Any] | None:
    """Mark a batch as done if v3, too, is as it was left, and return its counts; None if it is not.

    One that the run did before it was stopped stays marked as it was.
    """
    before = task.before
    if before is None:
        return None
    with workplace.target.begin() as connection:
        claim = claim_batch(connection, task.run_id, task.number, again=task.done_at)
        if claim.is_done:
            return claim.counts
        if not (ready.as_left or is_as_left(connection, before, ready)):
            return None
        if claim.counts is not None:
            return as_unchanged(claim.counts)
        counts = as_unchanged(before.counts)
        finish_batch(connection, task.run_id, task.number, counts, before.digests)
    return counts


def load(task: BatchTask, workplace: Workplace, ready: Prepared, precautions: Precautions) -> dict[str, Any]:
    """Write a batch and its ledger in one transaction, and return its counts."""
    catalogue = workplace.rules.catalogue
    with workplace.target.begin() as connection:
        claim = claim_batch(connection, task.run_id, task.number, again=task.done_at)
        if claim.is_done and claim.counts is not None:
            return claim.counts
        if precautions.at_once:
            check_at_once(connection)
        thorough, bisect = precautions.thorough, precautions.bisect
        compared = None if thorough else ready.compared
        compared = compared or compare(connection, task, workplace, ready, thorough=thorough)
        plan = compared.plan
        again = touched_again(connection, plan, task.run_id, workplace.names) if task.resumed else None
        refusals = apply_load(connection, plan, task.run_id, workplace.names, catalogue, bisect=bisect)
        counts = count_load(plan, catalogue, refusals)
        if again is not None:
            twice = Counter(refusals.without_changes(again)["v3_table"].to_pylist())
            counts = counts_of_both(claim.counts or add_counts([]), counts, twice)
        refused = refusals.rows or refusals.changes  # these are tried again by every run
        digests = None if refused else _digests(connection, task, workplace, ready, compared)
        finish_batch(connection, task.run_id, task.number, counts, digests, waiting=sorted(ready.waiting))
    return counts


def _digests(
    connection: Connection, task: BatchTask, workplace: Workplace, ready: Prepared, compared: Compared
) -> Digests | None:
    """Return what the next run compares to see that nothing has changed; None where it must look in full."""
    members, version = numbers_of(ready.v2), compared.version
    if version is None:
        version = version_of_inserted(connection, compared.plan, derived_ids(members))
    if not version:
        return None
    return Digests(digest_of_v2(task, workplace, ready.fingerprint, members), v3_digest(version))
