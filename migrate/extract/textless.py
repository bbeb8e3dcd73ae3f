"""Whether a column's values can be had as text: MariaDB writes none for a place on a map, such as a POINT."""

from typing import Any

from sqlalchemy import Column, Connection, Text, cast, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import NullType

from migrate.databases import is_mariadb
from migrate.databases.error_codes import has_no_text


def is_textless(connection: Connection, column: Column[Any]) -> bool:
    """Return whether the server refuses to write a table's column as text.

    Only of types that SQLAlchemy has no name for is it asked; PostgreSQL writes each of its own.
    """
    if not is_mariadb(connection.dialect) or not isinstance(column.type, NullType):
        return False
    try:
        connection.execute(select(cast(column, Text)).limit(0))
    except DBAPIError as error:
        if has_no_text(error):
            return True
        raise
    return False
