"""One batch, from v2 to v3: the one function that every worker runs, wherever it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from migrate.extract.bounds import Bounds
from migrate.load.adoption import find_adopted
from migrate.load.apply import ChangedUnderneathError, apply_load
from migrate.load.counts import count_load
from migrate.load.plan import LoadPlan, plan_load
from migrate.load.present import Present, Wanted, read_bases, read_present
from migrate.load.refusals import is_refusal
from migrate.load.runs import finish_batch, finished_counts
from migrate.run.retry import retrying
from migrate.run.unchanged import Before, Unchanged, as_unchanged, is_as_left, v2_digest, v3_digest
from migrate.run.workplace import Workplace
from migrate.schema import v2
from migrate.schema.frames import TEXT, V2Batch, V3Batch
from migrate.transform.batch import transform_batch
from migrate.transform.decisions import Decisions
from migrate.transform.identity import v3_ids

ARROW_TEXT = pa.large_string()


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


@dataclass(frozen=True)
class Prepared:
    """A batch read and transformed, not yet compared with v3."""

    v2: V2Batch
    v3: V3Batch
    owners: pa.Array
    """For each row of `v3.fates`, the id of its owner."""
    adopted: Mapping[str, str]
    v2_digest: str = ""
    compared: tuple[Present, LoadPlan] | None = None
    """What v3 held a moment ago, and what loading the batch would then do. What a user changes meanwhile is
    noticed: rows are locked and looked at again before they are updated."""


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
            ready = prepared or prepare_task(task, workplace, decisions)
            prepared = None
            if isinstance(ready, Unchanged):
                counts = confirm(task, workplace, ready)
                if counts is not None:
                    return counts
                ready = _prepare_anew(task, workplace, decisions)
            try:
                return load(task, workplace, ready, thorough=thorough, bisect=bisect)
            except DBAPIError as error:
                if not is_refusal(error) or bisect:
                    raise
                thorough, bisect = True, thorough
                raise ChangedUnderneathError("refused") from error
    raise AssertionError("retrying either returns or raises")


def prepare_task(task: BatchTask, workplace: Workplace, decisions: Decisions) -> Prepared | Unchanged:
    """Read a batch in one snapshot, and transform it unless v2 is what it was."""
    batch = _read(task.bounds, workplace)
    digest = v2_digest(batch, task.state)
    unchanged = task.before is not None and digest == task.before.v2_digest
    if unchanged and not _look_up_adopted(workplace, batch, in_ledger=False):  # an account opened since then
        return Unchanged(pa.array(v3_ids("members", batch.tables["members"]["member_id"]), ARROW_TEXT))
    transformed = _transformed(batch, workplace, decisions, look_up=True, in_ledger=not task.first)
    return replace(transformed, v2_digest=digest)


def prepare_ahead(task: BatchTask, workplace: Workplace, decisions: Decisions) -> Prepared | Unchanged:
    """Do what `prepare_task` does and compare with v3 as well, while another batch is loaded."""
    ready = prepare_task(task, workplace, decisions)
    if workplace.target.dialect.name == "sqlite":  # its readers and its writer wait for each other
        return ready
    if isinstance(ready, Unchanged):
        with workplace.reading.begin() as connection:
            if task.before is not None and is_as_left(connection, task.before, ready.members):
                return replace(ready, as_left=True)
        ready = _prepare_anew(task, workplace, decisions)
    with workplace.reading.begin() as connection:
        return replace(ready, compared=_compared(connection, task, workplace, ready))


def _prepare_anew(task: BatchTask, workplace: Workplace, decisions: Decisions) -> Prepared:
    return prepare(task.bounds, workplace, decisions, state=task.state, in_ledger=not task.first)


def prepare(
    bounds: Bounds,
    workplace: Workplace,
    decisions: Decisions,
    *,
    look_up: bool = True,
    state: str = "",
    in_ledger: bool = True,
) -> Prepared:
    """Read a batch in one snapshot and transform it; without `look_up` v3 is taken to be empty."""
    batch = _read(bounds, workplace)
    digest = v2_digest(batch, state) if state else ""
    transformed = _transformed(batch, workplace, decisions, look_up=look_up, in_ledger=in_ledger)
    return replace(transformed, v2_digest=digest)


def _read(bounds: Bounds, workplace: Workplace) -> V2Batch:
    with workplace.source.snapshot(workplace.scope.cohorts) as snapshot:
        batch = snapshot.read_batch(bounds)
    return replace(batch, duplicates=dict(workplace.duplicates))


def _transformed(
    batch: V2Batch, workplace: Workplace, decisions: Decisions, *, look_up: bool, in_ledger: bool
) -> Prepared:
    adopted = _look_up_adopted(workplace, batch, in_ledger=in_ledger) if look_up else {}
    transformed = transform_batch(batch, adopted, workplace.rules, decisions)
    return Prepared(batch, transformed, owners_of(batch, transformed.fates), adopted)


def confirm(task: BatchTask, workplace: Workplace, ready: Unchanged) -> dict[str, Any] | None:
    """Mark a batch as done if v3, too, is as it was left, and return its counts; None if it is not."""
    before = task.before
    if before is None:
        return None
    with workplace.target.begin() as connection:
        done = finished_counts(connection, task.run_id, task.number)
        if done is not None:
            return done
        if not (ready.as_left or is_as_left(connection, before, ready.members)):
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
        done = finished_counts(connection, task.run_id, task.number)
        if done is not None:
            return done
        compared = None if thorough else ready.compared
        present, plan = compared or _compared(connection, task, workplace, ready, thorough=thorough)
        refusals = apply_load(connection, plan, task.run_id, workplace.names, catalogue, bisect=bisect)
        counts = count_load(plan, refusals)
        left = "" if refusals.rows or task.bounds.kind != "members" else v3_digest(plan, present)
        digests = (ready.v2_digest, left) if ready.v2_digest and left else (None, None)
        finish_batch(connection, task.run_id, task.number, counts, digests)
    return counts


def _compared(
    connection: Connection, task: BatchTask, workplace: Workplace, ready: Prepared, *, thorough: bool = False
) -> tuple[Present, LoadPlan]:
    wanted = wanted_of(task.bounds, ready, thorough=thorough)
    present = read_present(connection, replace(wanted, in_ledger=thorough or not task.first))
    return present, compare_with(present, connection, workplace, ready)


def compare_with(present: Present, connection: Connection, workplace: Workplace, ready: Prepared) -> LoadPlan:
    """Return what loading the batch would do to a v3 that holds this."""
    return plan_load(
        ready.v3,
        ready.owners,
        present,
        lambda table, keys: read_bases(connection, table, keys),
        workplace.names,
        lambda table, column, keys: raw_values(ready.v2, table, column, keys),
        workplace.rules.catalogue,
    )


def wanted_of(bounds: Bounds, ready: Prepared, *, thorough: bool = False) -> Wanted:
    """Return whom to look for in v3 and its ledger."""
    departed = pd.Series(bounds.members if bounds.kind == "departed" else (), dtype=TEXT)
    owners = pa.concat_arrays(
        [ready.owners, pa.array(v3_ids(bounds.table or "members", departed), ARROW_TEXT)]
    )
    members = (
        pa.array(ready.v3.rows["members"]["id"], ARROW_TEXT)
        if "members" in ready.v3.rows
        else owners.slice(0, 0)
    )
    keys = (
        ready.v3.fates[["v2_table", "v2_id"]] if thorough else ready.v3.fates[["v2_table", "v2_id"]].head(0)
    )
    ids = {name: pa.array(rows["id"], ARROW_TEXT) for name, rows in ready.v3.rows.items()} if thorough else {}
    return Wanted(owners, members, pa.Table.from_pandas(keys, preserve_index=False), ids)


def owners_of(batch: V2Batch, fates: pd.DataFrame) -> pa.Array:
    """Return the id of each row's owner: its member, or itself where no member of the batch owns it."""
    tables = pa.array(fates["v2_table"], ARROW_TEXT)
    own = pa.nulls(len(fates), ARROW_TEXT)
    for name in tables.unique().to_pylist():
        mask = pc.equal(tables, name)
        keys = fates.loc[mask.to_numpy(zero_copy_only=False), "v2_id"]
        own = pc.replace_with_mask(own, mask, pa.array(v3_ids(name, keys), ARROW_TEXT))
    if "members" not in batch.tables:
        return own
    members = pa.array(fates["member_id"], ARROW_TEXT)
    known = pc.is_in(members, value_set=pa.array(batch.tables["members"]["member_id"], ARROW_TEXT))
    return pc.if_else(known, pa.array(v3_ids("members", fates["member_id"]), ARROW_TEXT), own)


def raw_values(batch: V2Batch, table: str, column: str, keys: pa.Array) -> list[str | None]:
    """Return what v2 holds in a column of some rows, to the letter."""
    rows = batch.tables[table]
    if column not in rows.columns:
        return [None] * len(keys)
    places = pc.index_in(keys, value_set=pa.array(rows[v2.KEYS[table]], ARROW_TEXT))
    found: Sequence[str | None] = pa.array(rows[column], ARROW_TEXT).take(places).to_pylist()
    return list(found)


def _look_up_adopted(workplace: Workplace, batch: V2Batch, *, in_ledger: bool) -> dict[str, str]:
    members = batch.tables.get("members")
    if members is None or members.empty:
        return {}
    with workplace.reading.begin() as connection:
        return find_adopted(
            connection,
            pa.array(members["member_id"], ARROW_TEXT),
            pa.array(members["membership_number"], ARROW_TEXT),
            pa.array(v3_ids("members", members["member_id"]), ARROW_TEXT),
            in_ledger=in_ledger,
        )
