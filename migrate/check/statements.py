"""The rows that an expectation is about, as a SELECT over a whole table; great-expectations counts them.

A column that is looked at keeps its name. `times` says how often a value stands there, `found` the key that a
reference leads to, `fate` what the ledger says of a row, `length` how many characters a text has.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    LargeBinary,
    Numeric,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.engine import Dialect

from migrate.check.expectations import Expectation
from migrate.databases import is_mariadb
from migrate.extract.tables import V2Tables
from migrate.load.base import SEPARATOR
from migrate.rulebook.mapping import Mapping
from migrate.schema import v2, v3
from migrate.schema.ledger import rows
from migrate.schema.types import Id


def v2_statement(expectation: Expectation, tables: V2Tables, dialect: Dialect) -> Select[Any]:
    """Return the rows of v2 that an expectation is about."""
    table = tables[expectation.table]
    column = table.c[expectation.column]
    if expectation.claim == "unique":
        return _times(column, dialect)
    if expectation.claim == "found":
        parent = v2.PARENTS[expectation.table][expectation.column]
        key = tables.key(parent)
        linked = table.outerjoin(tables[parent], key == column)
        return select(column, key.label("found")).select_from(linked).where(column.is_not(None))
    if expectation.claim == "filled":
        return select(_unless_blank(column).label(expectation.column))
    if expectation.claim == "length":
        return select(_length(column, dialect))
    return select(column)


def v3_statement(expectation: Expectation, mapping: Mapping, dialect: Dialect) -> Select[Any]:
    """Return the rows of v3 that the migration wrote and whose value no user has edited since."""
    table = v3.metadata.tables[expectation.table]
    column = table.c[expectation.column]
    of_table = and_(rows.c.v2_table == mapping.by_target[table.name], rows.c.v3_table == table.name)
    written = table.join(rows, and_(rows.c.v3_id == table.c.id, of_table))
    if expectation.claim == "migrated":
        return select(rows.c.fate).select_from(written)
    came = rows.c.fate == "migrated"
    if expectation.claim == "found":
        key = next(iter(column.foreign_keys)).column
        linked = written.outerjoin(key.table, key == column)
        found = select(column, key.label("found")).select_from(linked)
        return found.where(came, column.is_not(None))
    looked_at = _length(column, dialect) if expectation.claim == "length" else column
    unedited = _is_unedited(table, column.name, dialect)
    return select(looked_at).select_from(written).where(came, unedited)


def _times(column: ColumnElement[Any], dialect: Dialect) -> Select[Any]:
    """Count each value, to the letter: MariaDB's usual collations take 'a1' and 'A1 ' for one."""
    is_text = isinstance(column.type, String)
    exact = cast(column, LargeBinary) if is_text and is_mariadb(dialect) else column
    filled = _unless_blank(column) if is_text else column
    value = column if exact is column else func.min(column)
    counted = select(value.label(column.key), func.count().label("times"))
    return counted.where(filled.is_not(None)).group_by(exact)


def _length(column: ColumnElement[Any], dialect: Dialect) -> ColumnElement[int]:
    """Count characters: the texts themselves stay where they are."""
    count = func.char_length if is_mariadb(dialect) else func.length
    return count(cast(column, String)).label("length")


def _unless_blank(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.nullif(func.trim(cast(column, String)), "")


def _is_unedited(table: Table, name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Return whether v3 has what was last loaded; true for columns that the migration never writes."""
    merged = v3.merged_columns(table)
    if name not in merged:
        return literal(value=1) == 1
    base = _part(rows.c.base, merged.index(name) + 1, dialect)
    column = table.c[name]
    return case((column.is_(None), "-"), else_=literal("=") + _canonical(column, dialect)) == base


def _canonical(column: ColumnElement[Any], dialect: Dialect) -> ColumnElement[Any]:
    """Return a value as the base has it (`migrate.load.canonical`)."""
    if isinstance(column.type, Id):
        return func.replace(cast(column, String), "-", "")
    if isinstance(column.type, Numeric):
        return func.printf("%.2f", column) if dialect.name == "sqlite" else cast(column, String)
    if isinstance(column.type, Date | DateTime):
        return func.replace(cast(column, String), ".000000", "")  # a whole second, as SQLite may keep it
    if column.type.python_type is bool:
        return case((column.is_(True), "true"), else_="false")
    return column


def _part(base: ColumnElement[Any], place: int, dialect: Dialect) -> ColumnElement[Any]:
    """Return one part of a base, counted from 1; `migrate.check.great_suite` teaches SQLite split_part."""
    if is_mariadb(dialect):
        start = func.substring_index(base, SEPARATOR, place)
        return func.substring_index(start, SEPARATOR, -1)
    return func.split_part(base, SEPARATOR, place)
