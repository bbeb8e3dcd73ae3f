"""Compares a prepared batch with what v3 and its ledger hold of it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection

from migrate.extract.bounds import Bounds
from migrate.load.lost_schemes import read_lost_schemes
from migrate.load.planning.lookups import Lookups
from migrate.load.planning.plan import Incoming, LoadPlan, plan_load
from migrate.load.present import NO_KEYS, Present, Wanted, read_bases, read_present
from migrate.load.versions import read_version, version_to_be
from migrate.run.accounts import derived_ids, numbers_of
from migrate.run.prepared import Compared, Prepared, raw_values
from migrate.run.task import BatchTask
from migrate.run.workplace import Workplace
from migrate.schema import frames
from migrate.schema.arrow import TEXT
from migrate.transform.identity import v3_ids
from migrate.transform.texts import shown


def compare(
    connection: Connection, task: BatchTask, workplace: Workplace, ready: Prepared, *, thorough: bool = False
) -> Compared:
    """Return what loading a batch would do to v3 as it is at this moment.

    thorough: rows are looked for by their keys and ids as well, not only by their owners, and the schemes
    that v3 has lost are read anew.
    """
    if thorough:  # a user may have deleted one in mid-run
        lost_schemes = read_lost_schemes(connection)
        ready = replace(ready, elsewhere=ready.elsewhere._replace(lost_schemes=lost_schemes))
    wanted = wanted_of(task.bounds, ready, thorough=thorough)
    in_ledger = thorough or not task.first
    version = read_version(connection, derived_ids(numbers_of(ready.v2))) if in_ledger else ""
    present = replace(read_present(connection, replace(wanted, in_ledger=in_ledger)), version=version)
    plan = compare_with(present, connection, workplace, ready)
    if plan.meets_unknown and not thorough:  # the ledger may have them
        return compare(connection, task, workplace, ready, thorough=True)
    alone = _stands_alone(ready, plan)
    return Compared(plan, version_to_be(connection, plan, present) if alone else "")


def _stands_alone(ready: Prepared, plan: LoadPlan) -> bool:
    """Tell whether only v2's and v3's rows of its own members decide what becomes of a batch.

    Two kinds of batches are looked at in full by every run: those with adopted members, who are found by
    their number and not by their id, and those in which other members' rows hold a value back.
    """
    others = ready.adopted or ready.elsewhere.taken or plan.depends_on_others
    return bool(ready.fingerprint) and not others


def compare_with(present: Present, connection: Connection, workplace: Workplace, ready: Prepared) -> LoadPlan:
    """Return what loading the batch would do to a v3 that holds this."""
    lookups = Lookups(
        bases=partial(read_bases, connection),
        raw=lambda table, column, keys: shown(raw_values(ready.v2, table, column, keys)).to_pylist(),
        find=partial(_still_in_v2, workplace),
    )
    names, catalogue = workplace.names, workplace.rules.catalogue
    incoming = Incoming(ready.v3, ready.owners, ready.elsewhere)
    return plan_load(incoming, present, lookups, names, catalogue)


def _still_in_v2(workplace: Workplace, table: str, keys: Sequence[str]) -> frozenset[str]:
    """Return those keys of a table that v2 has, whoever owns the rows now."""
    with workplace.source.snapshot() as snapshot:
        return snapshot.existing(table, keys)


def wanted_of(bounds: Bounds, ready: Prepared, *, thorough: bool = False) -> Wanted:
    """Return whom to look for in v3 and its ledger."""
    departed = pd.Series(bounds.members if bounds.kind == "departed" else (), dtype=frames.TEXT)
    owners = pa.concat_arrays([ready.owners, pa.array(v3_ids(bounds.table or "members", departed), TEXT)])
    ids = {name: pa.array(rows["id"], TEXT) for name, rows in ready.v3.rows.items()}
    members = ids.get("members", owners.slice(0, 0))
    if not thorough:
        return Wanted(owners, members, NO_KEYS, {})
    keys = pa.Table.from_pandas(ready.v3.fates[["v2_table", "v2_id"]], preserve_index=False)
    return Wanted(owners, members, keys, ids)
