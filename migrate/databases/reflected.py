"""What a database says of a table's columns, where SQLAlchemy's reflection leaves something out."""

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.interfaces import ReflectedColumn

from migrate.databases.dialects import is_mariadb

_DEFAULTS = text(
    "SELECT column_name, column_default FROM information_schema.columns "
    "WHERE table_schema = DATABASE() AND table_name = :table AND column_default <> 'NULL'"
)
_CHARACTER_SETS = text(
    "SELECT column_name, character_set_name FROM information_schema.columns "
    "WHERE table_schema = DATABASE() AND table_name = :table AND character_set_name NOT LIKE 'utf8%'"
)


def reflected_columns(connection: Connection, table: str) -> list[ReflectedColumn]:
    """Return the columns of a table; of MariaDB's bits with their default, which reflection does not tell."""
    found = inspect(connection).get_columns(table)
    if not is_mariadb(connection.dialect):
        return found
    defaults = {row[0]: row[1] for row in connection.execute(_DEFAULTS, {"table": table})}
    return [{**column, "default": column["default"] or defaults.get(column["name"])} for column in found]


def alien_characters(connection: Connection, table: str) -> dict[str, str]:
    """Return text column → its character set, where that is not UTF-8: what is loaded would be other text.

    Only MariaDB has such columns: in PostgreSQL a database is of one encoding, and the server converts to it
    or refuses.
    """
    if not is_mariadb(connection.dialect):
        return {}
    found = connection.execute(_CHARACTER_SETS, {"table": table})
    return {row[0]: row[1] for row in found}
