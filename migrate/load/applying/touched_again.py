"""Rows that a run changes once more: it had met them, was stopped, and meets them again."""

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from migrate.databases import read_table
from migrate.load.names import V2Names
from migrate.load.planning.plan import LoadPlan
from migrate.load.present import ledger_keys
from migrate.load.staging import ROWS, stage
from migrate.schema import ledger
from migrate.schema.arrow import TEXT, no_rows

_COLUMNS = ("v2_table", "v2_id", "v3_table")


def touched_again(connection: Connection, plan: LoadPlan, run_id: str, names: V2Names) -> pa.Table:
    """Return v2_table, v2_id and v3_table of those of a plan's updates whose rows the run has touched before.

    Asked before the plan is written: it has created or updated them.
    """
    updated = _updated(plan, names)
    if not updated.num_rows:
        return updated
    stage(connection, ROWS, updated.select(["v2_table", "v2_id"]))
    found = [
        read_table(
            connection,
            select(table.c.v2_table, table.c.v2_id)
            .join_from(ROWS, table, (table.c.v2_table == ROWS.c.v2_table) & (table.c.v2_id == ROWS.c.v2_id))
            .where(table.c.run_id == run_id),
        )
        for table in (ledger.rows, ledger.updates)
    ]
    touched = ledger_keys(pa.concat_tables(found))
    return updated.filter(pc.is_in(ledger_keys(updated), value_set=touched))


def _updated(plan: LoadPlan, names: V2Names) -> pa.Table:
    found = [no_rows(_COLUMNS)]
    for name, merge in plan.tables.items():
        keys = merge.updates["v2_id"]
        tables = [pa.array([text] * len(keys), TEXT) for text in (names.table(name), name)]
        found.append(pa.table([tables[0], keys, tables[1]], names=_COLUMNS))
    return pa.concat_tables(found)
