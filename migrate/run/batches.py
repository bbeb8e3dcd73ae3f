"""Cuts a run into batches: schemes first, members by key, then what no member owns."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from migrate.databases import read_table
from migrate.extract.bounds import Bounds
from migrate.extract.snapshot import Snapshot
from migrate.load.scope import Scope
from migrate.schema import ledger, v2
from migrate.schema.arrow import TEXT, whole

DEFAULT_SIZE = 3_500
_ORPHANS_A_MEMBER = 10  # an orphan batch holds rows of one table, a member's batch about as many of all
_NAMED_ORPHANS = 5_000
"""A few are named: from the first to the last of them it may be the whole table."""

Stages = tuple[list[Bounds], list[Bounds], list[Bounds]]
"""Batches that may be worked on at once, stage after stage: schemes, members, the rest."""


def cut(snapshot: Snapshot, scope: Scope, target: Connection | None, size: int) -> Stages:
    """Return the batches of a run; `target` is None where v3 has no ledger yet."""
    keys = snapshot.member_keys() if not scope.members else pa.array(scope.members, TEXT)
    rest = [*_departed(snapshot, scope, keys, target, size), *_orphans(snapshot, scope, keys, size)]
    return [Bounds("schemes")], list(_members(scope, keys, size)), rest


def _members(scope: Scope, keys: pa.Array, size: int) -> Iterator[Bounds]:
    for start in range(0, len(keys), size):
        part = keys.slice(start, size)
        if scope.members:
            yield Bounds("members", members=tuple(part.to_pylist()))
        else:
            yield Bounds("members", first=part[0].as_py(), last=part[len(part) - 1].as_py())


def _orphans(snapshot: Snapshot, scope: Scope, members: pa.Array, size: int) -> Iterator[Bounds]:
    """Cut the rows without a parent; they belong to no cohort, so only a run of everyone has them."""
    if scope.cohorts or scope.members:
        return
    for table in v2.PARENTS:
        keys = snapshot.orphan_keys(table, members)
        for start in range(0, len(keys), size * _ORPHANS_A_MEMBER):
            yield _orphan_batch(table, keys.slice(start, size * _ORPHANS_A_MEMBER))


def _orphan_batch(table: str, keys: pa.Array) -> Bounds:
    if len(keys) <= _NAMED_ORPHANS:
        return Bounds("orphans", members=tuple(keys.to_pylist()), table=table)
    return Bounds("orphans", first=keys[0].as_py(), last=keys[len(keys) - 1].as_py(), table=table)


def _departed(
    snapshot: Snapshot, scope: Scope, keys: pa.Array, target: Connection | None, size: int
) -> Iterator[Bounds]:
    """Cut the members and schemes that were migrated and that v2 no longer has."""
    if target is None or scope.members:
        return
    members = _missing(_migrated(target, "members", scope.cohorts), keys)
    existing = snapshot.existing("members", members) if members else frozenset()
    gone = [member for member in members if member not in existing]
    schemes = pa.array(sorted(snapshot.scheme_ids()), TEXT)
    for table, missing in (
        ("members", gone),
        ("schemes", _missing(_migrated(target, "schemes", ()), schemes)),
    ):
        for start in range(0, len(missing), size):
            yield Bounds("departed", table=table, members=tuple(missing[start : start + size]))


def _migrated(target: Connection, table: str, cohorts: Sequence[str]) -> pa.Array:
    rows = ledger.rows.c
    wanted = select(rows.v2_id).where(rows.v2_table == table, rows.fate == "migrated")
    if cohorts:
        wanted = wanted.where(rows.cohort.in_(cohorts))
    return whole(read_table(target, wanted)["v2_id"])


def _missing(known: pa.Array, here: pa.Array) -> list[str]:
    missing: list[str] = known.filter(pc.invert(pc.is_in(known, value_set=here))).to_pylist()
    return missing
