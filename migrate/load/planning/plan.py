"""What loading a batch will do, as an object: `plan` counts it, `run` applies it, and so the two agree."""

from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from migrate.load.canonical import ours_as_text
from migrate.load.names import V2Names
from migrate.load.planning.anomalies import RowAnomalies, batch_anomalies
from migrate.load.planning.anomaly_change import AnomalyChange, anomaly_change
from migrate.load.planning.known_rows import KnownRows
from migrate.load.planning.lookups import BasesOfTable, Lookups
from migrate.load.planning.merge import Ours, TableMerge, Withheld, merge_table
from migrate.load.planning.parents import have_parents, living_parents
from migrate.load.present import NO_KEYS, Present, ledger_keys, table_keys
from migrate.rulebook.anomalies import Catalogue
from migrate.schema import v3
from migrate.schema.arrow import TEXT, nowhere, whole, with_columns
from migrate.schema.frames import V3Batch
from migrate.schema.reasons import KEPT_USER_DELETE, NUMBER_TAKEN, PARENT_DELETED


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
    """Those whose ledger row differs. `run_id` is that of the run that gave the fate, NULL where this one
    does; `was_reason` and `was_run_id` are what the ledger row says."""
    moved: pa.Table
    """v2_table, v2_id and former owner_id of rows that changed owners: their anomalies there are deleted."""
    anomalies: AnomalyChange

    @property
    def meets_unknown(self) -> bool:
        """Whether rows are left out that the ledger may already have under another owner."""
        return bool(pc.any(pc.equal(self.new_fates["reason"], PARENT_DELETED)).as_py())

    @property
    def depends_on_others(self) -> bool:
        """Whether values stay as they are since a user has deleted what they are to refer to."""
        return any(kept.code == KEPT_USER_DELETE for merge in self.tables.values() for kept in merge.kept)


class Elsewhere(NamedTuple):
    """What is known of v3 beyond the batch's own rows, and limits what v3 can take."""

    taken: frozenset[str]
    """Members of v2 whose number is that of somebody else's v3 account (`taken_numbers`)."""
    lost_schemes: tuple[str, ...]
    """v3 ids of schemes that users have deleted."""


class Incoming(NamedTuple):
    """A batch as v2 gives it to v3."""

    batch: V3Batch
    owners: pa.Array
    """For each row of `batch.fates` the id of its member, or its own where no member owns it."""
    elsewhere: Elsewhere


def plan_load(
    incoming: Incoming, present: Present, lookups: Lookups, names: V2Names, catalogue: Catalogue
) -> LoadPlan:
    """Compare a batch with what v3 and its ledger hold of it, and return what is to be written."""
    batch = incoming.batch
    fates = ours_as_text(batch.fates).append_column("owner_id", incoming.owners)
    known = KnownRows(fates, present.ledger)
    fates = known.with_cohorts(fates)
    merging = _Merging(fates, known, present, lookups.bases, names, incoming.elsewhere)
    for table in v3.LOAD_ORDER:
        if table.name in batch.rows:
            merging.add(table, ours_as_text(batch.rows[table.name]))
    tables = merging.tables
    fates = _rejected(fates, pa.concat_tables(merging.parentless))
    recorded = known.as_recorded(fates)
    rows = RowAnomalies(fates, present.ledger, catalogue)
    found = batch_anomalies(batch.anomalies, rows, tables, lookups, names)
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
    known: KnownRows
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
        """Merge the rows of one table, without those that no longer have a parent in v3."""
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
        withheld = {column: Withheld(KEPT_USER_DELETE, pc.invert(lives)) for column, lives in living.items()}
        if table is v3.members and self.elsewhere.taken:
            taken = pc.is_in(whole(ours["v2_id"]), value_set=pa.array(sorted(self.elsewhere.taken), TEXT))
            withheld["membership_number"] = Withheld(NUMBER_TAKEN, taken)
        return withheld


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
    given = {"fate": "rejected", "reason": PARENT_DELETED, "v3_table": None, "v3_id": None}
    values = {name: pc.if_else(mask, pa.scalar(value, TEXT), fates[name]) for name, value in given.items()}
    return with_columns(fates, values)
