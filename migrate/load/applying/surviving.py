"""Writes the rows that v3's database accepts; those that it refuses are found by halving."""

from collections.abc import Callable, Iterable
from dataclasses import replace

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


def insert_surviving(
    connection: Connection, table: Table, v2_table: str, rows: pa.Table, before: Refusals
) -> Refusals:
    """Insert the rows that the database takes, and return the others.

    rows: `v2_id` and the table's written columns. Rows whose parent was refused `before` are not tried.
    """
    rows, parentless = _split_parentless(table, rows, before)
    refused = [
        _refused(v2_table, table.name, row, PARENT_REJECTED, "What this row belongs to could not be loaded.")
        for row in parentless.to_pylist()
    ]

    def insert(part: pa.Table) -> None:
        write_table(connection, table, part.drop_columns(["v2_id"]))

    refused += _write_halves(connection, table, v2_table, rows, insert)
    return Refusals(tuple(refused))


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


def _split_parentless(table: Table, rows: pa.Table, before: Refusals) -> tuple[pa.Table, pa.Table]:
    ids = pa.array(sorted(before.ids), TEXT)
    parentless = pa.chunked_array([nowhere(rows.num_rows)])
    for name in PARENT_COLUMNS[table.name]:
        parentless = pc.or_(parentless, pc.is_in(rows[name], value_set=ids))
    return rows.filter(pc.invert(parentless)), rows.filter(parentless)


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
            return [_refused(v2_table, table.name, row, LOAD_REFUSED, words) for row in rows.to_pylist()]
        half = rows.num_rows // 2
        parts = (rows.slice(0, half), rows.slice(half))
        return [row for part in parts for row in _write_halves(connection, table, v2_table, part, write)]
    return []


def is_refusal(error: DBAPIError) -> bool:
    """Tell whether the database refused a value, rather than failed."""
    if error.connection_invalidated:
        return False
    return isinstance(error, IntegrityError | DataError) or not REFUSING.isdisjoint(error_codes_of(error))


def _refused(v2_table: str, v3_table: str, row: dict[str, str], reason: str, error: str) -> Refused:
    return Refused(v2_table, row["v2_id"], v3_table, row["id"], reason, error)
