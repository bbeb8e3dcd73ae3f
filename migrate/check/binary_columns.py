"""Whether a column to be read as text is one.

PostgreSQL writes bytes and arrays in a notation of its own, \\x436f… or {…}, and MariaDB a place on a map not
at all.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ARRAY, Column, Connection, LargeBinary
from sqlalchemy.types import NullType

from migrate.extract.tables import reflect_table
from migrate.extract.textless import is_textless
from migrate.rulebook.mapping import Mapping


def binary_problems(connection: Connection, mapping: Mapping) -> Iterator[str]:
    """Yield each column of v2 that is to be migrated, or a key, and is no text."""
    for name, rule in mapping.tables.items():
        reflected = reflect_table(connection, rule.source)
        for column in rule.columns.values():
            found = reflected.c[column.source]
            if rule.to and column.read and _is_no_text(connection, found):
                named = "" if isinstance(found.type, NullType) else f" ({found.type})"
                yield (
                    f"v2's column {rule.source}.{column.source} is of a type{named} that is no text. "
                    f"Make a view that gives it as one, and name that in {mapping.file} under "
                    f"tables.{name}.from"
                )


def _is_no_text(connection: Connection, column: Column[Any]) -> bool:
    if connection.dialect.name == "postgresql":
        return isinstance(column.type, LargeBinary | ARRAY)
    return is_textless(connection, column)
