"""Schemes that v3's users have deleted: nobody's membership can be loaded into them."""

from sqlalchemy import Connection, exists, select

from migrate.databases import read_table
from migrate.schema import ledger, v3


def read_lost_schemes(connection: Connection) -> tuple[str, ...]:
    """Return the ids of the schemes that were migrated and that v3 does not have any more."""
    rows, schemes = ledger.rows.c, v3.schemes.c
    here = exists().where(schemes.id == rows.v3_id)
    wanted = select(rows.v3_id).where(rows.v2_table == "schemes", rows.fate == "migrated", ~here)
    return tuple(sorted(read_table(connection, wanted)["v3_id"].to_pylist()))
