"""A batch read from v2, transformed, and compared with v3."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.extract.bounds import Bounds
from migrate.load.planning.plan import Elsewhere, LoadPlan
from migrate.load.planning.taken_numbers import Keeps
from migrate.run.accounts import Standing, derived_ids, find_standing, numbers_of, without_members
from migrate.run.workplace import Workplace
from migrate.schema import v2
from migrate.schema.arrow import TEXT, whole
from migrate.schema.frames import V2Batch, V3Batch
from migrate.transform.batch import transform_batch
from migrate.transform.columns import texts_of
from migrate.transform.decision_lookup import Decisions
from migrate.transform.identity import v3_ids


class Rows(NamedTuple):
    """The rows of a batch as they were read."""

    v2: V2Batch
    fingerprint: str = ""
    """Of what v2 holds of the batch; '' where nobody asked, or v2 cannot tell."""


class Compared(NamedTuple):
    """What came of comparing a batch with v3."""

    plan: LoadPlan
    version: str | None
    """The version that v3 will have of its members. '' where that cannot be told, or every run is to look at
    the batch in full; None where only the transaction that writes the batch can tell."""


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
    """What loading the batch would do to v3 as it was a moment ago; None where nobody has compared them yet.
    A user's change in between is noticed: the rows to be updated are locked and read once more first."""


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
    batch = replace(batch, duplicates=workplace.duplicates, taken=taken - accounts.moved)
    transformed = transform_batch(batch, accounts.adopted, workplace.rules, decisions)
    owners, elsewhere = owners_of(batch, transformed.fates), Elsewhere(taken, workplace.lost_schemes)
    return Prepared(batch, transformed, owners, accounts.adopted, elsewhere, fingerprint, waiting)


def owners_of(batch: V2Batch, fates: pd.DataFrame) -> pa.Array:
    """Return the id of each row's owner: its member, or itself where no member of the batch owns it."""
    members = numbers_of(batch)
    places = pc.index_in(pa.array(fates["member_id"], TEXT), value_set=whole(members["member_id"]))
    owners = derived_ids(members).take(places)
    unowned = pc.is_null(places)
    tables = pa.array(fates["v2_table"], TEXT)
    for name in tables.filter(unowned).unique().to_pylist():
        mask = pc.and_(unowned, pc.equal(tables, name))
        keys = fates.loc[mask.to_numpy(zero_copy_only=False), "v2_id"]
        owners = pc.replace_with_mask(owners, mask, pa.array(v3_ids(name, keys), TEXT))
    return owners


def raw_values(batch: V2Batch, table: str, column: str, keys: pa.Array) -> pa.LargeStringArray:
    """Return what v2 holds in a column of some rows, to the letter."""
    rows = batch.tables[table]
    if column not in rows.columns:
        return pa.nulls(len(keys), TEXT)
    places = pc.index_in(keys, value_set=pa.array(rows[v2.KEYS[table]], TEXT))
    return texts_of(rows, column).take(places)
