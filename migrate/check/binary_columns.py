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
    """Yield each column of v2 that cannot be read as text, or would be another text in v3."""
    for name, rule in mapping.tables.items():
        reflected = reflect_table(connection, rule.source)
        for column in rule.columns.values():
            found = reflected.c[column.source]
            is_migrated = bool(rule.to and column.read)
            if (is_migrated and _is_misread(connection, found)) or is_textless(connection, found):
                named = "" if isinstance(found.type, NullType) else f" ({found.type})"
                yield (
                    f"v2's column {rule.source}.{column.source} is of a type{named} that is no text. "
                    f"Make a view that gives it as one, and name that in {mapping.file} under "
                    f"tables.{name}.from"
                )


def _is_misread(connection: Connection, column: Column[Any]) -> bool:
    return connection.dialect.name == "postgresql" and isinstance(column.type, LargeBinary | ARRAY)
