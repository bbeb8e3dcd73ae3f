"""The values of one v3 table beside those that v2 gives, whole columns at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from migrate.check.account import SHOWN, Difference
from migrate.load.base import decode_rows, encode_values, shortened
from migrate.load.canonical import ours_as_text
from migrate.load.names import V2Names
from migrate.load.planning.lookups import BasesOfTable
from migrate.schema import v3
from migrate.schema.arrow import TEXT, as_one_text, differ, nowhere, whole
from migrate.schema.frames import V3Batch

Earlier = Callable[[], Sequence[V3Batch]]
"""What the batch was to be under the decisions of earlier runs; asked only where something is apart."""


@dataclass
class ComparedValues:
    """What comparing values found: keys are v2 table and id as one text (`key_of`)."""

    keys: dict[str, list[pa.Array]] = field(default_factory=dict)
    """`different`, `deleted`, `edited` or `decided` → keys of the rows of which it is true."""
    edited: list[pa.Array] = field(default_factory=list)
    """Keys of edited values, with their v2 column (`place_of`)."""
    differences: list[Difference] = field(default_factory=list)

    def note(self, outcome: str, v2_table: str, v2_ids: pa.Array) -> None:
        """Keep the outcome of some rows."""
        if len(v2_ids):
            self.keys.setdefault(outcome, []).append(key_of(v2_table, v2_ids))

    def with_outcome(self, outcome: str) -> pa.Array:
        """Return the keys of the rows with an outcome, as `note` was given it."""
        return whole(pa.chunked_array(self.keys.get(outcome, []), TEXT))


@dataclass(frozen=True)
class TableComparison:
    """The rows of one v3 table that v2 gives, and v3's own rows."""

    table: Table
    ours: pa.Table
    """`v2_id` and the written columns, canonical text."""
    theirs: pa.Table
    """`id` and the merged columns, canonical text."""
    v3_ids: pa.Array
    """For each of ours the v3 id that the ledger has for it; NULL where none."""
    adopted: pa.Array
    """For each of ours, whether its v3 row is its user's own account."""
    names: V2Names
    bases: BasesOfTable
    forgotten: bool
    """Whether bases were removed from the ledger: what they would tell apart then counts as an edit."""
    earlier: Earlier
    withheld: Mapping[str, pa.Array]
    """Column → for each of ours, whether v3 cannot take what v2 gives, and so keeps what it has."""

    @property
    def v2_table(self) -> str:
        """Where the rows come from."""
        return self.names.table(self.table.name)

    def compare(self, into: ComparedValues) -> None:
        """Compare every value."""
        here = pc.index_in(self.v3_ids, value_set=whole(self.theirs["id"]))
        recorded, found = pc.is_valid(self.v3_ids), pc.is_valid(here)
        v2_ids = whole(self.ours["v2_id"])
        into.note("deleted", self.v2_table, v2_ids.filter(pc.and_not(recorded, found)))
        met = pc.and_(recorded, found)
        ours, theirs = self.ours.filter(met), self.theirs.take(here.filter(met))
        apart = {name: differ(ours[name], theirs[name]) for name in (*v3.merged_columns(self.table), "id")}
        rows = reduce(pc.or_, apart.values())
        if pc.any(rows).as_py():
            masks = {name: mask.filter(rows) for name, mask in apart.items()}
            nothing = pa.scalar(False)
            stays = {name: pc.or_(self.adopted, self.withheld.get(name, nothing)) for name in masks}
            stays = {name: mask.filter(met).filter(rows) for name, mask in stays.items()}
            self._compare_apart(ours.filter(rows), theirs.filter(rows), masks, stays, into)

    def _compare_apart(
        self,
        ours: pa.Table,
        theirs: pa.Table,
        apart: dict[str, pa.Array],
        stays: dict[str, pa.Array],
        into: ComparedValues,
    ) -> None:
        names = v3.merged_columns(self.table)
        v2_ids = whole(ours["v2_id"])
        bases = decode_rows(self.bases(self.v2_table, v2_ids), len(names))
        self._differ("id", ours, theirs, apart["id"], into)
        for name, base in zip(names, bases, strict=True):
            touched = pc.not_equal(encode_values(whole(theirs[name])), base)
            kept = pc.or_(pc.fill_null(touched, self.forgotten), stays[name])
            edited = pc.and_(apart[name], kept)
            column = self.names.column(self.table.name, name)
            into.note("edited", self.v2_table, v2_ids.filter(edited))
            into.edited.append(place_of(key_of(self.v2_table, v2_ids.filter(edited)), column))
            left = pc.and_not(apart[name], edited)
            decided = pc.and_(left, self._decided(name, ours, theirs, left))
            into.note("decided", self.v2_table, v2_ids.filter(decided))
            self._differ(name, ours, theirs, pc.and_not(left, decided), into)

    def _decided(self, name: str, ours: pa.Table, theirs: pa.Table, left: pa.Array) -> pa.Array:
        """Tell where v3 holds what v2 gave before the reviewers' latest decisions."""
        found = nowhere(ours.num_rows)
        if not pc.any(left).as_py():
            return found
        for batch in self.earlier():
            was = ours_as_text(batch.rows[self.table.name][["v2_id", name]])
            places = pc.index_in(whole(ours["v2_id"]), value_set=whole(was["v2_id"]))
            same = pc.invert(differ(whole(was[name]).take(places), whole(theirs[name])))
            found = pc.or_(found, pc.and_(pc.is_valid(places), same))
        return found

    def _differ(
        self, name: str, ours: pa.Table, theirs: pa.Table, mask: pa.Array, into: ComparedValues
    ) -> None:
        if pc.any(mask).as_py():
            ours, theirs = ours.filter(mask), theirs.filter(mask)
            into.note("different", self.v2_table, whole(ours["v2_id"]))
            into.differences += self._listed(name, ours.slice(0, SHOWN), theirs.slice(0, SHOWN))

    def _listed(self, name: str, ours: pa.Table, theirs: pa.Table) -> Iterator[Difference]:
        parts = (ours["v2_id"], theirs["id"], ours[name], theirs[name])
        for v2_id, v3_id, expected, found in zip(*(part.to_pylist() for part in parts), strict=True):
            place = ("different", self.v2_table, v2_id, self.table.name, v3_id, name)
            yield Difference(*place, shortened(expected), shortened(found))


def key_of(v2_table: str, v2_ids: pa.Array) -> pa.Array:
    """Return the keys of rows of one v2 table, as `migrate.load.present.ledger_keys` writes them."""
    return as_one_text(pa.scalar(v2_table, TEXT), v2_ids)


def place_of(keys: pa.Array, columns: str | pa.Array) -> pa.Array:
    """Return keys with their column as one text."""
    return as_one_text(keys, pa.scalar(columns, TEXT) if isinstance(columns, str) else columns)
