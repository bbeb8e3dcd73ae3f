"""What loading a batch will do, as an object: `plan` counts it, `run` applies it, and so the two agree."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from migrate.load.anomalies import AnomalyChange, Finder, RawReader, anomaly_change, reported
from migrate.load.canonical import ours_as_text
from migrate.load.merge import TableMerge, merge_table
from migrate.load.names import V2Names
from migrate.load.present import Present, ledger_keys
from migrate.rulebook.anomalies import Catalogue
from migrate.schema import v3
from migrate.schema.frames import V3Batch

TEXT = pa.large_string()
FATE_NAMES = ("v2_table", "v2_id", "member_id", "cohort", "fate", "reason", "v3_table", "v3_id", "owner_id")


@dataclass(frozen=True)
class LoadPlan:
    """Everything that one batch will write, as frames of text."""

    tables: dict[str, TableMerge]
    """v3 table → its merge."""
    fates: pa.Table
    """FATE_NAMES: the fate of every v2 row of the batch, as the ledger will say it."""
    new_fates: pa.Table
    """Those of which the ledger has no row yet."""
    changed_fates: pa.Table
    """Those whose ledger row says something else, and the run_id that stays with them: that of the run which
    gave the fate, NULL where this one does."""
    moved: pa.Table
    """v2_table, v2_id and owner_id before of rows from another owner: what was said of them there goes."""
    anomalies: AnomalyChange


BaseReader = Callable[[str, pa.Array], pa.Array]
"""A v2 table and keys of its rows in, their bases out."""


def plan_load(
    batch: V3Batch,
    owners: pa.Array,
    present: Present,
    bases: BaseReader,
    names: V2Names,
    raw: RawReader,
    find: Finder,
    catalogue: Catalogue,
) -> LoadPlan:
    """Compare a batch with what v3 and its ledger hold.

    owners: for each row of `batch.fates` the id of its member, or its own where no member owns it.
    raw: gives what v2 holds in a column, for the values that stay as users made them.
    find: tells which rows v2 still has, of those that the batch's owners had once.
    """
    fates = ours_as_text(batch.fates).append_column("owner_id", owners)
    known = _Known(fates, present.ledger)
    tables: dict[str, TableMerge] = {}
    homeless: list[pa.Table] = []
    losing: set[str] = set()
    for table in v3.LOAD_ORDER:
        if table.name not in batch.rows:
            continue
        name = names.table(table.name)
        ours = ours_as_text(batch.rows[table.name])
        ours, orphaned = _with_living_parents(table.name, ours, present, tables, losing)
        homeless.append(_keys(name, orphaned))
        if orphaned.num_rows:
            losing.add(table.name)
        tables[table.name] = merge_table(
            table,
            ours,
            present.theirs(table),
            known.migrated(name, ours["v2_id"]),
            _adopted(table.name, ours, fates),
            lambda ids, name=name: bases(name, ids),  # type: ignore[misc]
        )
    fates = _rejected(fates, pa.concat_tables(homeless) if homeless else _keys("", _no_rows()))
    recorded = known.as_recorded(fates)
    found = reported(batch.anomalies, fates, tables, present.ledger, names, raw, find, catalogue)
    return LoadPlan(
        tables=tables,
        fates=recorded,
        new_fates=recorded.filter(pc.is_null(known.places)),
        moved=known.moved(recorded),
        changed_fates=known.with_runs(recorded).filter(known.changed(recorded)),
        anomalies=anomaly_change(found, present.anomalies),
    )


class _Known:
    """The batch's rows beside their ledger rows."""

    def __init__(self, fates: pa.Table, ledger: pa.Table) -> None:
        self._ledger = ledger
        self.places = pc.index_in(ledger_keys(fates), value_set=ledger_keys(ledger))

    def migrated(self, v2_table: str, v2_ids: pa.ChunkedArray) -> pa.Array:
        """Tell for each row whether the ledger says that it was loaded."""
        mask = pc.and_(
            pc.equal(self._ledger["v2_table"], v2_table), pc.equal(self._ledger["fate"], "migrated")
        )
        loaded = self._ledger.filter(mask)["v2_id"].combine_chunks()
        return pc.is_in(v2_ids.combine_chunks(), value_set=loaded)

    def as_recorded(self, fates: pa.Table) -> pa.Table:
        """Return the fates as the ledger keeps them: what was migrated once stays migrated."""
        was = self._before("fate")
        stays = pc.and_(
            pc.fill_null(pc.equal(was, "migrated"), False), pc.not_equal(fates["fate"], "migrated")
        )
        for name in ("fate", "reason", "v3_table", "v3_id"):
            values = pc.if_else(stays, self._before(name), fates[name])
            fates = fates.set_column(fates.schema.get_field_index(name), name, values)
        return fates

    def changed(self, fates: pa.Table) -> pa.Array:
        """Tell for each row whether its ledger row says something else."""
        return pc.and_(pc.is_valid(self.places), self._unlike(fates, FATE_NAMES[2:]))

    def moved(self, fates: pa.Table) -> pa.Table:
        """Return the rows whose owner is another one than the ledger says, with the one before."""
        keys = {name: fates[name] for name in ("v2_table", "v2_id")}
        before = pa.table(keys | {"owner_id": self._before("owner_id")})
        return before.filter(pc.and_(pc.is_valid(self.places), self._unlike(fates, ("owner_id",))))

    def _unlike(self, fates: pa.Table, names: tuple[str, ...]) -> pa.ChunkedArray:
        """Tell for each row whether its ledger row says something else in one of these columns."""
        apart = pa.chunked_array([pa.array([False] * fates.num_rows, pa.bool_())])
        for name in names:
            now, before = fates[name], self._before(name)
            unlike = pc.fill_null(pc.not_equal(now, before), False)
            apart = pc.or_(pc.or_(apart, unlike), pc.xor(pc.is_null(now), pc.is_null(before)))
        return apart

    def with_runs(self, fates: pa.Table) -> pa.Table:
        """Add the run_id of each row's ledger row, NULL where the fate becomes another."""
        apart = self._unlike(fates, ("fate", "reason", "v3_table", "v3_id"))
        runs = pc.if_else(apart, pa.scalar(None, TEXT), self._before("run_id"))
        return fates.append_column("run_id", runs)

    def _before(self, name: str) -> pa.Array:
        return self._ledger[name].combine_chunks().take(self.places)


