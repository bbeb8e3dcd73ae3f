"""Writes the rows that v3's database accepts; those that it refuses are found by halving."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from migrate.databases import write_table
from migrate.databases.error_codes import error_codes_of
from migrate.load.applying.refusal_words import refusal_words
from migrate.load.applying.refusals import NO_REFUSALS, Refusals, Refused
from migrate.load.names import V2Names
from migrate.load.planning.parents import PARENT_COLUMNS
from migrate.schema import v3
from migrate.schema.arrow import TEXT, differ, nowhere, whole
from migrate.schema.reasons import LOAD_REFUSED, PARENT_REJECTED

REFUSING = {  # refusals that drivers do not report as errors of integrity or data
    "P0001",  # PostgreSQL: RAISE EXCEPTION in a trigger
    "44000",  # PostgreSQL: a view's check option
    "1644",  # MariaDB: SIGNAL in a trigger
    "3819",  # MySQL: a check constraint
    "4025",  # MariaDB: a check constraint, in an UPDATE that joins
}

Write = Callable[[pa.Table], None]
"""Writes some rows to v3. Raises what the database raises."""


@dataclass(frozen=True)
class SurvivingWriter:
    """Writes to one v3 table what its database takes, and returns what it refuses."""

    connection: Connection
    table: Table
    names: V2Names

    def insert(self, rows: pa.Table, before: Refusals) -> Refusals:
        """Insert the rows that the database takes, and return the others.

        rows: `v2_id` and the table's written columns. Rows whose parent was refused `before` are not tried.
        """
        rows, parentless = _split_parentless(self.table, rows, before)
        words = "What this row belongs to could not be loaded."
        refused = self._refused(parentless, PARENT_REJECTED, words)

        def insert(part: pa.Table) -> None:
            write_table(self.connection, self.table, part.drop_columns(["v2_id"]))

        return Refusals((*refused, *self._write_halves(rows, insert)))

    def update(
        self, rows: pa.Table, held: pa.Table, write: Write, together: Iterable[list[str]] = ()
    ) -> Refusals:
        """Update the rows of which the database takes the new values, and return the others.

        held: id and merged columns of these rows as v3 has them. write: updates some of the rows. together:
        ids of rows that are taken or refused as one.
        """
        refused: list[Refused] = []
        tried = rows
        for ids in together:
            are_these = pc.is_in(tried["id"], value_set=pa.array(ids, TEXT))
            refused += self._write_halves(tried.filter(are_these), write, as_one=True)
            tried = tried.filter(pc.invert(are_these))
        refused += self._write_halves(tried, write)
        if not refused:
            return NO_REFUSALS
        ids_refused = pa.array([row.v3_id for row in refused], TEXT)
        changing = rows.filter(pc.is_in(rows["id"], value_set=ids_refused))
        still = _still_held(self.table, self.names, changing, held)
        return Refusals(changes=tuple(replace(row, held=still[row.v3_id]) for row in refused))

    def _write_halves(self, rows: pa.Table, write: Write, *, as_one: bool = False) -> list[Refused]:
        """Write rows, halving those that are refused until each refusal is one row's, or one set's."""
        if not rows.num_rows:
            return []
        try:
            with self.connection.begin_nested():
                write(rows)
        except DBAPIError as error:
            if not is_refusal(error):
                raise
            if as_one or rows.num_rows == 1:
                return self._refused(rows, LOAD_REFUSED, refusal_words(error))
            half = rows.num_rows // 2
            parts = (rows.slice(0, half), rows.slice(half))
            return [row for part in parts for row in self._write_halves(part, write)]
        return []

    def _refused(self, rows: pa.Table, reason: str, error: str) -> list[Refused]:
        v2_table = self.names.table(self.table.name)
        return [
            Refused(v2_table, row["v2_id"], self.table.name, row["id"], reason, error)
            for row in rows.to_pylist()
        ]


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


def _split_parentless(table: Table, rows: pa.Table, before: Refusals) -> tuple[pa.Table, pa.Table]:
    ids = pa.array(sorted(before.ids), TEXT)
    parentless = pa.chunked_array([nowhere(rows.num_rows)])
    for name in PARENT_COLUMNS[table.name]:
        parentless = pc.or_(parentless, pc.is_in(rows[name], value_set=ids))
    return rows.filter(pc.invert(parentless)), rows.filter(parentless)


def is_refusal(error: DBAPIError) -> bool:
    """Tell whether the database refused a value, rather than failed."""
    if error.connection_invalidated:
        return False
    return isinstance(error, IntegrityError | DataError) or not REFUSING.isdisjoint(error_codes_of(error))
