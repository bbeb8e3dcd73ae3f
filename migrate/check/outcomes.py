"""The one outcome of each v2 row of a batch, and the fates and anomalies that the ledger has wrong.

What the outcomes mean stands in `migrate.check.reconciliation`.
"""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.check.account import SHOWN, Account, Difference
from migrate.check.comparison import ComparedValues, Earlier
from migrate.check.misstated import all_of, find_misnamed, find_misplaced, find_retold, misstated_differences
from migrate.check.unreported import find_unreported, unreported_differences
from migrate.load.canonical import ours_as_text
from migrate.load.names import V2Names
from migrate.load.present import Present, ledger_keys
from migrate.schema import v3
from migrate.schema.arrow import NULL, TEXT, differ, nowhere, whole, with_columns
from migrate.schema.frames import V3Batch
from migrate.schema.reasons import KEPT_USER_DELETE, LOAD_REFUSED, PARENT_DELETED, PARENT_REJECTED
from migrate.transform.identity import v3_ids

REFUSED = pa.array([LOAD_REFUSED, PARENT_REJECTED, PARENT_DELETED], TEXT)
"""Reasons that only loading can give: nothing in v2 tells of them."""
REPORTED = pa.array([LOAD_REFUSED, PARENT_REJECTED, KEPT_USER_DELETE], TEXT)
"""What is said of those rows."""
LIVING = ("deleted", "edited", "decided")
"""What may have become of a row since it was migrated, the first that is true."""


@dataclass(frozen=True)
class Outcomes:
    """The fates that a batch gives, beside what v3 and its ledger hold of it."""

    batch: V3Batch
    owners: pa.Array
    """For each of the batch's fates, the id of its owner."""
    present: Present
    names: V2Names
    forgotten: bool
    earlier: Earlier

    def judge(self, compared: ComparedValues, account: Account) -> pa.Table:
        """Return the fates, each with what the ledger says and its one outcome, and list what is wrong."""
        fates = self._recorded(ours_as_text(self.batch.fates))
        as_expected = pc.and_(_same(fates, "fate"), _same(fates, "reason"))
        unreported = self._unreported(fates, as_expected, compared)
        account.list_differences(unreported_differences(unreported))
        explained = pc.or_(as_expected, pc.or_(self._refused(fates), self._decided_fate(fates)))
        found = pc.or_(self._in_v3(fates["recorded_v3_id"]), self._named_rightly(fates))
        # a row that is not in v3 was deleted by its user only if the ledger names it by its proper id
        arrived = pc.and_(_arrived(fates), found)
        misstated = self._misstated(fates, as_expected, pc.or_(as_expected, arrived), compared)
        account.list_differences(misstated_differences(misstated))
        wrong = pa.concat_arrays([ledger_keys(unreported), ledger_keys(misstated)])
        outcome = _outcomes(fates, arrived, explained, compared, wrong)
        fates = fates.append_column("outcome", self._with_deleted(fates, arrived, outcome))
        unfit = pc.or_(pc.equal(outcome, "unaccounted"), pc.invert(pc.or_(explained, arrived)))
        account.list_differences(_as_differences(fates.filter(unfit)))
        return fates

    def _recorded(self, fates: pa.Table) -> pa.Table:
        """Add what the ledger says of each row."""
        places = pc.index_in(ledger_keys(fates), value_set=ledger_keys(self.present.ledger))
        for name in ("fate", "reason", "v3_id", "v3_table", "member_id", "cohort"):
            recorded = whole(self.present.ledger[name]).take(places)
            fates = fates.append_column(f"recorded_{name}", recorded)
        return fates

    def _named_rightly(self, fates: pa.Table) -> pa.Array:
        """Tell where the v3 row that the ledger names is the one that the v2 row gives; a member may have an
        account of another id.
        """
        tables, given = whole(fates["v2_table"]), whole(fates["recorded_v3_id"])
        for v2_table in set(tables.unique().to_pylist()) - {self.names.table("members")}:
            here = pc.equal(tables, v2_table)
            keys = pd.Series(pd.arrays.ArrowExtensionArray(fates["v2_id"].filter(here)))
            given = pc.replace_with_mask(given, here, pa.array(v3_ids(v2_table, keys), TEXT))
        return whole(pc.fill_null(pc.equal(fates["recorded_v3_id"], given), False))

    def _in_v3(self, ids: pa.ChunkedArray) -> pa.Array:
        """Tell which ids v3 has among these members' rows."""
        here = [chunk for rows in self.present.rows.values() for chunk in rows["id"].chunks]
        return whole(pc.is_in(ids, value_set=whole(pa.chunked_array(here, TEXT))))

    def _with_deleted(self, fates: pa.Table, arrived: pa.Array, outcome: pa.Array) -> pa.Array:
        """Count rows that v3 does not have, and that v2 would no longer give, as deleted by their users."""
        unlooked = pc.and_(arrived, whole(pc.invert(pc.equal(fates["fate"], "migrated"))))
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
        rejected = whole(pc.and_(pc.fill_null(by_loading, False), named))
        return pc.and_(pc.and_(rejected, said), absent)

    def _unreported(self, fates: pa.Table, as_expected: pa.Array, compared: ComparedValues) -> pa.Table:
        """Find the anomalies that the ledger lacks, of rows with the expected fate that are still in v3."""
        return find_unreported(
            self.batch.anomalies,
            self.present.anomalies,
            silent=_silent(fates, as_expected, compared),
            edited=whole(pa.chunked_array(compared.edited, TEXT)),
            earlier=lambda: [batch.anomalies for batch in self.earlier()],
        )

    def _misstated(
        self, fates: pa.Table, as_expected: pa.Array, settled: pa.Array, compared: ComparedValues
    ) -> pa.Table:
        """Find what anomalies and ledger rows have wrong.

        settled: which rows have their fate, or had one that stays.
        """
        anomalies = self.present.anomalies
        # where v3 kept its old values that is a difference already: their anomalies are not listed as well
        refused = ledger_keys(anomalies.filter(pc.equal(anomalies["code"], LOAD_REFUSED)))
        retold = find_retold(
            self.batch.anomalies,
            anomalies,
            silent=pa.concat_arrays([_silent(fates, as_expected, compared), refused]),
            edited=whole(pa.chunked_array(compared.edited, TEXT)),
            forgotten=self.forgotten,
            earlier=lambda: [batch.anomalies for batch in self.earlier()],
        )
        here = pc.is_in(ledger_keys(anomalies), value_set=ledger_keys(fates))
        misplaced = find_misplaced(anomalies.filter(here), self.present.ledger)
        migrated = whole(pc.equal(fates["recorded_fate"], "migrated"))
        targets = pc.if_else(migrated, self._targets(fates["v2_table"]), NULL)
        misnamed = find_misnamed(fates.filter(settled), self.owners.filter(settled), targets.filter(settled))
        return all_of(retold, misplaced, misnamed)

    def _targets(self, v2_tables: pa.ChunkedArray) -> pa.Array:
        """Return the v3 table that rows of each v2 table come to be in; NULL for those that are dropped."""
        names = [table.name for table in v3.LOAD_ORDER]
        sources = pa.array([self.names.table(name) for name in names], TEXT)
        return pa.array(names, TEXT).take(pc.index_in(whole(v2_tables), value_set=sources))

    def _decided_fate(self, fates: pa.Table) -> pa.Array:
        """Tell where the ledger has the fate that v2 gave before the reviewers' latest decisions."""
        found = nowhere(fates.num_rows)
        if pc.all(_same(fates, "fate")).as_py() is not False:
            return found
        for batch in self.earlier():
            was = ours_as_text(batch.fates)
            places = pc.index_in(ledger_keys(fates), value_set=ledger_keys(was))
            fates = with_columns(fates, {name: whole(was[name]).take(places) for name in ("fate", "reason")})
            found = pc.or_(found, pc.and_(_same(fates, "fate"), _same(fates, "reason")))
        return found


