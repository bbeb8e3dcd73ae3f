"""What loading a batch will do, as an object: `plan` counts it, `run` applies it, and so the two agree."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from migrate.load.anomalies import Finder, RawReader, reported
from migrate.load.anomaly_change import AnomalyChange, anomaly_change
from migrate.load.canonical import ours_as_text
from migrate.load.merge import Ours, TableMerge, Withheld, merge_table
from migrate.load.names import V2Names
from migrate.load.parents import have_parents, living_parents
from migrate.load.present import NO_KEYS, Present, ledger_keys, own_themselves, table_keys
from migrate.rulebook.anomalies import Catalogue
from migrate.schema import v3
from migrate.schema.arrow import NULL, TEXT, differ, nowhere, whole, with_columns
from migrate.schema.frames import FATE_COLUMNS, V3Batch

FATE_NAMES = (*FATE_COLUMNS, "owner_id")
WITHOUT_PARENT = "parent-deleted"
"""The reason of rows whose parent a user has deleted in v3."""
NUMBER_TAKEN, USER_DELETE = WITHHOLDING = ("number-taken", "kept-user-delete")
"""Why v3 cannot take a value."""
BasesOfTable = Callable[[str, pa.Array], pa.Array]
"""A v2 table and keys of its rows in, their bases out, in the same order."""


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
    gave the fate, NULL where this one does. `was_reason` and `was_run_id`: what the ledger row says."""
    moved: pa.Table
    """v2_table, v2_id and owner_id before of rows from another owner: what was said of them there goes."""
    anomalies: AnomalyChange

    @property
    def meets_unknown(self) -> bool:
        """Whether rows are left out of which the ledger may know under another owner."""
        return bool(pc.any(pc.equal(self.new_fates["reason"], WITHOUT_PARENT)).as_py())

    @property
    def depends_on_others(self) -> bool:
        """Whether values stay as they are because of rows that are not the batch's own."""
        return any(kept.code in WITHHOLDING for merge in self.tables.values() for kept in merge.kept)


class Elsewhere(NamedTuple):
    """What is known of v3 beyond the batch's own rows, and decides what v3 can take of it."""

    taken: frozenset[str]
    """Members of v2 whose number is that of somebody else's v3 account (migrate.load.taken_numbers)."""
    lost_schemes: tuple[str, ...]
    """v3 ids of schemes that users have deleted."""


def plan_load(
    batch: V3Batch,
    owners: pa.Array,
    present: Present,
    bases: BasesOfTable,
    names: V2Names,
    raw: RawReader,
    find: Finder,
    catalogue: Catalogue,
    elsewhere: Elsewhere,
) -> LoadPlan:
    """Compare a batch with what v3 and its ledger hold.

    owners: for each row of `batch.fates` the id of its member, or its own where no member owns it.
    raw: gives what v2 holds in a column, for the values that stay as users made them.
    find: tells which rows v2 still has, of those that the batch's owners had once.
    elsewhere: what else v3 would refuse.
    """
    fates = ours_as_text(batch.fates).append_column("owner_id", owners)
    known = _Known(fates, present.ledger)
    fates = known.with_cohorts(fates)
    merging = _Merging(fates, known, present, bases, names, elsewhere)
    for table in v3.LOAD_ORDER:
        if table.name in batch.rows:
            merging.add(table, ours_as_text(batch.rows[table.name]))
    tables = merging.tables
    fates = _rejected(fates, pa.concat_tables(merging.parentless))
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


