"""The account of a batch: every v2 row against its fate, every migrated value against v3's.

What v3 ought to hold is derived from v2 once more, by rules and decisions, and compared value by value:

    equal        v3 holds what v2 gives
    edited       its user has changed it since it was loaded; no difference
    decided      a reviewer has decided it, and no run has brought that over yet; no difference
    deleted      its user has deleted the row; no difference
    gone         v2 no longer has the row; no difference
    dropped      left behind by rule                        rejected   left behind by name
    different    v3 holds what was loaded, and that is not what v2 gives
    unaccounted  a v2 row without a fate, or a v3 row that no v2 row explains
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from migrate.load.base import decode_rows, encode_values, shown
from migrate.load.canonical import ours_as_text
from migrate.load.names import V2Names
from migrate.load.present import Present, ledger_keys
from migrate.schema import v3
from migrate.schema.frames import V3Batch

TEXT = pa.large_string()
DIFFERENCES = ("different", "unaccounted")
"""What closes no balance."""
SHOWN = 1_000
"""So many differences are listed; all are counted."""


@dataclass(frozen=True)
class Difference:
    """One value or row that is not as it ought to be."""

    kind: str
    v2_table: str
    v2_id: str | None
    v3_table: str | None = None
    v3_id: str | None = None
    column: str | None = None
    expected: str | None = None
    found: str | None = None


@dataclass
class Account:
    """What reconciliation found, of one batch or of several."""

    rows: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(cohort, v2 table, outcome) → rows."""
    hours: defaultdict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """(cohort, `expected`, `in v3` or `rejected`) → hours of training."""
    differences: list[Difference] = field(default_factory=list)

    def add(self, other: "Account") -> None:
        """Take another batch's account in."""
        self.rows.update(other.rows)
        for key, hours in other.hours.items():
            self.hours[key] += hours
        self.differences += other.differences[: max(0, SHOWN - len(self.differences))]

    @property
    def closed(self) -> bool:
        """Whether every row and value is explained."""
        return not any(number for (_, _, outcome), number in self.rows.items() if outcome in DIFFERENCES)