def _silent(fates: pa.Table, as_expected: pa.Array, compared: ComparedValues) -> pa.Array:
    """Return the keys of rows that need no anomaly: v3 does not have them, or not yet."""
    unlike = ledger_keys(fates.filter(pc.invert(as_expected)))
    return pa.concat_arrays([unlike, compared.with_outcome("deleted")])


def _same(fates: pa.Table, name: str) -> pa.Array:
    """Tell where the ledger says what was expected, NULL included."""
    return pc.invert(differ(fates[name], fates[f"recorded_{name}"]))


def _arrived(fates: pa.Table) -> pa.Array:
    """Tell where the ledger names a v3 row; what was migrated once stays so, even if v2 drops it by now."""
    migrated = pc.fill_null(pc.equal(fates["recorded_fate"], "migrated"), False)
    return whole(pc.and_(migrated, pc.is_valid(fates["recorded_v3_id"])))


def _outcomes(
    fates: pa.Table, arrived: pa.Array, explained: pa.Array, compared: ComparedValues, told_wrongly: pa.Array
) -> pa.Array:
    """Return the one outcome of each v2 row; the worst that is true of it."""
    keys = ledger_keys(fates)

    def among(outcome: str) -> pa.Array:
        return pc.is_in(keys, value_set=compared.with_outcome(outcome))

    named_nothing = whole(pc.and_(pc.equal(fates["recorded_fate"], "migrated"), pc.invert(arrived)))
    lost = pc.or_(whole(pc.is_null(fates["recorded_fate"])), pc.fill_null(named_nothing, False))
    wrong = pc.or_(among("different"), pc.is_in(keys, value_set=told_wrongly))
    return pc.case_when(
        pc.make_struct(lost, wrong, *(pc.and_(arrived, among(name)) for name in LIVING), arrived, explained),
        *(pa.scalar(name, TEXT) for name in ("unaccounted", "different", *LIVING, "equal")),
        whole(fates["recorded_fate"]),
        pa.scalar("different", TEXT),
    )


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
