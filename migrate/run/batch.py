"""One batch, from v2 to v3: the one function that every worker runs, wherever it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from migrate.extract.bounds import Bounds
from migrate.load.apply import ChangedUnderneathError, apply_load
from migrate.load.batches import claim_batch, finish_batch
from migrate.load.counts import count_load
from migrate.load.indexes import complete_key
from migrate.load.lost_schemes import read_lost_schemes
from migrate.load.plan import Elsewhere, LoadPlan, plan_load
from migrate.load.present import Present, Wanted, read_bases, read_present
from migrate.load.refusals import is_refusal
from migrate.load.taken_numbers import Keeps
from migrate.load.versions import read_version, version_to_be
from migrate.run.accounts import (
    Standing,
    derived_ids,
    find_standing,
    look_up_accounts,
    numbers_of,
    without_members,
)
from migrate.run.retry import retrying
from migrate.run.unchanged import Before, Unchanged, as_unchanged, is_as_left, v2_digest, v3_digest
from migrate.run.workplace import Workplace
from migrate.schema import frames, v2
from migrate.schema.arrow import TEXT
from migrate.schema.frames import V2Batch, V3Batch
from migrate.transform.batch import transform_batch
from migrate.transform.decisions import Decisions
from migrate.transform.identity import are_integers, v3_ids


@dataclass(frozen=True)
class BatchTask:
    """What a worker is told to do."""

    run_id: str
    number: int
    bounds: Bounds
    state: str = ""
    """Of the rules, decisions and code that the run reads with."""
    before: Before | None = None
    """What the last batch of these bounds left behind."""
    first: bool = False
    """Whether the ledger was empty when the run began."""


class Rows(NamedTuple):
    """The rows of a batch as they were read."""

    v2: V2Batch
    fingerprint: str = ""
    """Of what v2 holds of the batch; '' where nobody asked, or v2 cannot tell."""


class Compared(NamedTuple):
    """A batch beside v3."""

    present: Present
    plan: LoadPlan
    version: str | None
    """Of what v3 holds of its members afterwards; '' where that cannot be told or is to be looked at each
    time, None where the transaction that writes it is to be asked."""


@dataclass(frozen=True)
class Prepared:
    """A batch read and transformed."""

    v2: V2Batch
    v3: V3Batch
    owners: pa.Array
    """For each row of `v3.fates`, the id of its owner."""
    adopted: Mapping[str, str]
    elsewhere: Elsewhere
    fingerprint: str = ""
    waiting: frozenset[str] = frozenset()
    """Members left out: somebody of another batch is to give up their number first."""
    compared: Compared | None = None
    """What v3 held a moment ago, and what loading the batch would then do; None where nobody has looked yet.
    What a user changes meanwhile is noticed: nobody else can write the rows that are to be updated when they
    are looked at again."""


def work_on(
    task: BatchTask, workplace: Workplace, decisions: Decisions, prepared: Prepared | Unchanged | None = None
) -> dict[str, Any]:
    """Migrate one batch and return its counts; a batch that is done already only returns them.

    Lost connections, deadlocks and rows that users change meanwhile are tried again, a bounded number of
    times. A value that v3 refuses is looked into: first by comparing with all that v3 holds, then row by row.
    Raises MigrationError when the tries are used up.
    """
    thorough = bisect = False
    for attempt in retrying():
        with attempt:
            ready = prepared or look(task, workplace) or prepare_task(task, workplace, decisions)
            prepared = None
            if isinstance(ready, Unchanged):
                counts = confirm(task, workplace, ready)
                if counts is not None:
                    return counts
                ready = prepare_task(task, workplace, decisions)
            try:
                return load(task, workplace, ready, thorough=thorough, bisect=bisect)
            except DBAPIError as error:
                if not is_refusal(error) or bisect:
                    raise
                complete_key(workplace.target)  # rows are looked up by it from here on
                thorough, bisect = True, thorough
                raise ChangedUnderneathError("refused") from error
    raise AssertionError("retrying either returns or raises")


def look(task: BatchTask, workplace: Workplace) -> Unchanged | None:
    """Tell whether a batch is what the last run left, without reading its rows; None where it is not."""
    if task.before is None:
        return None
    with workplace.source.snapshot(workplace.scope.cohorts) as snapshot:
        members = snapshot.member_numbers(task.bounds)
        fingerprint = snapshot.fingerprint(task.bounds)
        by_number = snapshot.has_numbers_for_members() and are_integers(members["member_id"])
    if _v2_digest(task, workplace, fingerprint, members) != task.before.v2_digest:
        return None
    if _has_opened_account(workplace, members, by_number=by_number):
        return None
    is_everyone = not (task.bounds.members or workplace.scope.cohorts)
    found = Unchanged(derived_ids(members), are_neighbours=is_everyone and by_number)
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


def prepare_ahead(
    task: BatchTask, workplace: Workplace, decisions: Decisions, rows: Rows | None = None
) -> Prepared:
    """Do what `prepare_task` does and compare with v3 as well, while another batch is loaded.

    rows: the batch's, where they have been read already.
    """
    ready = prepare_task(task, workplace, decisions, rows)
    with workplace.reading.begin() as connection:
        return replace(ready, compared=_compared(connection, task, workplace, ready))


def prepare_task(
    task: BatchTask, workplace: Workplace, decisions: Decisions, rows: Rows | None = None
) -> Prepared:
    """Read a batch and transform it."""
    rows = rows or read(task.bounds, workplace, marked=True)
    keeps = _whoever_still_has_it if task.bounds.waited else None
    return transform(rows, workplace, decisions, in_ledger=not task.first, keeps=keeps)


def _whoever_still_has_it(_: str) -> bool:
    """Tell that a number which v3 has of another batch's member by now stays with them."""
    return True