@dataclass(frozen=True)
class Reconciliation:
    """One batch beside what v3 and its ledger hold of it."""

    batch: V3Batch
    owners: pa.Array
    present: Present
    names: V2Names
    bases: Callable[[str, pa.Array], pa.Array]
    is_decided: Callable[[str, str, list[str]], list[bool]]
    """v2 table, v2 column and keys in; whether a reviewer has decided each value."""

    def account(self) -> Account:
        """Compare everything and return the account."""
        fates = ours_as_text(self.batch.fates)
        outcomes = {}
        differences: list[Difference] = []
        for table in v3.LOAD_ORDER:
            if table.name in self.batch.rows:
                found, more = self._compare(table)
                outcomes[self.names.table(table.name)] = found
                differences += more
        account = self._by_cohort(fates, outcomes, differences)
        self._add_gone(account, fates)
        self._add_surplus(account)
        self._add_hours(account)
        return account

    def _ledger(self) -> tuple[pa.Array, pa.Table]:
        return ledger_keys(self.present.ledger), self.present.ledger

    def _compare(self, table: Table) -> tuple[dict[str, str], list[Difference]]:
        """Return v2_id → outcome of the rows of a table that are not simply equal, and the differences."""
        v2_table = self.names.table(table.name)
        ours = ours_as_text(self.batch.rows[table.name])
        keys, ledger = self._ledger()
        places = pc.index_in(
            pc.binary_join_element_wise(pa.scalar(v2_table, TEXT), ours["v2_id"], pa.scalar("\x1f", TEXT)),
            value_set=keys,
        )
        v3_ids = ledger["v3_id"].combine_chunks().take(places.combine_chunks())
        recorded = pc.is_valid(v3_ids)
        theirs = self.present.theirs(table)
        here = pc.index_in(v3_ids, value_set=theirs["id"].combine_chunks())
        outcomes: dict[str, str] = {}
        ids = ours["v2_id"].combine_chunks()
        outcomes |= dict.fromkeys(ids.filter(pc.and_(recorded, pc.is_null(here))).to_pylist(), "deleted")
        found = pc.and_(recorded, pc.is_valid(here))
        differences = self._compare_values(
            table, ours.filter(found), theirs.take(here.filter(found)), outcomes
        )
        return outcomes, differences

    def _compare_values(
        self, table: Table, ours: pa.Table, theirs: pa.Table, outcomes: dict[str, str]
    ) -> list[Difference]:
        names = v3.merged_columns(table)
        unlike = {name: _unlike(ours[name], theirs[name]) for name in names}
        unlike["id"] = _unlike(ours["id"], theirs["id"])
        rows = pa.array([False] * ours.num_rows, pa.bool_())
        for mask in unlike.values():
            rows = pc.or_(rows, mask)
        if not pc.any(rows).as_py():
            return []
        ours, theirs = ours.filter(rows), theirs.filter(rows)
        bases = decode_rows(
            self.bases(self.names.table(table.name), ours["v2_id"].combine_chunks()), len(names)
        )
        differences: list[Difference] = []
        wrong_id = unlike["id"].filter(rows)
        differences += _differences(
            "different", self.names.table(table.name), table, "id", ours, theirs, wrong_id
        )
        adopted = self._adopted(table, ours)
        for name, base in zip(names, bases, strict=True):
            apart = unlike[name].filter(rows)
            touched = pc.fill_null(pc.not_equal(encode_values(theirs[name].combine_chunks()), base), False)
            edited = pc.and_(apart, pc.or_(touched, adopted))
            self._note(outcomes, ours.filter(edited), "edited")
            differences += self._untouched(table, name, ours, theirs, pc.and_not(apart, edited), outcomes)
        outcomes |= {difference.v2_id: "different" for difference in differences if difference.v2_id}
        return differences

    def _untouched(
        self,
        table: Table,
        name: str,
        ours: pa.Table,
        theirs: pa.Table,
        mask: pa.Array,
        outcomes: dict[str, str],
    ) -> list[Difference]:
        """Tell what was decided since from what is wrong, of values as they were loaded."""
        if not pc.any(mask).as_py():
            return []
        v2_table = self.names.table(table.name)
        keys = ours["v2_id"].filter(mask).to_pylist()
        decided = pa.array(self.is_decided(v2_table, self.names.column(table.name, name), keys), pa.bool_())
        self._note(outcomes, ours.filter(mask).filter(decided), "decided")
        ours, theirs = (
            ours.filter(mask).filter(pc.invert(decided)),
            theirs.filter(mask).filter(pc.invert(decided)),
        )
        every = pa.array([True] * ours.num_rows, pa.bool_())
        return _differences("different", v2_table, table, name, ours, theirs, every)

    def _adopted(self, table: Table, ours: pa.Table) -> pa.Array:
        """Tell which rows are their users' own accounts: all their values are kept as edits."""
        if table is not v3.members:
            return pa.array([False] * ours.num_rows, pa.bool_())
        return pc.invert(pc.is_in(ours["id"], value_set=self.owners)).combine_chunks()

    @staticmethod
    def _note(outcomes: dict[str, str], rows: pa.Table, outcome: str) -> None:
        for v2_id in rows["v2_id"].to_pylist():
            outcomes.setdefault(v2_id, outcome)

    def _by_cohort(
        self, fates: pa.Table, outcomes: dict[str, dict[str, str]], differences: list[Difference]
    ) -> Account:
        """Give each v2 row its one outcome."""
        keys, ledger = self._ledger()
        recorded = ledger["fate"].combine_chunks().take(pc.index_in(ledger_keys(fates), value_set=keys))
        fates = fates.append_column("recorded", recorded)
        outcome = _outcomes(fates, _by_key(fates, outcomes))
        fates = fates.append_column("outcome", outcome)
        account = Account(differences=differences)
        counted = fates.group_by(["cohort", "v2_table", "outcome"]).aggregate([([], "count_all")])
        for row in counted.to_pylist():
            account.rows[row["cohort"] or "", row["v2_table"], row["outcome"]] += row["count_all"]
        known = {(difference.v2_table, difference.v2_id) for difference in differences}
        wrong = fates.filter(pc.is_in(outcome, value_set=pa.array(DIFFERENCES, TEXT))).slice(0, SHOWN)
        account.differences += [
            Difference(
                row["outcome"],
                row["v2_table"],
                row["v2_id"],
                column="fate",
                expected=row["fate"],
                found=row["recorded"],
            )
            for row in wrong.to_pylist()
            if (row["v2_table"], row["v2_id"]) not in known
        ]
        return account

    def _add_gone(self, account: Account, fates: pa.Table) -> None:
        keys, ledger = self._ledger()
        gone = ledger.filter(pc.invert(pc.is_in(keys, value_set=ledger_keys(fates))))
        for cohort, table in zip(gone["cohort"].to_pylist(), gone["v2_table"].to_pylist(), strict=True):
            account.rows[cohort or "", table, "gone"] += 1

    def _add_surplus(self, account: Account) -> None:
        """Find v3 rows of these members that bear an id of the migration and that no v2 row explains."""
        migrated = self.present.ledger["v3_id"].combine_chunks()
        for table in v3.LOAD_ORDER:
            theirs = self.present.rows.get(table.name)
            if theirs is None:
                continue
            ids = theirs["id"].combine_chunks()
            made = pc.match_substring_regex(ids, MIGRATED_ID)
            surplus = ids.filter(pc.and_not(made, pc.is_in(ids, value_set=migrated)))
            doubled = _doubles(table, theirs, migrated)
            for v3_id in dict.fromkeys([*surplus.to_pylist(), *doubled]):
                v2_table = self.names.table(table.name)
                account.rows["", v2_table, "unaccounted"] += 1
                account.differences.append(Difference("unaccounted", v2_table, None, table.name, v3_id))

    def _add_hours(self, account: Account) -> None:
        """Add up training hours: what v2 gives for the rows that arrived, and what v3 holds of them."""
        if "trainings" not in self.batch.rows:
            return
        ours = ours_as_text(self.batch.rows["trainings"])
        cohorts = self._cohorts("training", ours["v2_id"].combine_chunks())
        theirs = self.present.theirs(v3.trainings)
        places = pc.index_in(ours["id"].combine_chunks(), value_set=theirs["id"].combine_chunks())
        in_v3 = theirs["duration_hours"].combine_chunks().take(places)
        for name, hours in (("expected", ours["duration_hours"]), ("in v3", in_v3)):
            for cohort, total in sum_hours(cohorts, hours).items():
                account.hours[cohort, name] += total

    def _cohorts(self, table: str, v2_ids: pa.Array) -> pa.Array:
        fates = ours_as_text(self.batch.fates[["v2_table", "v2_id", "cohort"]])
        fates = fates.filter(pc.equal(fates["v2_table"], table))
        return (
            fates["cohort"]
            .combine_chunks()
            .take(pc.index_in(v2_ids, value_set=fates["v2_id"].combine_chunks()))
        )


