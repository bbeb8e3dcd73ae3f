"""The account of a batch: every v2 row against its fate, every migrated value against v3's.

What v3 ought to hold is derived from v2 once more, by rules and decisions, and compared value by value:

    equal        v3 holds what v2 gives
    edited       its user has changed it since it was loaded; no difference
    decided      a reviewer has decided it, and no run has brought that over yet; no difference
    deleted      its user has deleted the row; no difference
    gone         v2 no longer has the row; no difference
    dropped      left behind by rule                        rejected   left behind by name
    different    v3 holds what was loaded, and that is not what v2 gives; or the ledger has another fate,
                 or keeps silent about an anomaly
    unaccounted  a v2 row without a fate
    surplus      a v3 row that no v2 row explains
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from migrate.check.account import SHOWN, Account, Difference
from migrate.check.comparison import Compared, Earlier, TableComparison, key_of
from migrate.check.surplus import Moments, find_surplus
from migrate.check.unreported import as_differences, find_unreported
from migrate.load.canonical import ours_as_text
from migrate.load.names import V2Names
from migrate.load.present import Present, ledger_keys
from migrate.schema import v3
from migrate.schema.arrow import TEXT
from migrate.schema.frames import V3Batch
from migrate.transform.identity import v3_ids

HOURS = r"^-?[0-9]+\.[0-9]{2}$"
REFUSED = pa.array(["load-refused", "parent-rejected", "parent-deleted"], TEXT)
"""Reasons that only loading can give: nothing in v2 tells of them."""
REPORTED = pa.array(["load-refused", "parent-rejected", "kept-user-delete"], TEXT)
"""What is said of those rows."""


@dataclass(frozen=True)
class Reconciliation:
    """One batch beside what v3 and its ledger hold of it."""

    batch: V3Batch
    owners: pa.Array
    present: Present
    names: V2Names
    bases: Callable[[str, pa.Array], pa.Array]
    forgotten: bool
    """Whether the ledger has been made to forget what was loaded."""
    earlier: Earlier
    moments: Moments
    unrecorded: Callable[[pa.Array], pa.Array]
    """v3 ids in, those out that the ledger knows for nobody at all."""

    def account(self) -> Account:
        """Compare everything and return the account."""
        account, compared = Account(), Compared()
        for table in v3.LOAD_ORDER:
            if table.name in self.batch.rows:
                self._comparison(table).compare(compared)
        account.list_differences(compared.differences)
        fates = self._with_outcomes(compared, account)
        counted = fates.group_by(["cohort", "v2_table", "outcome"]).aggregate([([], "count_all")])
        for row in counted.to_pylist():
            account.rows[row["cohort"] or "", row["v2_table"], row["outcome"]] += row["count_all"]
        self._add_gone(account, fates)
        self._add_surplus(account)
        self._add_hours(account, fates)
        return account

    def _comparison(self, table: Table) -> TableComparison:
        ours = ours_as_text(self.batch.rows[table.name])
        v2_table = self.names.table(table.name)
        keys = key_of(v2_table, ours["v2_id"].combine_chunks())
        places = pc.index_in(keys, value_set=ledger_keys(self.present.ledger))
        return TableComparison(
            table=table,
            ours=ours,
            theirs=self.present.theirs(table),
            v3_ids=self.present.ledger["v3_id"].combine_chunks().take(places),
            adopted=self._adopted(table, ours),
            names=self.names,
            bases=self.bases,
            forgotten=self.forgotten,
            earlier=self.earlier,
        )

    def _adopted(self, table: Table, ours: pa.Table) -> pa.Array:
        """Tell which rows are their users' own accounts: all their values are kept as edits."""
        if table is not v3.members:
            return pa.array([False] * ours.num_rows, pa.bool_())
        return pc.invert(pc.is_in(ours["id"], value_set=self.owners)).combine_chunks()

    def _with_outcomes(self, compared: Compared, account: Account) -> pa.Table:
        """Return the fates, each with what the ledger says and its one outcome, and list what is wrong."""
        fates = self._recorded(ours_as_text(self.batch.fates))
        as_expected = pc.and_(_same(fates, "fate"), _same(fates, "reason"))
        unreported = self._unreported(fates, as_expected, compared)
        account.list_differences(as_differences(unreported))
        explained = pc.or_(as_expected, pc.or_(self._refused(fates), self._decided_fate(fates)))
        found = pc.or_(self._in_v3(fates["recorded_v3_id"]), self._named_rightly(fates))
        arrived = pc.and_(_arrived(fates), found)  # what v3 has not under its own id no user has deleted
        outcome = _outcomes(fates, arrived, explained, compared, ledger_keys(unreported))
        fates = fates.append_column("outcome", self._with_deleted(fates, arrived, outcome))
        unfit = pc.or_(pc.equal(outcome, "unaccounted"), pc.invert(pc.or_(explained, arrived)))
        account.list_differences(_as_differences(fates.filter(unfit)))
        return fates

    def _recorded(self, fates: pa.Table) -> pa.Table:
        """Add what the ledger says of each row."""
        places = pc.index_in(ledger_keys(fates), value_set=ledger_keys(self.present.ledger))
        for name in ("fate", "reason", "v3_id"):
            recorded = self.present.ledger[name].combine_chunks().take(places)
            fates = fates.append_column(f"recorded_{name}", recorded)
        return fates

    def _named_rightly(self, fates: pa.Table) -> pa.Array:
        """Tell where the v3 row that the ledger names is the one that the v2 row gives; a member may have an
        account of another id.
        """
        tables, given = fates["v2_table"].combine_chunks(), fates["recorded_v3_id"].combine_chunks()
        for v2_table in set(tables.unique().to_pylist()) - {self.names.table("members")}:
            here = pc.equal(tables, v2_table)
            keys = pd.Series(pd.arrays.ArrowExtensionArray(fates["v2_id"].filter(here)))
            given = pc.replace_with_mask(given, here, pa.array(v3_ids(v2_table, keys), TEXT))
        return pc.fill_null(pc.equal(fates["recorded_v3_id"], given), False).combine_chunks()

    def _in_v3(self, ids: pa.ChunkedArray) -> pa.Array:
        """Tell which ids v3 has among these members' rows."""
        here = [chunk for rows in self.present.rows.values() for chunk in rows["id"].chunks]
        return pc.is_in(ids, value_set=pa.chunked_array(here, TEXT).combine_chunks()).combine_chunks()

    def _with_deleted(self, fates: pa.Table, arrived: pa.Array, outcome: pa.Array) -> pa.Array:
        """Tell rows that v2 would not give any more, and that v3 does not have, as deleted by their users."""
        unlooked = pc.and_(arrived, pc.invert(pc.equal(fates["fate"], "migrated")).combine_chunks())
        gone = pc.and_(unlooked, pc.invert(self._in_v3(fates["recorded_v3_id"])))
        return pc.if_else(gone, pa.scalar("deleted", TEXT), outcome)

    def _refused(self, fates: pa.Table) -> pa.Array:
        """Tell where the ledger has a rejection that only loading could give: it is reported, and v3 does not
        have the row.
        """
        by_loading = pc.and_(
            pc.equal(fates["recorded_fate"], "rejected"), pc.equal(fates["fate"], "migrated")
        )
        named = pc.is_in(fates["recorded_reason"], value_set=REFUSED)
        anomalies = self.present.anomalies
        reporting = anomalies.filter(pc.is_in(anomalies["code"], value_set=REPORTED))
        said = pc.or_(pc.is_in(ledger_keys(fates), value_set=ledger_keys(reporting)), self.forgotten)
        absent = pc.invert(self._in_v3(fates["v3_id"]))
        rejected = pc.and_(pc.fill_null(by_loading, False), named).combine_chunks()
        return pc.and_(pc.and_(rejected, said), absent)

    def _unreported(self, fates: pa.Table, as_expected: pa.Array, compared: Compared) -> pa.Table:
        """Find anomalies that are missing of the rows whose fate is as it was, and that are still there."""
        silent = ledger_keys(fates.filter(pc.invert(as_expected)))
        expected = self.batch.anomalies
        return find_unreported(
            expected,
            self.present.anomalies,
            silent=pa.concat_arrays([silent, compared.with_outcome("deleted")]),
            edited=pa.chunked_array(compared.edited, TEXT).combine_chunks(),
            earlier=lambda: [batch.anomalies for batch in self.earlier()],
        )

    def _decided_fate(self, fates: pa.Table) -> pa.Array:
        """Tell where the ledger has the fate that v2 gave before the reviewers' latest decisions."""
        found = pa.array([False] * fates.num_rows, pa.bool_())
        if pc.all(_same(fates, "fate")).as_py() is not False:
            return found
        for batch in self.earlier():
            was = ours_as_text(batch.fates)
            places = pc.index_in(ledger_keys(fates), value_set=ledger_keys(was))
            for name in ("fate", "reason"):
                values = was[name].combine_chunks().take(places)
                fates = fates.set_column(fates.schema.get_field_index(name), name, values)
            found = pc.or_(found, pc.and_(_same(fates, "fate"), _same(fates, "reason")))
        return found

    def _add_gone(self, account: Account, fates: pa.Table) -> None:
        ledger = self.present.ledger
        gone = ledger.filter(pc.invert(pc.is_in(ledger_keys(ledger), value_set=ledger_keys(fates))))
        counted = gone.group_by(["cohort", "v2_table"]).aggregate([([], "count_all")])
        for row in counted.to_pylist():
            account.rows[row["cohort"] or "", row["v2_table"], "gone"] += row["count_all"]

    def _add_surplus(self, account: Account) -> None:
        """Find v3 rows of these members that are of the migration's making, and that no v2 row explains."""
        recorded = self.present.ledger["v3_id"].combine_chunks()
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

    def _add_hours(self, account: Account, fates: pa.Table) -> None:
        """Add up training hours: what v2 gives for the rows, by what became of them, and what v3 holds."""
        if "trainings" not in self.batch.rows:
            return
        ours = ours_as_text(self.batch.rows["trainings"])
        v2_table = self.names.table("trainings")
        places = pc.index_in(key_of(v2_table, ours["v2_id"].combine_chunks()), value_set=ledger_keys(fates))
        rows = fates.select(["cohort", "recorded_fate", "recorded_v3_id"]).take(places)
        theirs = self.present.theirs(v3.trainings)
        here = pc.index_in(rows["recorded_v3_id"].combine_chunks(), theirs["id"].combine_chunks())
        in_v3 = theirs["duration_hours"].combine_chunks().take(here)
        fate = pc.fill_null(rows["recorded_fate"], "unaccounted").combine_chunks()
        nothing = pa.scalar(None, TEXT)
        for name, recorded in (
            ("expected", "migrated"),
            ("rejected", "rejected"),
            ("unaccounted", "unaccounted"),
        ):
            hours = pc.if_else(pc.equal(fate, recorded), ours["duration_hours"], nothing)
            self._add_hours_of(account, name, rows["cohort"], hours)
        self._add_hours_of(account, "in v3", rows["cohort"], in_v3)

    @staticmethod
    def _add_hours_of(account: Account, name: str, cohorts: pa.Array, hours: pa.Array) -> None:
        for cohort, total in sum_hours(cohorts, hours).items():
            account.hours[cohort, name] += total


