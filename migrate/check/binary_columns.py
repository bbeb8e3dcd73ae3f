"""Whether a column to be read as text is one: PostgreSQL writes bytes and arrays in a notation of its own."""

from collections.abc import Iterator

from sqlalchemy import ARRAY, Connection, LargeBinary

from migrate.extract.tables import reflect_table
from migrate.rulebook.mapping import Mapping


def binary_problems(connection: Connection, mapping: Mapping) -> Iterator[str]:
    """Yield each column of v2 that v3 would get as \\x436f… or {…}; the other engines give texts."""
    if connection.dialect.name != "postgresql":
        return
    for name, rule in mapping.tables.items():
        reflected = reflect_table(connection, rule.source)
        for column in rule.columns.values():
            kind = reflected.c[column.source].type
            if rule.to and column.read and isinstance(kind, LargeBinary | ARRAY):
                yield (
                    f"v2's column {rule.source}.{column.source} is of a type ({kind}) that is no text. "
                    f"Make a view that gives it as one, and name that in {mapping.file} under "
                    f"tables.{name}.from"
                )