def _adopted(table: str, ours: pa.Table, fates: pa.Table) -> pa.Array:
    """Tell for each member whether its v3 row is an account that its user opened before the move."""
    if table != "members":
        return pa.array([False] * ours.num_rows, pa.bool_())
    members = fates.filter(pc.equal(fates["v2_table"], "members"))
    places = pc.index_in(ours["v2_id"].combine_chunks(), value_set=members["v2_id"].combine_chunks())
    return pc.not_equal(ours["id"], members["owner_id"].combine_chunks().take(places)).combine_chunks()


PARENT_COLUMNS = {  # v3 table → the column that must lead to a row of the parent table
    table.name: {
        column.name: next(iter(column.foreign_keys)).column.table.name
        for column in table.columns
        if column.name in ("member_id", "assessment_id")
    }
    for table in v3.LOAD_ORDER
}


def _with_living_parents(
    table: str, ours: pa.Table, present: Present, merged: Mapping[str, TableMerge], losing: set[str]
) -> tuple[pa.Table, pa.Table]:
    """Split off the rows whose parent a user has deleted in v3: nothing could own them there.

    losing: the tables of which rows were split off already; what belongs to those goes with them.
    """
    bereaved = {
        column: parent
        for column, parent in PARENT_COLUMNS[table].items()
        if parent in merged and (len(merged[parent].deleted) or parent in losing)
    }
    if not bereaved:
        return ours, ours.slice(0, 0)
    lives = pa.array([True] * ours.num_rows, pa.bool_())
    for column, parent in bereaved.items():
        here = [present.rows[parent]["id"], merged[parent].inserts["id"]]
        ids = pa.chunked_array([chunk for column_ids in here for chunk in column_ids.chunks], TEXT)
        lives = pc.and_(lives, pc.is_in(ours[column], value_set=ids))
    lives = pc.or_(lives, pc.is_in(ours["id"], value_set=present.rows.get(table, ours.slice(0, 0))["id"]))
    return ours.filter(lives), ours.filter(pc.invert(lives))


def _rejected(fates: pa.Table, homeless: pa.Table) -> pa.Table:
    if not homeless.num_rows:
        return fates
    mask = pc.is_in(ledger_keys(fates), value_set=ledger_keys(homeless))
    nothing = pa.scalar(None, TEXT)
    for name, value in (
        ("fate", pa.scalar("rejected", TEXT)),
        ("reason", pa.scalar("parent-deleted", TEXT)),
        ("v3_table", nothing),
        ("v3_id", nothing),
    ):
        values = pc.if_else(mask, value, fates[name])
        fates = fates.set_column(fates.schema.get_field_index(name), name, values)
    return fates


def _keys(v2_table: str, rows: pa.Table) -> pa.Table:
    return pa.table({"v2_table": pa.array([v2_table] * rows.num_rows, TEXT), "v2_id": rows["v2_id"]})


def _no_rows() -> pa.Table:
    return pa.table({"v2_id": pa.array([], TEXT)})
