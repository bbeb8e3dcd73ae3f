"""v3's own columns: those that the migration leaves blank, for its users to fill in."""

import re

from sqlalchemy import ColumnElement, Connection, Table, column, inspect

from migrate.schema import v3

_NOTHING = re.compile(r"\(*null\)*(::.+)?", re.IGNORECASE)  # as engines tell it: NULL::character varying


def own_columns(connection: Connection, table: Table) -> list[ColumnElement[object]]:
    """Return the columns of a v3 table in which there is nothing unless its users have filled them in.

    Beside the contract's these are what others have added to v3: not what a default or a formula fills.
    """
    return [
        column(found["name"])
        for found in inspect(connection).get_columns(table.name)
        if (table.name, found["name"]) in v3.UNWRITTEN
        or (
            found["name"] not in table.c
            and found["nullable"]
            and _NOTHING.fullmatch(found["default"] or "NULL")
            and "computed" not in found
        )
    ]
