"""The anomalies of a batch: those that the transform found, and those that only the merge can see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.load.base import shown
from migrate.load.canonical import ours_as_text
from migrate.load.names import V2Names
from migrate.load.planning.lookups import Finder, Lookups
from migrate.load.planning.merge import Kept, TableMerge
from migrate.load.present import LEDGER_ANOMALY_COLUMNS, NO_KEYS, ledger_keys, table_keys
from migrate.rulebook.anomalies import Catalogue
from migrate.schema.arrow import NULL, TEXT, whole, with_columns
from migrate.schema.reasons import (
    ARCHIVED_ASSESSMENT,
    CONFLICT,
    KEPT_USER_DELETE,
    NUMBER_TAKEN,
    PARENT_DELETED,
)

_BLANK = "nothing"
_LONGEST_SHOWN = 80

ROW_DELETED = "A user has deleted this row in v3; it is not made again."
PARENT_IS_DELETED = "A user has deleted in v3 what this row belongs to; it was not loaded."
GIVEN_AWAY = "v2 gives this row to something that a user has deleted in v3; it stays where it was."
GONE = "v2 no longer has this row; its v3 row stays."
ARCHIVED_SINCE = "v2 archived this assessment after it had been migrated; its v3 row stays."

NUMBER_KEPT = (
    "A v3 account that is somebody else's has the number that v2 gives; the member keeps what they had."
)


def batch_anomalies(
    transformed: pd.DataFrame,
    rows: "RowAnomalies",
    tables: Mapping[str, TableMerge],
    lookups: Lookups,
    names: V2Names,
) -> pa.Table:
    """Return all anomalies of a batch (LEDGER_ANOMALY_COLUMNS).

    transformed: those that the transform found. rows: makes those that the merges in `tables` (by v3 table)
    and the ledger give rise to.
    """
    deleted = pa.concat_tables(
        [NO_KEYS, *(table_keys(names.table(name), merge.deleted) for name, merge in tables.items())]
    )
    found = rows.with_owners(ours_as_text(transformed))
    found = found.filter(pc.invert(pc.is_in(ledger_keys(found), value_set=ledger_keys(deleted))))
    parentless = rows.with_reason(PARENT_DELETED)
    found = not_loaded(found, ledger_keys(parentless))
    more = [
        *rows.about(deleted, KEPT_USER_DELETE, ROW_DELETED),
        *rows.about(parentless, KEPT_USER_DELETE, PARENT_IS_DELETED),
        *rows.about(rows.gone(lookups.find), "gone-from-v2", GONE),
        *rows.about(rows.archived_since(), "archived-since", ARCHIVED_SINCE),
        *_about_kept_values(rows, tables, lookups, names),
        *rows.about(_given_away(tables, names), KEPT_USER_DELETE, GIVEN_AWAY),
    ]
    return pa.concat_tables([found, anomaly_table(more)])


def _about_kept_values(
    rows: "RowAnomalies", tables: Mapping[str, TableMerge], lookups: Lookups, names: V2Names
) -> Iterator[dict[str, Any]]:
    """Yield an anomaly for each value that stays as it is in v3, but for what users have deleted."""
    for name, merge in tables.items():
        for kept in merge.kept:
            if kept.code != KEPT_USER_DELETE:
                v2_table, v2_column = names.table(name), names.column(name, kept.column)
                raw = lookups.raw(v2_table, v2_column, kept.v2_ids)
                is_v2s = names.is_filled_from_v2(name, kept.column)
                gives = "v2 gives" if is_v2s else f"the run gives v3's own {kept.column} as"
                yield from rows.kept(v2_table, v2_column, kept, raw, gives)


def _given_away(tables: Mapping[str, TableMerge], names: V2Names) -> pa.Table:
    """Return the keys of the rows that v2 gives to something which a user has deleted, each once."""
    keys = [
        table_keys(names.table(name), kept.v2_ids)
        for name, merge in tables.items()
        for kept in merge.kept
        if kept.code == KEPT_USER_DELETE
    ]
    return pa.concat_tables([NO_KEYS, *keys]).group_by(["v2_table", "v2_id"]).aggregate([])


def not_loaded(anomalies: pa.Table, keys: pa.Array) -> pa.Table:
    """Return the anomalies; those of the rows in `keys` (`ledger_keys`) say that v3 got nothing."""
    if not len(keys):
        return anomalies
    rejected = pc.is_in(ledger_keys(anomalies), value_set=keys)
    loaded = pc.if_else(rejected, NULL, anomalies["loaded_value"])
    return with_columns(anomalies, {"loaded_value": loaded})


class RowAnomalies:
    """Makes anomalies about v2 rows: it knows whose they are."""

    def __init__(self, fates: pa.Table, ledger: pa.Table, catalogue: Catalogue) -> None:
        """Know a batch's rows. fates: of all of them, with owner_id; ledger: what it has of their owners."""
        columns = ["v2_table", "v2_id", "member_id", "cohort", "fate", "reason", "owner_id"]
        self._fates, self._ledger = fates.select(columns), ledger.select(columns)
        self._catalogue = catalogue

    def with_owners(self, anomalies: pa.Table) -> pa.Table:
        """Add owner_id to what the transform found, and name the cohort that the ledger does."""
        places = pc.index_in(ledger_keys(anomalies), value_set=ledger_keys(self._fates))
        cohorts, owners = (whole(self._fates[name]).take(places) for name in ("cohort", "owner_id"))
        named = with_columns(anomalies, {"cohort": cohorts})
        return named.append_column("owner_id", owners).select(LEDGER_ANOMALY_COLUMNS)

    def with_reason(self, reason: str) -> pa.Table:
        """Return the fates of the rows that were left out for a reason."""
        return self._fates.filter(pc.fill_null(pc.equal(self._fates["reason"], reason), False))

    def gone(self, find: Finder) -> pa.Table:
        """Return the ledger's migrated rows that v2 no longer has; those that changed hands it still has."""
        migrated = self._ledger.filter(pc.equal(self._ledger["fate"], "migrated"))
        here = pc.is_in(ledger_keys(migrated), value_set=ledger_keys(self._fates))
        missing = migrated.filter(pc.invert(here))
        elsewhere = [
            table_keys(table, pa.array(sorted(find(table, keys)), TEXT))
            for table, keys in _by_table(missing).items()
        ]
        found = ledger_keys(pa.concat_tables([NO_KEYS, *elsewhere]))
        return missing.filter(pc.invert(pc.is_in(ledger_keys(missing), value_set=found)))

    def archived_since(self) -> pa.Table:
        """Return the assessments that v2 archived after they were migrated."""
        dropped = self.with_reason(ARCHIVED_ASSESSMENT)
        dropped = dropped.filter(pc.equal(dropped["v2_table"], "competence_assessments"))
        migrated = self._ledger.filter(pc.equal(self._ledger["fate"], "migrated"))
        return dropped.filter(pc.is_in(ledger_keys(dropped), value_set=ledger_keys(migrated)))

    def about(self, keys: pa.Table, code: str, message: str) -> list[dict[str, Any]]:
        """Return one anomaly a row, about the whole of it."""
        return [row_anomaly(row, code, message, self._catalogue) for row in self._of(keys)]

    def kept(
        self, v2_table: str, v2_column: str, kept: Kept, raw: Sequence[str | None], gives: str
    ) -> list[dict[str, Any]]:
        """Return one anomaly for each value that stays as its user made it."""
        parts = (raw, kept.base.to_pylist(), kept.ours.to_pylist(), kept.theirs.to_pylist())
        owners = self._of(table_keys(v2_table, kept.v2_ids))
        return [
            {
                **row_anomaly(
                    row,
                    kept.code,
                    _kept_message(kept.code, base, ours, theirs, gives),
                    self._catalogue,
                ),
                "v2_column": v2_column,
                "raw_value": text,
                "loaded_value": shown(base),
            }
            for row, text, base, ours, theirs in zip(owners, *parts, strict=True)
        ]

    def _of(self, keys: pa.Table) -> list[dict[str, Any]]:
        if not keys.num_rows:
            return []
        known = pa.concat_tables([self._fates, self._ledger])
        places = pc.index_in(ledger_keys(keys), value_set=ledger_keys(known))
        rows: list[dict[str, Any]] = known.take(places).to_pylist()
        return rows


