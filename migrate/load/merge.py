"""The three-way merge of contract part 5, a table at a time and column by column.

For each value there are what was last loaded (base), what v2 says now (ours) and what v3 says now (theirs).
v3 takes ours only where v2 changed and its user did not; the base changes only where v3 takes a value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from migrate.load.base import decode_rows, encode_rows, encode_values, join_parts
from migrate.schema import v3
from migrate.schema.arrow import differ, no_rows, nowhere, whole

BaseReader = Callable[[pa.Array], pa.Array]
"""Keys of v2 rows in, their bases out, in the same order."""


@dataclass(frozen=True)
class Kept:
    """Values that stay as v3's users made them, for one column."""

    column: str
    code: str
    """`kept-user-edit` or `conflict`; or why v3 cannot take v2's new value, of what was withheld."""
    v2_ids: pa.Array
    base: pa.Array
    """What was last loaded, encoded (migrate.load.base)."""
    ours: pa.Array
    theirs: pa.Array


class Withheld(NamedTuple):
    """New values of one column that v3 could not take: it stays as it is in these rows."""

    code: str
    where: pa.Array
    """For each of ours, whether it is so."""

    def among(self, mask: pa.Array) -> "Withheld":
        """Return what is true of some of the rows."""
        return Withheld(self.code, self.where.filter(mask))


@dataclass(frozen=True)
class TableMerge:
    """What is to happen to one v3 table. Frames hold `v2_id` and the table's written columns, as text."""

    table: Table
    ids: pa.Array
    """The v3 ids of all of ours."""
    inserts: pa.Table
    updates: pa.Table
    """The final values of rows in which v3 takes at least one."""
    read: pa.Table
    """What the updated rows held when the merge was made: id and the merged columns."""
    rebased: pa.Table
    """v2_id and base of each row whose base changes: inserted, updated, or found without a ledger row."""
    deleted: pa.Array
    """v2_ids of rows that were loaded once and that a user has deleted since."""
    met: int
    """How many of the rows v3 has already."""
    kept: list[Kept] = field(default_factory=list)


def merge_table(
    table: Table,
    ours: pa.Table,
    theirs: pa.Table,
    migrated: pa.Array,
    adopted: pa.Array,
    bases: BaseReader,
    withheld: Mapping[str, Withheld],
) -> TableMerge:
    """Merge the rows of one v3 table.

    ours: `v2_id` and the written columns; theirs: `id` and the merged columns; both canonical text.
    migrated: for each of ours, whether the ledger says that it was loaded; adopted: whether its v3 row is its
    user's own, every column of which is kept. `bases` is asked only for rows that differ. withheld: column →
    where v3 could not take what v2 has made of it.
    """
    places = pc.index_in(whole(ours["id"]), value_set=whole(theirs["id"]))
    exists = pc.is_valid(places)
    inserts = ours.filter(pc.and_not(pc.invert(exists), migrated))
    deleted = whole(ours.filter(pc.and_(pc.invert(exists), migrated))["v2_id"])
    met = ours.filter(exists)
    facing = theirs.take(places.filter(exists))
    unrecorded = pc.invert(migrated.filter(exists))
    meeting = _Meeting(
        table, met, facing, unrecorded, adopted.filter(exists), bases, _those(withheld, exists)
    )
    merged = meeting.merge()
    names = v3.merged_columns(table)
    new = met.filter(unrecorded)
    rebased = pa.concat_tables([*(_rebased(part, names) for part in (inserts, new)), merged.rebased])
    return TableMerge(
        table=table,
        ids=whole(ours["id"]),
        inserts=inserts,
        updates=merged.updates,
        read=merged.read,
        rebased=rebased,
        deleted=deleted,
        met=met.num_rows,
        kept=merged.kept,
    )


def _rebased(rows: pa.Table, names: tuple[str, ...]) -> pa.Table:
    base = encode_rows([whole(rows[name]) for name in names])
    return pa.table({"v2_id": rows["v2_id"], "base": base})


@dataclass(frozen=True)
class _Merged:
    updates: pa.Table
    read: pa.Table
    rebased: pa.Table
    kept: list[Kept]


@dataclass(frozen=True)
class _Meeting:
    """Rows of ours that v3 has, each beside its own of theirs."""

    table: Table
    ours: pa.Table
    theirs: pa.Table
    unrecorded: pa.Array
    adopted: pa.Array
    bases: BaseReader
    withheld: Mapping[str, Withheld]

    def merge(self) -> _Merged:
        names = v3.merged_columns(self.table)
        differs = nowhere(self.ours.num_rows)
        for name in names:
            differs = pc.or_(differs, differ(self.ours[name], self.theirs[name]))
        if not pc.any(differs).as_py():
            return _Merged(self.ours.slice(0, 0), self.theirs.slice(0, 0), no_rows(("v2_id", "base")), [])
        return _Meeting(
            self.table,
            self.ours.filter(differs),
            self.theirs.filter(differs),
            self.unrecorded.filter(differs),
            self.adopted.filter(differs),
            self.bases,
            _those(self.withheld, differs),
        )._merge_differing(names)

    def _merge_differing(self, names: tuple[str, ...]) -> _Merged:
        v2_ids = whole(self.ours["v2_id"])
        parts = decode_rows(self.bases(v2_ids), len(names))
        final, rebased, kept = {}, [], []
        updated = nowhere(len(v2_ids))
        for name, part in zip(names, parts, strict=True):
            ours, theirs = whole(self.ours[name]), whole(self.theirs[name])
            new, old = encode_values(ours), encode_values(theirs)
            base = pc.if_else(self.unrecorded, new, pc.coalesce(part, new))
            sides = (v2_ids, base, ours, theirs)
            changed = pc.not_equal(new, base)
            edited = pc.or_(pc.not_equal(old, base), self.adopted)
            apart = pc.not_equal(new, old)
            take = pc.and_not(changed, edited)
            if name in self.withheld:
                code, where = self.withheld[name]
                kept += _kept(name, code, pc.and_(take, where), sides)
                take = pc.and_not(take, where)
            updated = pc.or_(updated, take)
            final[name] = pc.if_else(take, ours, theirs)
            rebased.append(pc.if_else(take, new, base))
            stays = pc.and_not(apart, pc.or_(changed, self.adopted))
            conflict = pc.and_(pc.and_(apart, edited), changed)
            for code, mask in (("kept-user-edit", stays), ("conflict", conflict)):
                kept += _kept(name, code, mask, sides)
        rows = pa.table(
            {"v2_id": v2_ids, "id": self.ours["id"], **final, "updated_at": self.ours["updated_at"]}
        )
        base_rows = pa.table({"v2_id": v2_ids, "base": join_parts(rebased)})
        return _Merged(rows.filter(updated), self.theirs.filter(updated), base_rows.filter(updated), kept)


def _those(withheld: Mapping[str, Withheld], mask: pa.Array) -> Mapping[str, Withheld]:
    return {column: each.among(mask) for column, each in withheld.items()}


def _kept(column: str, code: str, mask: pa.Array, sides: tuple[pa.Array, ...]) -> list[Kept]:
    """Return the values where a mask is true, if there are any; sides: what `Kept` holds of each row."""
    return [Kept(column, code, *(values.filter(mask) for values in sides))] if pc.any(mask).as_py() else []
