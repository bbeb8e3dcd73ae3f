"""What refers to a v3 table: v3's own tables, and tables that others have added to its database."""

from typing import NamedTuple

from sqlalchemy import Column, Connection, MetaData, Table, inspect

from migrate.schema import v3


class Reference(NamedTuple):
    """A column that holds ids of another table."""

    table: Table
    column: Column[str]


References = dict[str, list[Reference]]
"""v3 table → what refers to its rows."""


def find_references(connection: Connection) -> References:
    """Return every column of the database that refers to the id of a table which the migration fills."""
    found: References = {table.name: [] for table in v3.LOAD_ORDER}
    for table in v3.LOAD_ORDER:
        for key in table.foreign_keys:
            if key.column.table.name in found:
                found[key.column.table.name].append(Reference(table, key.parent))
    for (_, name), keys in inspect(connection).get_multi_foreign_keys().items():
        for foreign in keys if name not in v3.metadata.tables else ():
            if foreign["referred_table"] in found and foreign["referred_columns"] == ["id"]:
                theirs = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
                column = theirs.c[foreign["constrained_columns"][0]]
                found[foreign["referred_table"]].append(Reference(theirs, column))
    return found
