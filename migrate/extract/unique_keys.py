"""Whether v2 itself rules out that a key stands twice."""

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError, NoSuchTableError, UnreflectableTableError

from migrate.extract.tables import split_name
from migrate.rulebook.mapping import Mapping
from migrate.schema import v2


def keys_are_unique(connection: Connection, mapping: Mapping) -> bool:
    """Return whether the key of every mapped table is seen to be its primary key; a view has none."""
    try:
        return all(
            _primary_key(connection, rule.source) == [rule.columns[v2.KEYS[name]].source]
            for name, rule in mapping.tables.items()
        )
    except (DBAPIError, NoSuchTableError, UnreflectableTableError):  # this account may not see it
        return False


def _primary_key(connection: Connection, name: str) -> list[str]:
    schema, plain = split_name(connection, name)
    return inspect(connection).get_pk_constraint(plain, schema or None)["constrained_columns"]
