"""Whether v2's rows can be found by their keys, and by the keys of what owns them.

A row that a batch cannot find would be lost silently; one that writes its owner's key in another way would be
an orphan.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Numeric, String, Uuid, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from migrate.databases import read_table
from migrate.extract.bounds import Bounds
from migrate.extract.keys import between, values_of
from migrate.extract.tables import V2Tables
from migrate.rulebook.mapping import Mapping
from migrate.schema import v2

_LOOKED_AT = 100
"""Rows of a table that are compared with their owners: a v2 without indexes is slow to find many."""


def key_problems(connection: Connection, mapping: Mapping, tables: V2Tables) -> Iterator[str]:
    """Yield each table of which a row has no key, or is not found by the one that it was just read with."""
    for name, column in v2.KEYS.items():
        if _has_row_without_key(connection, tables, name):
            rule = mapping.tables[name]
            yield (
                f"v2's table {rule.source} has a row without {rule.columns[column].source}, by which alone "
                "it could be found. Give it one, or leave it out: of an export, or of a view that "
                f"{mapping.file} names under tables.{name}.from"
            )
        if not _is_found_again(connection, tables, name):
            rule, kind = mapping.tables[name], tables.key(name).type
            yield (
                f"v2's column {rule.source}.{rule.columns[column].source} is of a type ({kind}) by which its "
                "rows cannot be found. Make a view that gives it as a text or a number, and name that in "
                f"{mapping.file} under tables.{name}.from"
            )


def link_problems(connection: Connection, mapping: Mapping, tables: V2Tables) -> Iterator[str]:
    """Yield each column of parents' keys that writes none of them as the parents themselves do."""
    for child, links in v2.PARENTS.items():
        for column, parent in links.items():
            link, key = tables[child].c[column], tables.key(parent)
            said = _as_types if _cannot_be_compared(connection, link, key) else _as_texts
            differing = said(connection, link, key)
            if differing:
                rule, owner = mapping.tables[child], mapping.tables[parent]
                yield (
                    f"v2's columns {rule.source}.{rule.columns[column].source} and "
                    f"{owner.source}.{owner.columns[v2.KEYS[parent]].source} do not write keys alike "
                    f"({' and '.join(differing)}). Export both alike, or make a view that gives both as one "
                    f"type, and name that in {mapping.file} under tables.{child}.from or "
                    f"tables.{parent}.from"
                )


_FAMILIES = (Integer | Numeric, String, Uuid)
"""PostgreSQL compares types of one of these with each other, and with no other."""


def _cannot_be_compared(connection: Connection, one: ColumnElement[Any], other: ColumnElement[Any]) -> bool:
    families = [
        next((place for place, family in enumerate(_FAMILIES) if isinstance(column.type, family)), None)
        for column in (one, other)
    ]
    return connection.dialect.name == "postgresql" and None not in families and families[0] != families[1]


def _as_types(_: Connection, link: ColumnElement[Any], key: ColumnElement[Any]) -> tuple[str, ...]:
    return str(link.type), str(key.type)


def _as_texts(connection: Connection, link: ColumnElement[Any], key: ColumnElement[Any]) -> tuple[str, ...]:
    """Return how a row and its owner write a key, where they differ in every pair that is looked at.

    Where only some differ (a blank before the figures), those rows are orphans, and reported as such.
    """
    pairs = select(link.label("link"), key.label("key")).where(link == key).limit(_LOOKED_AT)
    said = list(zip(*(column.to_pylist() for column in read_table(connection, pairs).columns), strict=True))
    if any(one == other for one, other in said):
        return ()
    return tuple(repr(text) for pair in said[:1] for text in pair)


def _has_row_without_key(connection: Connection, tables: V2Tables, name: str) -> bool:
    key = tables.key(name)
    return bool(read_table(connection, select(key).where(key.is_(None)).limit(1)).num_rows)


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
