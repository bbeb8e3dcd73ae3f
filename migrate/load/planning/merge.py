"""The three-way merge of contract part 5, a table at a time and column by column.

For each value there are what was last loaded (base), what v2 says now (ours) and what v3 says now (theirs).
v3 takes ours only where v2 changed and its user did not; the base changes only where v3 takes a value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from migrate.load.base import decode_rows, encode_rows, encode_values, join_parts
from migrate.schema import v3
from migrate.schema.arrow import differ, no_rows, nowhere, whole
from migrate.schema.reasons import CONFLICT, KEPT_USER_EDIT

BaseReader = Callable[[pa.Array], pa.Array]
"""Keys of v2 rows in, their bases out, in the same order."""


@dataclass(frozen=True)
class Kept:
    """Values that stay as v3's users made them, for one column."""

    column: str
    code: str
    """`kept-user-edit` or `conflict`; of a withheld value, why v3 cannot take it."""
    v2_ids: pa.Array
    base: pa.Array
    """What was last loaded, encoded (migrate.load.base); NULL where the ledger has forgotten it."""
    ours: pa.Array
    theirs: pa.Array


class Withheld(NamedTuple):
    """New values of one column that v3 could not take: it stays as it is in these rows."""

    code: str
    where: pa.Array
    """For each of our rows, whether v3 cannot take its new value."""

    def among(self, mask: pa.Array) -> "Withheld":
        """Return the same for the rows for which a mask is true."""
        return Withheld(self.code, self.where.filter(mask))


class Ours(NamedTuple):
    """The rows that v2 gives for one v3 table, and for each of them what the merge has to know."""

    rows: pa.Table
    """`v2_id` and the written columns, canonical text."""
    migrated: pa.Array
    """Whether the ledger says that the row was loaded."""
    adopted: pa.Array
    """Whether its v3 row is its user's own account, of which every column is kept."""
    withheld: Mapping[str, Withheld]
    """Column → where v3 cannot take v2's new value."""

    def where(self, mask: pa.Array) -> "Ours":
        """Return those of the rows for which a mask is true."""
        return Ours(
            self.rows.filter(mask),
            self.migrated.filter(mask),
            self.adopted.filter(mask),
            {column: each.among(mask) for column, each in self.withheld.items()},
        )


@dataclass(frozen=True)
class TableMerge:
    """What is to happen to one v3 table. Frames hold `v2_id` and the table's written columns, as text."""

    table: Table
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


def merge_table(table: Table, ours: Ours, theirs: pa.Table, bases: BaseReader) -> TableMerge:
    """Merge the rows of one v3 table.

    theirs: `id` and the merged columns, canonical text. `bases` is asked only for rows that differ.
    """
    places = pc.index_in(whole(ours.rows["id"]), value_set=whole(theirs["id"]))
    exists = pc.is_valid(places)
    missing = pc.invert(exists)
    inserts = ours.rows.filter(pc.and_not(missing, ours.migrated))
    deleted = whole(ours.rows.filter(pc.and_(missing, ours.migrated))["v2_id"])
    met = ours.where(exists)
    merged = _Meeting(table, met, theirs.take(places.filter(exists)), bases).merge()
    names = v3.merged_columns(table)
    new = met.rows.filter(pc.invert(met.migrated))
    rebased = pa.concat_tables([*(_rebased(part, names) for part in (inserts, new)), merged.rebased])
    return TableMerge(
        table=table,
        inserts=inserts,
        updates=merged.updates,
        read=merged.read,
        rebased=rebased,
        deleted=deleted,
        met=met.rows.num_rows,
        kept=merged.kept,
    )


def _rebased(rows: pa.Table, names: tuple[str, ...]) -> pa.Table:
    base = encode_rows([whole(rows[name]) for name in names])
    return pa.table({"v2_id": rows["v2_id"], "base": base})


@dataclass(frozen=True)
class _Merged:
    """What the rows that v3 already has give to a `TableMerge`."""

    updates: pa.Table
    read: pa.Table
    rebased: pa.Table
    kept: list[Kept]


class _MergedColumn(NamedTuple):
    """One column of the rows that differ."""

    final: pa.Array
    """What v3 is to hold."""
    base: pa.Array
    """What the base is to say of it, encoded."""
    taken: pa.Array
    """Where v3 takes ours."""
    kept: list[Kept]


@dataclass(frozen=True)
class _Meeting:
    """Our rows that v3 already has, each beside v3's row."""

    table: Table
    ours: Ours
    theirs: pa.Table
    bases: BaseReader

    def merge(self) -> _Merged:
        """Merge the rows; bases are read only for those in which a value differs."""
        names = v3.merged_columns(self.table)
        ours, theirs = self.ours.rows, self.theirs
        differs = nowhere(ours.num_rows)
        for name in names:
            differs = pc.or_(differs, differ(ours[name], theirs[name]))
        if not pc.any(differs).as_py():
            return _Merged(ours.slice(0, 0), theirs.slice(0, 0), no_rows(("v2_id", "base")), [])
        differing = _Meeting(self.table, self.ours.where(differs), theirs.filter(differs), self.bases)
        return differing._merge_differing(names)

    def _merge_differing(self, names: tuple[str, ...]) -> _Merged:
        rows = self.ours.rows
        v2_ids = whole(rows["v2_id"])
        parts = decode_rows(self.bases(v2_ids), len(names))
        columns = {name: self._merge_column(name, part) for name, part in zip(names, parts, strict=True)}
        final = {name: column.final for name, column in columns.items()}
        updates = pa.table({"v2_id": v2_ids, "id": rows["id"], **final, "updated_at": rows["updated_at"]})
        rebased = pa.table({"v2_id": v2_ids, "base": join_parts([each.base for each in columns.values()])})
        updated = reduce(pc.or_, (column.taken for column in columns.values()))
        return _Merged(
            updates.filter(updated),
            self.theirs.filter(updated),
            rebased.filter(updated),
            [kept for column in columns.values() for kept in column.kept],
        )

    def _merge_column(self, name: str, recorded: pa.Array) -> _MergedColumn:
        """Decide one column. recorded: its base in each row, encoded; NULL where the ledger has none.

        A row without a ledger row counts as loaded with what v2 says now, and so does a value whose base is
        forgotten: what v3 then has otherwise is its user's.
        """
        ours, theirs, adopted = whole(self.ours.rows[name]), whole(self.theirs[name]), self.ours.adopted
        v2_says, v3_says = encode_values(ours), encode_values(theirs)
        loaded = pc.if_else(self.ours.migrated, recorded, v2_says)
        base = pc.coalesce(loaded, v2_says)
        changed = pc.not_equal(v2_says, base)
        edited = pc.or_(pc.not_equal(v3_says, base), adopted)
        apart = pc.not_equal(v2_says, v3_says)
        taken = pc.and_not(changed, edited)
        stays = {
            KEPT_USER_EDIT: pc.and_not(apart, pc.or_(changed, adopted)),
            CONFLICT: pc.and_(pc.and_(apart, edited), changed),
        }
        if name in self.ours.withheld:
            code, where = self.ours.withheld[name]
            stays = {code: pc.and_(taken, where), **stays}
            taken = pc.and_not(taken, where)
        sides = (whole(self.ours.rows["v2_id"]), loaded, ours, theirs)
        kept = [
            Kept(name, code, *(values.filter(mask) for values in sides))
            for code, mask in stays.items()
            if pc.any(mask).as_py()
        ]
        return _MergedColumn(pc.if_else(taken, ours, theirs), pc.if_else(taken, v2_says, base), taken, kept)
