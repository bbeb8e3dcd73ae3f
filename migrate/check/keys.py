"""Whether v2's rows can be found by their keys: what a batch cannot find would be lost without a word."""

from collections.abc import Iterator

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from migrate.databases import read_table
from migrate.extract.bounds import Bounds
from migrate.extract.keys import between, values_of
from migrate.extract.tables import V2Tables
from migrate.rulebook.mapping import Mapping
from migrate.schema import v2


def key_problems(connection: Connection, mapping: Mapping, tables: V2Tables) -> Iterator[str]:
    """Yield each table of which a row is not found by the key that it was just read with."""
    for name, column in v2.KEYS.items():
        if not _is_found_again(connection, tables, name):
            rule, kind = mapping.tables[name], tables.key(name).type
            yield (
                f"v2's column {rule.source}.{rule.columns[column].source} is of a type ({kind}) by which its "
                "rows cannot be found. Make a view that gives it as a text or a number, and name that in "
                f"rules/mapping.yaml under tables.{name}.from"
            )


def _is_found_again(connection: Connection, tables: V2Tables, name: str) -> bool:
    key = tables.key(name)
    first = read_table(connection, select(key).where(key.is_not(None)).limit(1)).column(0).to_pylist()
    if not first:
        return True
    bounds = Bounds("orphans", first=first[0], last=first[0])
    wanted = select(key).where(*between(key, listed=False)).limit(1)
    try:
        found = read_table(connection, wanted, values_of(bounds, key))
    except DBAPIError:
        raise
    except (SQLAlchemyError, ValueError):  # no bound of this type can be said
        return False
    return bool(found.num_rows)