def _kept_message(code: str, base: str | None, ours: str | None, theirs: str | None, gives: str) -> str:
    """Say why a value stays. base: what was last loaded, encoded; None where the ledger has forgotten it."""
    if code == CONFLICT:
        return (
            f"{_quoted(shown(base))} was loaded; {gives} {_quoted(ours)} by now, and the member has made it "
            f"{_quoted(theirs)}. The member's value stays."
        )
    if code == NUMBER_TAKEN:
        return NUMBER_KEPT
    if base is None:
        return (
            f"{gives} {_quoted(ours)}; v3 has {_quoted(theirs)}, and that stays: "
            "what was loaded is no longer on record, so it may be the member's own."
        )
    return f"{gives} {_quoted(ours)}; the member has made it {_quoted(theirs)}, and that stays."


def _quoted(value: str | None) -> str:
    if value is None:
        return _BLANK
    return f"'{value}'" if len(value) <= _LONGEST_SHOWN else f"'{value[:_LONGEST_SHOWN]}…'"


def _by_table(rows: pa.Table) -> dict[str, list[str]]:
    """Return v2 table → the keys of the rows."""
    keys: dict[str, list[str]] = {}
    for table, v2_id in zip(rows["v2_table"].to_pylist(), rows["v2_id"].to_pylist(), strict=True):
        keys.setdefault(table, []).append(v2_id)
    return keys


def row_anomaly(row: Mapping[str, Any], code: str, message: str, catalogue: Catalogue) -> dict[str, Any]:
    """Return an anomaly about the whole of a row; row: its fate, with owner_id."""
    whose = {name: row[name] for name in ("cohort", "member_id", "v2_table", "v2_id", "owner_id")}
    return {**whose, "code": code, "severity": catalogue.severity(code), "message": message}


def anomaly_table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Return anomalies as a frame (LEDGER_ANOMALY_COLUMNS); NULL where one has no such part."""
    return pa.Table.from_pylist(
        list(rows), schema=pa.schema([(name, TEXT) for name in LEDGER_ANOMALY_COLUMNS])
    )
