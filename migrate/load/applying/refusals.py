"""What the rows that v3's database refused change in the fates and anomalies of their batch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from migrate.load.planning.anomalies import anomaly_table, not_loaded, row_anomaly
from migrate.load.planning.anomaly_change import AnomalyChange
from migrate.load.present import ledger_keys
from migrate.rulebook.anomalies import Catalogue
from migrate.schema.arrow import NULL, TEXT, as_one_text, with_columns


@dataclass(frozen=True)
class Refused:
    """One row that could not be loaded."""

    v2_table: str
    v2_id: str
    v3_table: str
    v3_id: str
    reason: str
    error: str
    held: Mapping[str, str | None] = field(default_factory=dict)
    """v2 column → what v3 still has, of the values that were to change."""


@dataclass(frozen=True)
class Refusals:
    """The rows of a batch that could not be loaded."""

    rows: tuple[Refused, ...] = ()
    """Rows that v3 did not have and still does not have."""
    changes: tuple[Refused, ...] = ()
    """Rows that v3 has and of which it refused the new values: they stay as they were."""

    def __add__(self, other: "Refusals") -> "Refusals":
        return Refusals(self.rows + other.rows, self.changes + other.changes)

    @property
    def ids(self) -> frozenset[str]:
        """The v3 ids of the rows that did not arrive."""
        return frozenset(row.v3_id for row in self.rows)

    def applied_to(self, fates: pa.Table) -> pa.Table:
        """Return the fates with these rows rejected."""
        if not self.rows:
            return fates
        keys = _keys(self.rows)
        reasons = pa.array([row.reason for row in self.rows], TEXT)
        places = pc.index_in(ledger_keys(fates), value_set=keys)
        mask = pc.is_valid(places)
        values = {
            "fate": pc.if_else(mask, pa.scalar("rejected", TEXT), fates["fate"]),
            "reason": pc.if_else(mask, reasons.take(places), fates["reason"]),
            "v3_table": pc.if_else(mask, NULL, fates["v3_table"]),
            "v3_id": pc.if_else(mask, NULL, fates["v3_id"]),
        }
        if "was_run_id" in fates.column_names:  # the run that rejected it first for this reason gave the fate
            again = pc.and_(mask, pc.fill_null(pc.equal(values["reason"], fates["was_reason"]), False))
            values["run_id"] = pc.if_else(again, fates["was_run_id"], fates["run_id"])
        return with_columns(fates, values)

    def change(self, planned: AnomalyChange, fates: pa.Table, catalogue: Catalogue) -> AnomalyChange:
        """Return how the ledger's anomalies change where these rows did not arrive.

        What their texts were read as is still reported, now without a loaded value or with the one v3 kept.
        """
        if not (self.rows or self.changes):
            return planned
        found = _as_held(not_loaded(planned.found, _keys(self.rows)), self.changes)
        return planned.instead(pa.concat_tables([found, self.anomalies(fates, catalogue)]))

    def anomalies(self, fates: pa.Table, catalogue: Catalogue) -> pa.Table:
        """Return one anomaly (LEDGER_ANOMALY_COLUMNS) for each of these rows."""
        every = self.rows + self.changes
        theirs = fates.take(pc.index_in(_keys(every), value_set=ledger_keys(fates))).to_pylist()
        return anomaly_table(
            row_anomaly(fate, row.reason, row.error, catalogue)
            for row, fate in zip(every, theirs, strict=True)
        )

    def without_rejected(self, rows: pa.Table) -> pa.Table:
        """Leave out rows that did not arrive; `rows` has v2_table and v2_id."""
        return rows.filter(pc.invert(pc.is_in(ledger_keys(rows), value_set=_keys(self.rows))))

    def without_changes(self, rows: pa.Table) -> pa.Table:
        """Leave out rows of which v3 refused the new values; `rows` has v2_table and v2_id."""
        return rows.filter(pc.invert(pc.is_in(ledger_keys(rows), value_set=_keys(self.changes))))


NO_REFUSALS = Refusals()


def _as_held(anomalies: pa.Table, changes: Iterable[Refused]) -> pa.Table:
    """Return the anomalies; those about values that v3 refused get the value that it still has."""
    held = [(row.v2_table, row.v2_id, column, value) for row in changes for column, value in row.held.items()]
    if not held:
        return anomalies
    *places, values = (pa.array(parts, TEXT) for parts in zip(*held, strict=True))
    columns = (anomalies[name] for name in ("v2_table", "v2_id", "v2_column"))
    found = pc.index_in(as_one_text(*columns), value_set=as_one_text(*places))
    loaded = pc.if_else(pc.is_valid(found), values.take(found), anomalies["loaded_value"])
    return with_columns(anomalies, {"loaded_value": loaded})


def _keys(rows: Iterable[Refused]) -> pa.Array:
    names = ("v2_table", "v2_id")
    return ledger_keys(
        pa.table({name: pa.array([getattr(row, name) for row in rows], TEXT) for name in names})
    )
