"""v3 rows that stand outside of every batch, and ids that the ledger has for no row of v2.

`verify` asks for both, and for v3's schemes and moments; a rollback asks whose the ids are.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Select, Table, exists, select

from migrate.databases import read_table
from migrate.load.canonical import theirs_as_text
from migrate.load.present import select_by_member, select_v3
from migrate.load.staging import IDS, MEMBERS, among_ids, distinct, stage
from migrate.schema import ledger, v3
from migrate.schema.arrow import whole


def read_strays(connection: Connection) -> Iterator[tuple[Table, pa.Array]]:
    """Yield v3 tables with the ids of what belongs to members whom the ledger does not know.

    Most are accounts that their users opened themselves, and what they wrote there.
    """
    rows, members = ledger.rows.c, v3.members.c
    known = exists().where(rows.owner_id == members.id)
    unknown = _ids(connection, select(members.id).where(~known))
    adopted = _ids(
        connection, select(rows.v3_id).where(rows.v2_table == "members", rows.v3_id != rows.owner_id)
    )
    unknown = unknown.filter(pc.invert(pc.is_in(unknown, value_set=adopted)))
    stage(connection, MEMBERS, distinct(unknown, "id"))
    for table in v3.LOAD_ORDER:
        if table is not v3.schemes and len(unknown):
            found = select_by_member(connection, table).with_only_columns(table.c.id)
            yield table, _ids(connection, found)


def read_schemes(connection: Connection) -> pa.Table:
    """Return every scheme of v3, its users' own included: id and the merged columns, canonical text."""
    return theirs_as_text(v3.schemes, read_table(connection, select_v3(v3.schemes)))


def read_moments(connection: Connection, table: Table, ids: pa.Array) -> pa.Array:
    """Return the updated_at of v3 rows as canonical text, in the order of the ids."""
    stage(connection, IDS, distinct(ids, "id"))
    wanted = among_ids(connection, select(table.c.id, table.c.updated_at), table, IDS.c.id)
    found = theirs_as_text(table, read_table(connection, wanted))
    places = pc.index_in(ids, value_set=whole(found["id"]))
    return whole(found["updated_at"]).take(places)


def unrecorded(connection: Connection, ids: pa.Array) -> pa.Array:
    """Return the v3 ids that the ledger has for no v2 row at all."""
    if not len(ids):
        return ids
    stage(connection, IDS, distinct(ids, "id"))
    rows = ledger.rows.c
    known = _ids(connection, select(rows.v3_id).join_from(ledger.rows, IDS, rows.v3_id == IDS.c.id))
    return ids.filter(pc.invert(pc.is_in(ids, value_set=known)))


def _ids(connection: Connection, statement: Select[Any]) -> pa.Array:
    return whole(read_table(connection, statement).column(0))
