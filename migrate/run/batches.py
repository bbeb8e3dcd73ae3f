"""Cuts a run into batches: schemes first, members by key, then what no member owns."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from migrate.databases import read_table
from migrate.extract.bounds import Bounds
from migrate.extract.snapshot import Snapshot
from migrate.load.ledger.scope import Scope
from migrate.schema import ledger, v2
from migrate.schema.arrow import TEXT, whole
from migrate.transform.identity import TABLE_CODES

DEFAULT_SIZE = 3_500
_ORPHANS_PER_MEMBER = 10
"""How many rows a batch of orphans has for each member of a batch of members, who owns about as many."""
_MOST_NAMED = 5_000
"""Up to so many orphans are listed by key: a range from the first to the last may span the whole table."""

Stages = tuple[list[Bounds], list[Bounds], list[Bounds]]
"""Batches that may be worked on at once, stage after stage: schemes, members, the rest."""


class KnownKeys(NamedTuple):
    """What the ledger knows of, by keys of v2: a run's members, and whatever has no member."""

    members: pa.Array
    """Text."""
    unowned: pa.Table
    """v2_table and v2_id of schemes and orphans."""


def read_known_keys(target: Connection, scope: Scope) -> KnownKeys:
    """Return what the ledger knows of. Members who are listed by key are taken as they are listed."""
    members = pa.array(scope.members, TEXT) if scope.members else _recorded_members(target, scope)
    return KnownKeys(members, _recorded_without_member(target))


def cut(snapshot: Snapshot, scope: Scope, known: Callable[[], KnownKeys] | None, size: int) -> Stages:
    """Return the batches of a run.

    known: gives what the ledger knows of, asked when v2 has listed its keys; None where no ledger is to be
    asked.
    """
    keys = snapshot.member_keys() if not scope.members else pa.array(scope.members, TEXT)
    orphans = _orphan_keys(snapshot, scope, keys)
    departed = () if known is None else _departed(snapshot, scope, keys, orphans, known(), size)
    return [Bounds("schemes")], list(_members(scope, keys, size)), [*departed, *_orphans(orphans, size)]


def _members(scope: Scope, keys: pa.Array, size: int) -> Iterator[Bounds]:
    for start in range(0, len(keys), size):
        part = keys.slice(start, size)
        if scope.members:
            yield Bounds("members", members=tuple(part.to_pylist()))
        else:
            yield Bounds("members", first=part[0].as_py(), last=part[len(part) - 1].as_py())


def _orphan_keys(snapshot: Snapshot, scope: Scope, members: pa.Array) -> dict[str, pa.Array]:
    """Return table → its rows without a parent. They are of no cohort: only a run of everyone has them."""
    if scope.cohorts or scope.members:
        return {}
    return {table: snapshot.orphan_keys(table, members) for table in v2.PARENTS}


def _orphans(orphans: Mapping[str, pa.Array], size: int) -> Iterator[Bounds]:
    for table, keys in orphans.items():
        for start in range(0, len(keys), size * _ORPHANS_PER_MEMBER):
            yield _orphan_batch(table, keys.slice(start, size * _ORPHANS_PER_MEMBER))


def _orphan_batch(table: str, keys: pa.Array) -> Bounds:
    if len(keys) <= _MOST_NAMED:
        return Bounds("orphans", members=tuple(keys.to_pylist()), table=table)
    return Bounds("orphans", first=keys[0].as_py(), last=keys[len(keys) - 1].as_py(), table=table)


def _departed(
    snapshot: Snapshot,
    scope: Scope,
    members: pa.Array,
    orphans: Mapping[str, pa.Array],
    known: KnownKeys,
    size: int,
) -> Iterator[Bounds]:
    """Yield the batches of members, schemes and orphans that the ledger knows and v2 no longer has.

    What v3 has of them stays and is reported; the anomalies of those that never arrived are removed.
    """
    here = {"schemes": pa.array(sorted(snapshot.scheme_ids()), TEXT), **orphans}
    missing = {"members": list(scope.members) or _missing(known.members, members)}
    for table, keys in here.items():
        recorded = known.unowned.filter(pc.equal(known.unowned["v2_table"], table))
        missing[table] = _missing(recorded["v2_id"], keys)
    for table, keys in missing.items():
        existing = snapshot.existing(table, keys) if keys else frozenset()
        gone = tuple(key for key in keys if key not in existing)
        for start in range(0, len(gone), size):
            yield Bounds("departed", table=table, members=gone[start : start + size])


def _recorded_members(target: Connection, scope: Scope) -> pa.Array:
    rows = ledger.rows.c
    wanted = select(rows.v2_id).where(rows.v2_table == "members")
    if scope.cohorts:
        wanted = wanted.where(rows.cohort.in_(scope.cohorts))
    return whole(read_table(target, wanted)["v2_id"])


def _recorded_without_member(target: Connection) -> pa.Table:
    """Return v2_table and v2_id of the ledger's schemes and orphans: their ids come after all members'."""
    rows = ledger.rows.c
    last = f"{TABLE_CODES['members']:02x}".ljust(32, "f")
    return read_table(target, select(rows.v2_table, rows.v2_id).where(rows.owner_id > last))


def _missing(recorded: pa.Array | pa.ChunkedArray, here: pa.Array) -> list[str]:
    missing: list[str] = recorded.filter(pc.invert(pc.is_in(recorded, value_set=here))).to_pylist()
    return missing
