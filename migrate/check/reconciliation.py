"""The account of a batch: every v2 row against its fate, every migrated value against v3's.

What v3 ought to hold is derived from v2 once more, by rules and decisions, and compared value by value:

    equal        v3 holds what v2 gives
    edited       its user has changed it since it was loaded, or deleted what v2 gives it to; no difference
    decided      a reviewer has decided it, and no run has brought that over yet; no difference
    deleted      its user has deleted the row; no difference
    gone         v2 no longer has the row; no difference
    dropped      left behind by rule                        rejected   left behind by name
    different    v3 holds what was loaded, and that is not what v2 gives; or the ledger has another fate,
                 keeps silent about an anomaly, or says it otherwise, or of somebody else
    unaccounted  a v2 row without a fate
    surplus      a v3 row that no v2 row explains
"""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from migrate.check.account import Account
from migrate.check.comparison import ComparedValues, Earlier, TableComparison, key_of
from migrate.check.hours import add_hours
from migrate.check.outcomes import Outcomes
from migrate.check.surplus import Moments, add_surplus, find_surplus
from migrate.load.canonical import ours_as_text
from migrate.load.names import V2Names
from migrate.load.planning.lookups import BasesOfTable
from migrate.load.planning.parents import PARENT_COLUMNS
from migrate.load.planning.plan import Elsewhere
from migrate.load.present import Present, ledger_keys
from migrate.schema import v3
from migrate.schema.arrow import TEXT, nowhere, whole
from migrate.schema.frames import V3Batch


@dataclass(frozen=True)
class Reconciliation:
    """One batch beside what v3 and its ledger hold of it."""

    batch: V3Batch
    owners: pa.Array
    present: Present
    names: V2Names
    bases: BasesOfTable
    forgotten: bool
    """Whether the ledger has been made to forget what was loaded."""
    earlier: Earlier
    moments: Moments
    unrecorded: Callable[[pa.Array], pa.Array]
    """v3 ids in, those out that the ledger knows for nobody at all."""
    elsewhere: Elsewhere
    """What v3 cannot take because of rows that are not the batch's own."""

    def account(self) -> Account:
        """Compare everything and return the account."""
        account, compared = Account(), ComparedValues()
        for table in v3.LOAD_ORDER:
            if table.name in self.batch.rows:
                self._comparison(table).compare(compared)
        account.list_differences(compared.differences)
        outcomes = Outcomes(self.batch, self.owners, self.present, self.names, self.forgotten, self.earlier)
        fates = outcomes.judge(compared, account)
        counted = fates.group_by(["cohort", "v2_table", "outcome"]).aggregate([([], "count_all")])
        for row in counted.to_pylist():
            account.rows[row["cohort"] or "", row["v2_table"], row["outcome"]] += row["count_all"]
        self._add_gone(account, fates)
        self._add_surplus(account)
        add_hours(account, fates, self.batch, self.present, self.names)
        return account

    def _comparison(self, table: Table) -> TableComparison:
        ours = ours_as_text(self.batch.rows[table.name])
        v2_table = self.names.table(table.name)
        keys = key_of(v2_table, whole(ours["v2_id"]))
        places = pc.index_in(keys, value_set=ledger_keys(self.present.ledger))
        return TableComparison(
            table=table,
            ours=ours,
            theirs=self.present.theirs(table),
            v3_ids=whole(self.present.ledger["v3_id"]).take(places),
            adopted=self._adopted(table, ours),
            names=self.names,
            bases=self.bases,
            forgotten=self.forgotten,
            earlier=self.earlier,
            withheld=self._withheld(table, ours),
        )

    def _withheld(self, table: Table, ours: pa.Table) -> dict[str, pa.Array]:
        """Tell for each of ours where v3 cannot take the row's new parent, or the member's new number."""
        withheld = {
            column: pc.is_in(whole(ours[column]), value_set=self._lost(parent))
            for column, parent in PARENT_COLUMNS[table.name].items()
        }
        if table is v3.members:
            taken = pa.array(sorted(self.elsewhere.taken), TEXT)
            withheld["membership_number"] = pc.is_in(whole(ours["v2_id"]), value_set=taken)
        return withheld

    def _lost(self, parent: str) -> pa.Array:
        """Return the ids of migrated rows of a table that v3 does not have any more."""
        if parent == v3.schemes.name:
            return pa.array(self.elsewhere.lost_schemes, TEXT)
        migrated = self.present.ledger.filter(pc.equal(self.present.ledger["v3_table"], parent))["v3_id"]
        here = self.present.theirs(v3.metadata.tables[parent])["id"]
        return whole(migrated.filter(pc.invert(pc.is_in(migrated, value_set=here))))

    def _adopted(self, table: Table, ours: pa.Table) -> pa.Array:
        """Tell which rows are their users' own accounts: all their values are kept as edits."""
        if table is not v3.members:
            return nowhere(ours.num_rows)
        return whole(pc.invert(pc.is_in(ours["id"], value_set=self.owners)))

    def _add_gone(self, account: Account, fates: pa.Table) -> None:
        ledger = self.present.ledger
        gone = ledger.filter(pc.invert(pc.is_in(ledger_keys(ledger), value_set=ledger_keys(fates))))
        counted = gone.group_by(["cohort", "v2_table"]).aggregate([([], "count_all")])
        for row in counted.to_pylist():
            account.rows[row["cohort"] or "", row["v2_table"], "gone"] += row["count_all"]

    def _add_surplus(self, account: Account) -> None:
        """Find v3 rows of these members that are of the migration's making, and that no v2 row explains."""
        recorded = whole(self.present.ledger["v3_id"])
        for table in v3.LOAD_ORDER:
            if table.name not in self.present.rows:
                continue
            explained = pa.concat_arrays([recorded, self._given(table)])
            suspects = find_surplus(table, self.present.rows[table.name], explained, self.moments)
            if len(suspects):
                add_surplus(account, self.names.table(table.name), table, self.unrecorded(suspects))

    def _given(self, table: Table) -> pa.Array:
        """Return the ids of the rows that v2 gives: without a ledger row they are unaccounted for already."""
        if table.name not in self.batch.rows:
            return pa.array([], TEXT)
        return pa.array(self.batch.rows[table.name]["id"], TEXT)
