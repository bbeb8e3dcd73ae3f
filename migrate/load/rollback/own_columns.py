"""v3's own columns: those that the migration does not write, and that its users fill in."""

import re
from collections.abc import Iterator

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    cast,
    column,
    func,
    literal_column,
)
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.types import NullType, TypeEngine

from migrate.databases import is_mariadb, reflected_columns
from migrate.schema import v3

_NOTHING = re.compile(r"\(*null\)*(::.+)?", re.IGNORECASE)  # as engines tell it: NULL::character varying
_CONSTANT = re.compile(
    r"(-?[0-9.]+|true|false|b?'(''|[^'])*')(::[^()']+(\([0-9, ]+\))?(\[\])?)?", re.IGNORECASE
)
"""A default that is the same in every row."""


def filled_in(connection: Connection, table: Table) -> list[ColumnElement[bool]]:
    """Return conditions, one of which is true of each row in which a user has filled in such a column.

    They are about the contract's own columns, and about columns that others have added to v3 with no default
    or a constant one. Left out are computed columns, and those with a default that differs from row to row,
    such as the current moment.
    """
    return [
        _filled(connection, found)
        for found in _own_columns(connection, table)
        if _is_always_the_same(found) and "computed" not in found
    ]


def not_looked_at(connection: Connection) -> list[str]:
    """Return the columns in which a user's change cannot be seen, as TABLE.COLUMN.

    Others have added them to v3, with a default that differs from row to row. Computed columns are not among
    them: no user can change what a formula gives.
    """
    return [
        f"{table.name}.{found['name']}"
        for table in v3.LOAD_ORDER
        for found in _own_columns(connection, table)
        if not (_is_always_the_same(found) or {"computed", "identity"} & found.keys())
    ]


def _own_columns(connection: Connection, table: Table) -> Iterator[ReflectedColumn]:
    for found in reflected_columns(connection, table.name):
        if (table.name, found["name"]) in v3.UNWRITTEN or found["name"] not in table.c:
            yield found


def _is_always_the_same(found: ReflectedColumn) -> bool:
    default = found["default"] or "NULL"
    return bool(_CONSTANT.fullmatch(default) or (found["nullable"] and _NOTHING.fullmatch(default)))


def _filled(connection: Connection, found: ReflectedColumn) -> ColumnElement[bool]:
    own = _comparable(connection, column(found["name"]), found["type"])
    return own.is_distinct_from(_comparable(connection, _by_default(connection, found), found["type"]))


def _by_default(connection: Connection, found: ReflectedColumn) -> ColumnElement[object]:
    """Return a column's default in the column's own type: as a float 0.1 is another number."""
    if is_mariadb(connection.dialect):
        return func.default(column(found["name"]))  # reflection gives none for b'0'
    constant: ColumnElement[object] = literal_column(found["default"] or "NULL")
    can_be_cast = connection.dialect.name == "postgresql" and not isinstance(found["type"], NullType)
    return cast(constant, found["type"]) if can_be_cast else constant


def _comparable(
    connection: Connection, value: ColumnElement[object], kind: TypeEngine[object]
) -> ColumnElement[object]:
    """Return a value so that it is compared to the letter; PostgreSQL cannot compare some types at all."""
    if isinstance(kind, Integer | Numeric | Float):
        return value
    return cast(value, LargeBinary if is_mariadb(connection.dialect) else Text)
