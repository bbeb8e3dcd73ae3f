"""Which v3 accounts the members of a batch have, and who of them gets a number that somebody else has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from migrate.load.planning.adoption import AccountQuery, Accounts, find_accounts
from migrate.load.planning.taken_numbers import Claims, Keeps, claims_of
from migrate.run.workplace import Workplace
from migrate.schema import v2
from migrate.schema.arrow import TEXT, whole
from migrate.schema.frames import V2Batch
from migrate.schema.storable import cleaned
from migrate.transform.columns import series
from migrate.transform.identity import v3_ids


class Standing(NamedTuple):
    """What v3's accounts mean for the members of a batch."""

    accounts: Accounts = Accounts()
    taken: frozenset[str] = frozenset()
    """Who cannot have the number that v2 gives them."""
    waiting: frozenset[str] = frozenset()
    """Who can have it once members of other batches have been migrated."""


def find_standing(
    workplace: Workplace, members: pa.Table, *, in_ledger: bool, keeps: Keeps | None = None
) -> Standing:
    """Find out which accounts are the members' own, and who of them cannot have their number, or not yet.

    members: member_id and membership_number, as `numbers_of` gives them. in_ledger: whether the ledger can
    know any of them. keeps: for the run's last batch alone, when all others are done and nobody waits.
    """
    accounts = look_up_accounts(workplace, members, in_ledger=in_ledger)
    here = frozenset(members["member_id"].to_pylist())
    claims = _claims(workplace, members, accounts)
    if keeps is None:
        return Standing(accounts, claims.taken, claims.waiting(here))
    return Standing(accounts, claims.settled(here, keeps))


def look_up_accounts(workplace: Workplace, members: pa.Table, *, in_ledger: bool) -> Accounts:
    """Return which accounts are the members' own, and which are others' and have their numbers."""
    if not members.num_rows:
        return Accounts()
    keys = whole(members["member_id"])
    numbers = whole(members["membership_number"])
    query = AccountQuery(keys, numbers, derived_ids(members), _ids_of_lower(keys, workplace.duplicates))
    with workplace.reading.begin() as connection:
        return find_accounts(connection, query, in_ledger=in_ledger)


def numbers_of(batch: V2Batch) -> pa.Table:
    """Return member_id and membership_number, as v3 can store it, of a batch's members."""
    members = batch.tables.get("members")
    if members is None:
        return _as_members([], [])
    return _as_members(members["member_id"], members["membership_number"])


def derived_ids(members: pa.Table) -> pa.Array:
    """Return the v3 ids that the keys of v2's members give."""
    keys = series(whole(members["member_id"]))
    return pa.array(v3_ids("members", keys), TEXT)


def without_members(batch: V2Batch, members: frozenset[str]) -> V2Batch:
    """Leave some members and everything they own out of a batch."""
    left = {"members": pa.array(sorted(members), TEXT)}
    tables = {}
    for name, rows in batch.tables.items():
        key = v2.KEYS[name]
        column, parent = (key, name) if name == "members" else next(iter(v2.PARENTS[name].items()))
        out = rows[column].isin(left[parent].to_pylist())
        tables[name], left[name] = rows[~out].reset_index(drop=True), pa.array(rows.loc[out, key], TEXT)
    return replace(batch, tables=tables)


def _claims(workplace: Workplace, members: pa.Table, accounts: Accounts) -> Claims:
    """Return who can have their number, as far as this batch tells."""

    def numbers_in_v2(asked: Sequence[str]) -> dict[str, str | None]:
        staying = [member for member in asked if member not in workplace.duplicates]
        with workplace.source.snapshot() as snapshot:
            return snapshot.numbers_of(staying, workplace.scope.cohorts, workplace.scope.members)

    numbers = dict(zip(*(members[name].to_pylist() for name in members.column_names), strict=True))
    return claims_of(accounts, numbers, numbers_in_v2)


def _as_members(keys: Iterable[str], numbers: Iterable[str | None]) -> pa.Table:
    storable = cleaned(pa.array(numbers, TEXT))
    return pa.table({"member_id": pa.array(keys, TEXT), "membership_number": storable})


def _ids_of_lower(keys: pa.Array, duplicates: Mapping[str, str]) -> pa.Array:
    """Return for each member the v3 id of the one who has the same number and a lower key, NULL for most."""
    lower = pa.table({"member_id": pa.array(duplicates.values(), TEXT)})
    return derived_ids(lower).take(pc.index_in(keys, value_set=pa.array(list(duplicates), TEXT)))