def sum_hours(cohorts: pa.Array, hours: pa.Array | pa.ChunkedArray) -> dict[str, Decimal]:
    """Return cohort ('' for none) → the sum of hours given as canonical text; what is no number counts 0."""
    numbers = pc.if_else(pc.match_substring_regex(hours, HOURS), hours, pa.scalar(None, TEXT))
    numbers = numbers.cast(pa.string()).cast(pa.decimal128(18, 2))
    table = pa.table({"cohort": pc.fill_null(cohorts, ""), "hours": numbers})
    summed = table.group_by("cohort").aggregate([("hours", "sum")]).to_pylist()
    return {row["cohort"]: row["hours_sum"] or Decimal(0) for row in summed}


HOURS = r"^-?[0-9]+\.[0-9]{2}$"
MIGRATED_ID = "^0[1-9a-c][0-9a-f]{10}8[0-9a-f]{3}[89ab]"
"""An id as `migrate.transform.identity` makes them: a table's code, version 8."""


def _outcomes(fates: pa.Table, compared: pa.Array) -> pa.Array:
    """Return the one outcome of each v2 row; what was migrated once stays so, even if v2 drops it by now."""
    recorded = fates["recorded"].combine_chunks()
    as_expected = pc.or_(pc.equal(recorded, fates["fate"].combine_chunks()), pc.equal(recorded, "rejected"))
    return pc.case_when(
        pc.make_struct(pc.is_null(recorded), pc.equal(recorded, "migrated"), as_expected),
        pa.scalar("unaccounted", TEXT),
        pc.coalesce(compared, pa.scalar("equal", TEXT)),
        recorded,
        pa.scalar("different", TEXT),
    )


def _by_key(fates: pa.Table, outcomes: dict[str, dict[str, str]]) -> pa.Array:
    """Return the outcome that comparing values gave each row; NULL for rows that are equal."""
    pairs = [
        (f"{table}\x1f{v2_id}", outcome)
        for table, found in outcomes.items()
        for v2_id, outcome in found.items()
    ]
    keys, values = (pa.array([pair[place] for pair in pairs], TEXT) for place in (0, 1))
    return values.take(pc.index_in(ledger_keys(fates), value_set=keys))


def _unlike(left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.Array:
    unlike = pc.fill_null(pc.not_equal(left, right), False)
    result = pc.or_(unlike, pc.xor(pc.is_null(left), pc.is_null(right)))
    return result.combine_chunks() if isinstance(result, pa.ChunkedArray) else result


def _differences(
    kind: str, v2_table: str, table: Table, column: str, ours: pa.Table, theirs: pa.Table, mask: pa.Array
) -> list[Difference]:
    ours, theirs = ours.filter(mask), theirs.filter(mask)
    parts = (ours["v2_id"], theirs["id"], ours[column], theirs[column])
    return [
        Difference(kind, v2_table, v2_id, table.name, v3_id, column, _short(expected), _short(found))
        for v2_id, v3_id, expected, found in zip(*(part.to_pylist() for part in parts), strict=True)
    ]


def _doubles(table: Table, theirs: pa.Table, migrated: pa.Array) -> Iterable[str]:
    """Return ids of rows that no v2 row explains and that repeat a migrated row of the same owner."""
    names = v3.merged_columns(table)
    others = theirs.filter(pc.invert(pc.is_in(theirs["id"], value_set=migrated)))
    if not others.num_rows or table is v3.members:
        return ()
    loaded = theirs.filter(pc.is_in(theirs["id"], value_set=migrated))
    same = pc.is_in(_joined(others, names), value_set=_joined(loaded, names))
    doubled: list[str] = others["id"].filter(same).to_pylist()
    return doubled


def _joined(rows: pa.Table, names: tuple[str, ...]) -> pa.Array:
    parts = [encode_values(rows[name].combine_chunks()) for name in names]
    return pc.binary_join_element_wise(*parts, pa.scalar("\x1f", TEXT))


def _short(value: str | None) -> str | None:
    return value if value is None else shown(encode_values(pa.array([value], TEXT))[0].as_py())