def read(bounds: Bounds, workplace: Workplace, *, marked: bool = False) -> Rows:
    """Read a batch in one snapshot. marked: a batch of members gets its fingerprint."""
    with workplace.source.snapshot(workplace.scope.cohorts) as snapshot:
        if marked and bounds.kind == "members":
            return Rows(*snapshot.read_marked(bounds))
        return Rows(snapshot.read_batch(bounds))


def transform(
    rows: Rows,
    workplace: Workplace,
    decisions: Decisions,
    *,
    look_up: bool = True,
    in_ledger: bool = True,
    keeps: Keeps | None = None,
) -> Prepared:
    """Transform the rows of a batch, without those of members who have to wait for their number.

    look_up: False takes v3 to be empty; in_ledger: whether the ledger can know any of the members. keeps: of
    the last batch, in which nobody waits (`find_standing`).
    """
    batch, fingerprint = rows
    members = numbers_of(batch)
    accounts, taken, waiting = (
        find_standing(workplace, members, in_ledger=in_ledger, keeps=keeps) if look_up else Standing()
    )
    if waiting:
        batch, fingerprint = without_members(batch, waiting), ""
    batch = replace(batch, duplicates=dict(workplace.duplicates), taken=taken - accounts.moved)
    transformed = transform_batch(batch, accounts.adopted, workplace.rules, decisions)
    owners, elsewhere = owners_of(batch, transformed.fates), Elsewhere(taken, workplace.lost_schemes)
    return Prepared(batch, transformed, owners, accounts.adopted, elsewhere, fingerprint, waiting)


def _v2_digest(task: BatchTask, workplace: Workplace, fingerprint: str, members: pa.Table) -> str:
    keys = members["member_id"].combine_chunks()
    doubles, damaged = dict(workplace.duplicates), workplace.source.damaged
    return v2_digest(fingerprint, keys, doubles, damaged, workplace.lost_schemes, task.state)


def confirm(task: BatchTask, workplace: Workplace, ready: Unchanged) -> dict[str, Any] | None:
    """Mark a batch as done if v3, too, is as it was left, and return its counts; None if it is not."""
    before = task.before
    if before is None:
        return None
    with workplace.target.begin() as connection:
        done = claim_batch(connection, task.run_id, task.number)
        if done is not None:
            return done
        if not (ready.as_left or is_as_left(connection, before, ready)):
            return None
        counts = as_unchanged(before.counts)
        digests = (before.v2_digest, before.v3_digest)
        finish_batch(connection, task.run_id, task.number, counts, digests)
    return counts


def load(
    task: BatchTask, workplace: Workplace, ready: Prepared, *, thorough: bool, bisect: bool
) -> dict[str, Any]:
    """Write a batch and its ledger in one transaction, and return its counts."""
    catalogue = workplace.rules.catalogue
    with workplace.target.begin() as connection:
        done = claim_batch(connection, task.run_id, task.number)
        if done is not None:
            return done
        compared = None if thorough else ready.compared
        compared = compared or _compared(connection, task, workplace, ready, thorough=thorough)
        plan = compared.plan
        refusals = apply_load(connection, plan, task.run_id, workplace.names, catalogue, bisect=bisect)
        counts = count_load(plan, catalogue, refusals)
        refused = refusals.rows or refusals.changes  # which are tried again by each run
        digests = (None, None) if refused else _digests(connection, task, workplace, ready, compared)
        finish_batch(connection, task.run_id, task.number, counts, digests, waiting=sorted(ready.waiting))
    return counts


