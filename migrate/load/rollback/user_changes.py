"""Which migrated rows are in v3 as they were loaded, and which a user has edited, filled in or deleted."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Table, or_, select

from migrate.databases import read_table
from migrate.load.base import encode_rows
from migrate.load.present import read_rows_by_id
from migrate.load.rollback.own_columns import filled_in
from migrate.load.staging import IDS, among_ids
from migrate.schema import v3
from migrate.schema.arrow import TEXT, whole


@dataclass(frozen=True)
class UserChanges:
    """Migrated rows of one v3 table (columns of the ledger), by what their users have made of them."""

    untouched: pa.Table
    edited: pa.Table
    deleted: pa.Table
    adopted: pa.Table
    """Accounts that were there before the migration."""


def read_user_changes(connection: Connection, table: Table, migrated: pa.Table) -> UserChanges:
    """Compare rows of the ledger that are of one v3 table with v3, where they stay locked.

    migrated: the ledger's rows of all tables, with their base.
    """
    recorded = migrated.filter(pc.equal(migrated["v3_table"], table.name))
    # an account that was there before does not have the id that is derived from its v2 key
    own = pc.and_(
        pc.equal(recorded["v2_table"], "members"), pc.not_equal(recorded["v3_id"], recorded["owner_id"])
    )
    adopted, recorded = recorded.filter(own), recorded.filter(pc.invert(own))
    if not recorded.num_rows:
        return UserChanges(recorded, recorded, recorded, adopted)
    held = read_rows_by_id(connection, table, whole(recorded["v3_id"]), lock=True)
    places = pc.index_in(whole(recorded["v3_id"]), value_set=whole(held["id"]))
    exists = pc.is_valid(places)
    present = recorded.filter(exists)
    theirs = encode_rows([whole(held[name]) for name in v3.merged_columns(table)])
    same = pc.equal(theirs.take(places.filter(exists)), present["base"])
    filled = pc.is_in(present["v3_id"], value_set=_filled_in(connection, table))
    untouched = pc.and_not(pc.fill_null(same, False), filled)
    return UserChanges(
        untouched=present.filter(untouched),
        edited=present.filter(pc.invert(untouched)),
        deleted=recorded.filter(pc.invert(exists)),
        adopted=adopted,
    )


def _filled_in(connection: Connection, table: Table) -> pa.Array:
    """Return the ids of staged rows in which a user has filled a column that is v3's own."""
    filled = filled_in(connection, table)
    if not filled:
        return pa.array([], TEXT)
    theirs = among_ids(connection, select(table.c.id), table, IDS.c.id)
    found = read_table(connection, theirs.where(or_(*filled)))
    return whole(found["id"])