@dataclass
class _Merging:
    """The merges of a batch so far, parents before children."""

    fates: pa.Table
    known: "_Known"
    present: Present
    bases: BasesOfTable
    names: V2Names
    elsewhere: Elsewhere
    tables: dict[str, TableMerge] = field(default_factory=dict)
    parentless: list[pa.Table] = field(default_factory=lambda: [NO_KEYS])
    """v2_table and v2_id of rows whose parent a user has deleted."""
    losing: set[str] = field(default_factory=set)
    """The v3 tables of those rows."""

    def add(self, table: Table, ours: pa.Table) -> None:
        """Merge the rows of one table, without those that have no parent in v3 any more."""
        v2_table, theirs = self.names.table(table.name), self.present.theirs(table)
        ours, living = self._with_parents(table, v2_table, ours)
        v2_side = Ours(
            ours,
            migrated=self.known.migrated(v2_table, ours["v2_id"]),
            adopted=_adopted(table.name, ours, self.fates),
            withheld=self._withheld(table, ours, living),
        )
        self.tables[table.name] = merge_table(table, v2_side, theirs, partial(self.bases, v2_table))

    def _with_parents(
        self, table: Table, v2_table: str, ours: pa.Table
    ) -> tuple[pa.Table, dict[str, pa.Array]]:
        """Return the rows that have a place in v3, and column → whether the parent there is still in v3."""
        living = living_parents(
            table.name, ours, self.present, self.tables, self.losing, self.elsewhere.lost_schemes
        )
        if not living:
            return ours, living
        migrated = self.known.migrated(v2_table, ours["v2_id"])
        owned = have_parents(ours, living, self.present.theirs(table), migrated)
        self.parentless.append(table_keys(v2_table, ours.filter(pc.invert(owned))["v2_id"]))
        if self.parentless[-1].num_rows:
            self.losing.add(table.name)
        return ours.filter(owned), {column: lives.filter(owned) for column, lives in living.items()}

    def _withheld(self, table: Table, ours: pa.Table, living: dict[str, pa.Array]) -> dict[str, Withheld]:
        """Return column → the new values of it that v3 cannot take."""
        withheld = {column: Withheld(USER_DELETE, pc.invert(lives)) for column, lives in living.items()}
        if table is v3.members and self.elsewhere.taken:
            taken = pc.is_in(whole(ours["v2_id"]), value_set=pa.array(sorted(self.elsewhere.taken), TEXT))
            withheld["membership_number"] = Withheld(NUMBER_TAKEN, taken)
        return withheld


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
        loaded = whole(self._ledger.filter(mask)["v2_id"])
        return pc.is_in(whole(v2_ids), value_set=loaded)

    def with_cohorts(self, fates: pa.Table) -> pa.Table:
        """Return the fates, where v2 knows no member any more with the cohort of which a row was migrated:
        it is taken back with the others of its cohort.
        """
        migrated = pc.fill_null(pc.equal(self._before("fate"), "migrated"), False)
        left = pc.and_(own_themselves(fates), migrated)
        return with_columns(fates, {"cohort": pc.if_else(left, self._before("cohort"), fates["cohort"])})

    def as_recorded(self, fates: pa.Table) -> pa.Table:
        """Return the fates as the ledger keeps them: what was migrated once stays migrated."""
        was = self._before("fate")
        stays = pc.and_(
            pc.fill_null(pc.equal(was, "migrated"), False), pc.not_equal(fates["fate"], "migrated")
        )
        names = ("fate", "reason", "v3_table", "v3_id")
        kept = {name: pc.if_else(stays, self._before(name), fates[name]) for name in names}
        return with_columns(fates, kept)

    def changed(self, fates: pa.Table) -> pa.Array:
        """Tell for each row whether its ledger row says something else."""
        return pc.and_(pc.is_valid(self.places), self._unlike(fates, FATE_NAMES[2:]))

    def moved(self, fates: pa.Table) -> pa.Table:
        """Return the rows whose owner is another one than the ledger says, with the one before."""
        keys = {name: fates[name] for name in ("v2_table", "v2_id")}
        before = pa.table(keys | {"owner_id": self._before("owner_id")})
        return before.filter(pc.and_(pc.is_valid(self.places), self._unlike(fates, ("owner_id",))))

    def _unlike(self, fates: pa.Table, names: tuple[str, ...]) -> pa.Array:
        """Tell for each row whether its ledger row says something else in one of these columns."""
        apart = nowhere(fates.num_rows)
        for name in names:
            apart = pc.or_(apart, differ(fates[name], self._before(name)))
        return apart

    def with_runs(self, fates: pa.Table) -> pa.Table:
        """Add each row's run_id, NULL where the fate becomes another, and what the ledger says of it."""
        apart = self._unlike(fates, ("fate", "reason", "v3_table", "v3_id"))
        runs = pc.if_else(apart, NULL, self._before("run_id"))
        for name in ("reason", "run_id"):
            fates = fates.append_column(f"was_{name}", self._before(name))
        return fates.append_column("run_id", runs)

    def _before(self, name: str) -> pa.Array:
        return whole(self._ledger[name]).take(self.places)


def _adopted(table: str, ours: pa.Table, fates: pa.Table) -> pa.Array:
    """Tell for each member whether its v3 row is an account that its user opened before the move."""
    if table != "members":
        return nowhere(ours.num_rows)
    members = fates.filter(pc.equal(fates["v2_table"], "members"))
    places = pc.index_in(whole(ours["v2_id"]), value_set=whole(members["v2_id"]))
    return whole(pc.not_equal(ours["id"], whole(members["owner_id"]).take(places)))


def _rejected(fates: pa.Table, parentless: pa.Table) -> pa.Table:
    if not parentless.num_rows:
        return fates
    mask = pc.is_in(ledger_keys(fates), value_set=ledger_keys(parentless))
    given = {"fate": "rejected", "reason": WITHOUT_PARENT, "v3_table": None, "v3_id": None}
    values = {name: pc.if_else(mask, pa.scalar(value, TEXT), fates[name]) for name, value in given.items()}
    return with_columns(fates, values)