def add_surplus(account: Account, v2_table: str, table: Table, v3_ids: pa.Array) -> None:
    """Count and list v3 rows that no v2 row explains."""
    if not len(v3_ids):
        return
    account.rows["", v2_table, "surplus"] += len(v3_ids)
    listed = v3_ids.slice(0, SHOWN).to_pylist()
    account.list_differences([Difference("surplus", v2_table, None, table.name, v3_id) for v3_id in listed])


def sum_hours(cohorts: pa.Array, hours: pa.Array | pa.ChunkedArray) -> dict[str, Decimal]:
    """Return cohort ('' for none) → the sum of hours given as canonical text; what is no number counts 0."""
    numbers = pc.if_else(pc.match_substring_regex(hours, HOURS), hours, pa.scalar(None, TEXT))
    numbers = numbers.cast(pa.string()).cast(pa.decimal128(18, 2))
    table = pa.table({"cohort": pc.fill_null(cohorts, ""), "hours": numbers})
    summed = table.group_by("cohort").aggregate([("hours", "sum")]).to_pylist()
    return {row["cohort"]: row["hours_sum"] or Decimal(0) for row in summed}


def _same(fates: pa.Table, name: str) -> pa.Array:
    """Tell where the ledger says what was expected, NULL included."""
    ours, recorded = fates[name], fates[f"recorded_{name}"]
    both_missing = pc.and_(pc.is_null(ours), pc.is_null(recorded))
    return pc.or_(pc.fill_null(pc.equal(ours, recorded), False), both_missing).combine_chunks()