def _digests(
    connection: Connection, task: BatchTask, workplace: Workplace, ready: Prepared, compared: Compared
) -> tuple[str | None, str | None]:
    """Return what tells the next run that nothing has changed: v2's digest and v3's; None for always look."""
    members = numbers_of(ready.v2)
    present, plan, version = compared
    if version is None:
        version = version_to_be(connection, plan, present, is_writer=True)
    left = v3_digest(read_version(connection, derived_ids(members)) if version is None else version)
    return (_v2_digest(task, workplace, ready.fingerprint, members), left) if left else (None, None)


def _compared(
    connection: Connection, task: BatchTask, workplace: Workplace, ready: Prepared, *, thorough: bool = False
) -> Compared:
    if thorough:  # a user may have deleted one in mid-run
        lost_schemes = read_lost_schemes(connection)
        ready = replace(ready, elsewhere=ready.elsewhere._replace(lost_schemes=lost_schemes))
    wanted = wanted_of(task.bounds, ready, thorough=thorough)
    in_ledger = thorough or not task.first
    version = read_version(connection, derived_ids(numbers_of(ready.v2))) if in_ledger else ""
    present = replace(read_present(connection, replace(wanted, in_ledger=in_ledger)), version=version)
    plan = compare_with(present, connection, workplace, ready)
    if plan.meets_unknown and not thorough:  # or the ledger would refuse what it knows of another owner
        return _compared(connection, task, workplace, ready, thorough=True)
    alone = _stands_alone(ready, plan)
    return Compared(present, plan, version_to_be(connection, plan, present) if alone else "")


def _stands_alone(ready: Prepared, plan: LoadPlan) -> bool:
    """Tell whether v2's and v3's rows of a batch's members are all that decides what becomes of it.

    Adopted members are found by their number, not by their id, so their batches are always looked at; and so
    are those of which rows of others keep something back.
    """
    others = ready.adopted or ready.elsewhere.taken or plan.depends_on_others
    return bool(ready.fingerprint) and not others


def compare_with(present: Present, connection: Connection, workplace: Workplace, ready: Prepared) -> LoadPlan:
    """Return what loading the batch would do to a v3 that holds this."""
    return plan_load(
        ready.v3,
        ready.owners,
        present,
        lambda table, keys: read_bases(connection, table, keys),
        workplace.names,
        lambda table, column, keys: raw_values(ready.v2, table, column, keys),
        lambda table, keys: _still_in_v2(workplace, table, keys),
        workplace.rules.catalogue,
        ready.elsewhere,
    )


def _still_in_v2(workplace: Workplace, table: str, keys: Sequence[str]) -> frozenset[str]:
    """Return those keys of a table that v2 has, whoever owns the rows now."""
    with workplace.source.snapshot() as snapshot:
        return snapshot.existing(table, keys)


def wanted_of(bounds: Bounds, ready: Prepared, *, thorough: bool = False) -> Wanted:
    """Return whom to look for in v3 and its ledger."""
    departed = pd.Series(bounds.members if bounds.kind == "departed" else (), dtype=frames.TEXT)
    owners = pa.concat_arrays([ready.owners, pa.array(v3_ids(bounds.table or "members", departed), TEXT)])
    members = (
        pa.array(ready.v3.rows["members"]["id"], TEXT) if "members" in ready.v3.rows else owners.slice(0, 0)
    )
    keys = (
        ready.v3.fates[["v2_table", "v2_id"]] if thorough else ready.v3.fates[["v2_table", "v2_id"]].head(0)
    )
    ids = {name: pa.array(rows["id"], TEXT) for name, rows in ready.v3.rows.items()} if thorough else {}
    return Wanted(owners, members, pa.Table.from_pandas(keys, preserve_index=False), ids)


def owners_of(batch: V2Batch, fates: pd.DataFrame) -> pa.Array:
    """Return the id of each row's owner: its member, or itself where no member of the batch owns it."""
    members = numbers_of(batch)
    places = pc.index_in(pa.array(fates["member_id"], TEXT), value_set=members["member_id"].combine_chunks())
    owners = derived_ids(members).take(places)
    unowned = pc.is_null(places)
    tables = pa.array(fates["v2_table"], TEXT)
    for name in tables.filter(unowned).unique().to_pylist():
        mask = pc.and_(unowned, pc.equal(tables, name))
        keys = fates.loc[mask.to_numpy(zero_copy_only=False), "v2_id"]
        owners = pc.replace_with_mask(owners, mask, pa.array(v3_ids(name, keys), TEXT))
    return owners


def raw_values(batch: V2Batch, table: str, column: str, keys: pa.Array) -> list[str | None]:
    """Return what v2 holds in a column of some rows, to the letter."""
    rows = batch.tables[table]
    if column not in rows.columns:
        return [None] * len(keys)
    places = pc.index_in(keys, value_set=pa.array(rows[v2.KEYS[table]], TEXT))
    found: Sequence[str | None] = pa.array(rows[column], TEXT).take(places).to_pylist()
    return list(found)
