"""What v2 holds that the mapping gives no fate: found before anything is written."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Enum, String, Table, func, select

from migrate.extract.rights import is_readable, readable_tables, unreadable_columns
from migrate.extract.tables import reflect_table, split_name
from migrate.rulebook.mapping import Mapping, TableRule


class Unmapped(NamedTuple):
    """A table of v2, or a column of a mapped table, that has data and no fate."""

    table: str
    column: str | None
    rows: int
    """How many rows have a value."""

    @property
    def amount(self) -> str:
        """How much there is: 1 row, 2,000 values."""
        noun = "row" if self.column is None else "value"
        return f"{self.rows:,} {noun}{'' if self.rows == 1 else 's'}"

    def remedy(self, mapping: Mapping) -> str:
        """Return what to do about it."""
        where = "ignored_tables" if self.column is None else "the table's ignore"
        return f"Map it, or give a reason under {where}, in {mapping.file}"


def unmapped(connection: Connection, mapping: Mapping) -> Iterator[Unmapped]:
    """Yield every table and column with data and no fate, in v2's own names."""
    rules = {rule.source: rule for rule in mapping.tables.values()}
    schemas = sorted({split_name(connection, name)[0] for name in rules})
    for schema in schemas:
        for plain in readable_tables(connection, schema or None):
            name = f"{schema}.{plain}" if schema else plain
            if name in rules or name in mapping.ignored_tables:
                continue
            rows = _count(connection, reflect_table(connection, name))
            if rows:
                yield Unmapped(name, None, rows)
    for name, rule in rules.items():
        yield from _columns(connection, name, rule)


def _columns(connection: Connection, name: str, rule: TableRule) -> Iterator[Unmapped]:
    if not is_readable(connection, name):
        return
    table = reflect_table(connection, name)
    known = {column.source for column in rule.columns.values()} | set(rule.ignore)
    known.update(unreadable_columns(connection, name))  # they are a problem of their own
    for column in table.columns:
        if column.name not in known:
            rows = _count(connection, table, *_has_value(column))
            if rows:
                yield Unmapped(name, column.name, rows)


def _count(connection: Connection, table: Table, *conditions: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(table).where(*conditions)
    return int(connection.execute(counted).scalar_one())


def _has_value(column: Column[Any]) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions that a row has a value in a column: an empty text is none."""
    yield column.is_not(None)
    if isinstance(column.type, String) and not isinstance(column.type, Enum):  # an Enum takes its own words
        yield column != ""
