"""Rows that v3's database refuses: found by halving, rejected by name, so that the others arrive."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from migrate.databases import write_table
from migrate.databases.signs import signs_of
from migrate.load.anomalies import AnomalyChange, not_loaded
from migrate.load.names import V2Names
from migrate.load.parents import PARENT_COLUMNS
from migrate.load.present import ANOMALY_COLUMNS, ledger_keys
from migrate.load.refusal_words import refusal_words
from migrate.rulebook.anomalies import Catalogue
from migrate.schema import v3
from migrate.schema.arrow import TEXT, as_one_text, differ, whole, with_columns

REFUSED = "load-refused"
PARENT = "parent-rejected"
REFUSING = {  # what drivers do not call an error of integrity or data, though it is one
    "P0001",  # PostgreSQL: RAISE EXCEPTION in a trigger
    "44000",  # PostgreSQL: a view's check option
    "1644",  # MariaDB: SIGNAL in a trigger
    "3819",  # MySQL: a check constraint
    "4025",  # MariaDB: a check constraint, in an UPDATE that joins
}


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
    ids: frozenset[str] = field(default_factory=frozenset)
    changes: tuple[Refused, ...] = ()
    """Rows that v3 has and of which it refused the new values: they stay as they were."""

    def __add__(self, other: "Refusals") -> "Refusals":
        return Refusals(self.rows + other.rows, self.ids | other.ids, self.changes + other.changes)

    def applied_to(self, fates: pa.Table) -> pa.Table:
        """Return the fates with these rows rejected."""
        if not self.rows:
            return fates
        keys = _keys(self.rows)
        reasons = pa.array([row.reason for row in self.rows], TEXT)
        places = pc.index_in(ledger_keys(fates), value_set=keys)
        mask = pc.is_valid(places)
        nothing = pa.scalar(None, TEXT)
        values = {
            "fate": pc.if_else(mask, pa.scalar("rejected", TEXT), fates["fate"]),
            "reason": pc.if_else(mask, reasons.take(places), fates["reason"]),
            "v3_table": pc.if_else(mask, nothing, fates["v3_table"]),
            "v3_id": pc.if_else(mask, nothing, fates["v3_id"]),
        }
        if "was_run_id" in fates.column_names:  # the run that rejected it first for this reason gave the fate
            again = pc.and_(mask, pc.fill_null(pc.equal(values["reason"], fates["was_reason"]), False))
            values["run_id"] = pc.if_else(again, fates["was_run_id"], fates["run_id"])
        return with_columns(fates, values)

    def change(self, planned: AnomalyChange, fates: pa.Table, catalogue: Catalogue) -> AnomalyChange:
        """Return how the ledger's anomalies change where these rows did not arrive.

        What their texts were read as is still said, and that v3 got nothing of it, or has what it had.
        """
        if not (self.rows or self.changes):
            return planned
        found = _as_held(not_loaded(planned.found, _keys(self.rows)), self.changes)
        return planned.instead(pa.concat_tables([found, self.anomalies(fates, catalogue)]))

    def anomalies(self, fates: pa.Table, catalogue: Catalogue) -> pa.Table:
        """Return one anomaly (ANOMALY_COLUMNS) for each of these rows."""
        every = self.rows + self.changes
        keys = _keys(every)
        owners = fates.take(pc.index_in(keys, value_set=ledger_keys(fates))).to_pylist()
        return pa.Table.from_pylist(
            [
                {
                    **{
                        name: owner[name] for name in ("cohort", "member_id", "v2_table", "v2_id", "owner_id")
                    },
                    "code": row.reason,
                    "severity": catalogue.severity(row.reason),
                    "message": row.error,
                }
                for row, owner in zip(every, owners, strict=True)
            ],
            schema=pa.schema([(name, TEXT) for name in ANOMALY_COLUMNS]),
        )

    def without_rejected(self, rows: pa.Table) -> pa.Table:
        """Leave out rows that did not arrive; `rows` has v2_table and v2_id."""
        return rows.filter(pc.invert(pc.is_in(ledger_keys(rows), value_set=_keys(self.rows))))

    def without_changes(self, rows: pa.Table) -> pa.Table:
        """Leave out rows of which v3 refused the new values; `rows` has v2_table and v2_id."""
        return rows.filter(pc.invert(pc.is_in(ledger_keys(rows), value_set=_keys(self.changes))))


NO_REFUSALS = Refusals()


def insert_surviving(
    connection: Connection, table: Table, v2_table: str, rows: pa.Table, before: Refusals
) -> Refusals:
    """Insert the rows that the database takes, and return the others.

    rows: `v2_id` and the table's written columns. Rows whose parent was refused `before` are not tried.
    """
    rows, homeless = _split_homeless(table, rows, before)
    refused = [
        _refused(v2_table, table.name, row, PARENT, "What this row belongs to could not be loaded.")
        for row in homeless.to_pylist()
    ]

    def insert(part: pa.Table) -> None:
        write_table(connection, table, part.drop_columns(["v2_id"]))

    refused += _write_halves(connection, table, v2_table, rows, insert)
    return Refusals(tuple(refused), frozenset(row.v3_id for row in refused))


def update_surviving(
    connection: Connection,
    table: Table,
    names: V2Names,
    rows: pa.Table,
    held: pa.Table,
    update: Callable[[pa.Table], None],
    together: Iterable[list[str]] = (),
) -> Refusals:
    """Update the rows of which the database takes the new values, and return the others.

    held: id and merged columns of these rows as v3 has them. together: ids of rows that are taken or refused
    as one.
    """
    refused: list[Refused] = []
    v2_table, tried = names.table(table.name), rows
    for ids in together:
        are_these = pc.is_in(tried["id"], value_set=pa.array(ids, TEXT))
        refused += _write_halves(connection, table, v2_table, tried.filter(are_these), update, as_one=True)
        tried = tried.filter(pc.invert(are_these))
    refused += _write_halves(connection, table, v2_table, tried, update)
    if not refused:
        return NO_REFUSALS
    ids_refused = pa.array([row.v3_id for row in refused], TEXT)
    still = _still_held(table, names, rows.filter(pc.is_in(rows["id"], value_set=ids_refused)), held)
    return Refusals(changes=tuple(replace(row, held=still[row.v3_id]) for row in refused))


def _still_held(
    table: Table, names: V2Names, rows: pa.Table, held: pa.Table
) -> dict[str, dict[str, str | None]]:
    """Return v3 id → v2 column → what v3 has, of each value that an update would change."""
    held = held.take(pc.index_in(rows["id"], value_set=whole(held["id"])))
    still: dict[str, dict[str, str | None]] = {v3_id: {} for v3_id in rows["id"].to_pylist()}
    for name in v3.merged_columns(table):
        changes = differ(rows[name], held[name])
        ids, values = (column.filter(changes).to_pylist() for column in (rows["id"], held[name]))
        for v3_id, value in zip(ids, values, strict=True):
            still[v3_id][names.column(table.name, name)] = value
    return still


def _as_held(anomalies: pa.Table, changes: Iterable[Refused]) -> pa.Table:
    """Return anomalies of which those about values that v3 refused name the one that it still has."""
    held = [(row.v2_table, row.v2_id, column, value) for row in changes for column, value in row.held.items()]
    if not held:
        return anomalies
    *places, values = (pa.array(parts, TEXT) for parts in zip(*held, strict=True))
    columns = (anomalies[name] for name in ("v2_table", "v2_id", "v2_column"))
    found = pc.index_in(as_one_text(*columns), value_set=as_one_text(*places), skip_nulls=True)
    loaded = pc.if_else(pc.is_valid(found), values.take(found), anomalies["loaded_value"])
    return with_columns(anomalies, {"loaded_value": loaded})


def _split_homeless(table: Table, rows: pa.Table, before: Refusals) -> tuple[pa.Table, pa.Table]:
    ids = pa.array(sorted(before.ids), TEXT)
    homeless = pa.chunked_array([pa.array([False] * rows.num_rows, pa.bool_())])
    for name in PARENT_COLUMNS[table.name]:
        homeless = pc.or_(homeless, pc.is_in(rows[name], value_set=ids))
    return rows.filter(pc.invert(homeless)), rows.filter(homeless)


def _write_halves(
    connection: Connection,
    table: Table,
    v2_table: str,
    rows: pa.Table,
    write: Callable[[pa.Table], None],
    *,
    as_one: bool = False,
) -> list[Refused]:
    if not rows.num_rows:
        return []
    try:
        with connection.begin_nested():
            write(rows)
    except DBAPIError as error:
        if not is_refusal(error):
            raise
        if as_one or rows.num_rows == 1:
            words = refusal_words(error)
            return [_refused(v2_table, table.name, row, REFUSED, words) for row in rows.to_pylist()]
        half = rows.num_rows // 2
        parts = (rows.slice(0, half), rows.slice(half))
        return [row for part in parts for row in _write_halves(connection, table, v2_table, part, write)]
    return []


def is_refusal(error: DBAPIError) -> bool:
    """Tell whether the database refused a value, rather than failed."""
    if error.connection_invalidated:
        return False
    return isinstance(error, IntegrityError | DataError) or not REFUSING.isdisjoint(signs_of(error))


def _refused(v2_table: str, v3_table: str, row: dict[str, str], reason: str, error: str) -> Refused:
    return Refused(v2_table, row["v2_id"], v3_table, row["id"], reason, error)


def _keys(rows: Iterable[Refused]) -> pa.Array:
    names = ("v2_table", "v2_id")
    return ledger_keys(
        pa.table({name: pa.array([getattr(row, name) for row in rows], TEXT) for name in names})
    )
