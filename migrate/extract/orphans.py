"""The rows of v2 whose parent does not exist."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Select, literal, or_, select

from migrate.databases import is_mariadb, read_table
from migrate.extract.keys import is_number
from migrate.extract.tables import V2Tables
from migrate.schema import v2
from migrate.schema.arrow import whole

_MOST_NAMED = 1_000


def read_orphan_keys(connection: Connection, tables: V2Tables, table: str, members: pa.Array) -> pa.Array:
    """Return the keys of a table's rows whose parent does not exist, as text in v2's own order.

    members: the keys of all members, as text. MariaDB looks up the owner of each row; where keys are numbers,
    comparing the distinct owners with the members here takes a third of that time.
    """
    key = tables.key(table)
    orphans = select_orphans(tables, table, select(key)).order_by(key)
    unknown = _unknown_owners(connection, tables, table, members)
    if unknown is not None:
        owner = tables[table].c["member_id"]
        orphans = orphans.where(or_(owner.is_(None), owner.in_(unknown)))
    return whole(read_table(connection, orphans).column(0))


def select_orphans(tables: V2Tables, table: str, rows: Select[Any]) -> Select[Any]:
    """Restrict a SELECT to a table's orphans, or to the rows of another table that hang on those.

    rows: selects from `table`, joined to the other one where there is one. An orphan's parent does not exist.
    """
    link, parent = next(iter(v2.PARENTS[table].items()))
    own, parents = tables[table], tables[parent]
    matching = select(literal(1)).where(tables.key(parent) == own.c[link]).select_from(parents)
    return rows.where(~matching.correlate(own).exists())


def _unknown_owners(
    connection: Connection, tables: V2Tables, table: str, members: pa.Array
) -> list[int] | None:
    """Return the numbers of owners that are no members; None where the server had better look itself.

    Engines other than MariaDB join whole tables, sooner than the owners could be sent here.
    """
    if not is_mariadb(connection.dialect) or next(iter(v2.PARENTS[table])) != "member_id":
        return None
    owner = tables[table].c["member_id"]
    if not (is_number(owner.type) and is_number(tables.key("members").type)):
        return None
    owners = whole(read_table(connection, select(owner).group_by(owner)).column(0)).drop_null()
    unknown = owners.filter(pc.invert(pc.is_in(owners, value_set=members)))
    return None if len(unknown) > _MOST_NAMED else [int(number) for number in unknown.to_pylist()]