def _arrived(fates: pa.Table) -> pa.Array:
    """Tell where the ledger names a v3 row; what was migrated once stays so, even if v2 drops it by now."""
    migrated = pc.fill_null(pc.equal(fates["recorded_fate"], "migrated"), False)
    return pc.and_(migrated, pc.is_valid(fates["recorded_v3_id"])).combine_chunks()


def _outcomes(
    fates: pa.Table, arrived: pa.Array, explained: pa.Array, compared: Compared, unreported: pa.Array
) -> pa.Array:
    """Return the one outcome of each v2 row; the worst that is true of it."""
    keys = ledger_keys(fates)

    def among(outcome: str) -> pa.Array:
        return pc.is_in(keys, value_set=compared.with_outcome(outcome))

    named_nothing = pc.and_(pc.equal(fates["recorded_fate"], "migrated"), pc.invert(arrived)).combine_chunks()
    lost = pc.or_(pc.is_null(fates["recorded_fate"]).combine_chunks(), pc.fill_null(named_nothing, False))
    wrong = pc.or_(among("different"), pc.is_in(keys, value_set=unreported))
    return pc.case_when(
        pc.make_struct(lost, wrong, *(pc.and_(arrived, among(name)) for name in LIVING), arrived, explained),
        *(pa.scalar(name, TEXT) for name in ("unaccounted", "different", *LIVING, "equal")),
        fates["recorded_fate"].combine_chunks(),
        pa.scalar("different", TEXT),
    )


LIVING = ("deleted", "edited", "decided")
"""What may have become of a row since it was migrated, the first that is true."""


def _as_differences(fates: pa.Table) -> list[Difference]:
    return [
        Difference(
            row["outcome"],
            row["v2_table"],
            row["v2_id"],
            column="fate",
            expected=_fate(row["fate"], row["reason"]),
            found=_fate(row["recorded_fate"], row["recorded_reason"]),
        )
        for row in fates.slice(0, SHOWN).to_pylist()
    ]


def _fate(fate: str | None, reason: str | None) -> str | None:
    return f"{fate}: {reason}" if reason else fate
