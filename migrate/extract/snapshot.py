"""One consistent view of v2: the keys that batches are cut from, and the rows of a batch."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, literal, or_, select
from sqlalchemy.sql.type_api import TypeEngine

from migrate.databases import fingerprint, read_aggregates, read_table
from migrate.extract.bounds import Bounds, Kind
from migrate.extract.tables import V2Tables, exactly
from migrate.schema import v2
from migrate.schema.frames import V2Batch

OWNED_BY_MEMBERS = tuple(name for name, parents in v2.PARENTS.items() if "member_id" in parents)
_NUMBERS_AT_ONCE = 1_000
CHILDREN = {  # v2 table → the tables whose rows hang on it
    parent: tuple(name for name, parents in v2.PARENTS.items() if next(iter(parents.values())) == parent)
    for parent in ("competence_assessments", "intents_to_register")
}


@dataclass(frozen=True)
class Snapshot:
    """v2 at one moment."""

    connection: Connection
    tables: V2Tables
    cohorts: tuple[str, ...]
    damaged: pd.DataFrame

    def member_keys(self) -> pa.Array:
        """Return the keys of the members in scope, in v2's own order."""
        key = self.tables.key("members")
        return _column(self._read(select(key).where(*self._in_scope()).order_by(key)))

    def orphan_keys(self, table: str) -> pa.Array:
        """Return the keys of a table's rows whose parent does not exist, in v2's own order."""
        key = self.tables.key(table)
        return _column(self._read(self._orphans(table, select(key)).order_by(key)))

    def scheme_ids(self) -> frozenset[str]:
        """Return the keys of every scheme."""
        return frozenset(_column(self._read(select(self.tables.key("schemes")))).to_pylist())

    def duplicates(self) -> dict[str, str]:
        """Return, for each member whose number a lower member_id has too, that member_id."""
        members = self.tables["members"].c
        number = members.membership_number
        several = select(number).where(number.is_not(None)).group_by(number).having(func.count() > 1)
        shared = _column(self._read(several)).to_pylist()
        later: dict[str, str] = {}
        for start in range(0, len(shared), _NUMBERS_AT_ONCE):  # joined, MariaDB would compare all with all
            wanted = number.in_(shared[start : start + _NUMBERS_AT_ONCE])
            found = self._read(select(members.member_id, number).where(wanted).order_by(members.member_id))
            later |= _lowest_of_each_number(*(found[name].to_pylist() for name in found.column_names))
        return later

    def existing_members(self, keys: Sequence[str]) -> frozenset[str]:
        """Return those of the keys that v2 has, in whatever cohort."""
        return frozenset(self.read_rows("members", keys)["member_id"].tolist())

    def read_rows(self, table: str, keys: Sequence[str]) -> pd.DataFrame:
        """Return rows by key: the canonical columns as TEXT."""
        key = self.tables.key(table)
        typed = [_typed(value, key.type) for value in keys]
        return _frame(self._read(self.tables.rows(table).where(key.in_(typed))))

    def read_batch(self, bounds: Bounds) -> V2Batch:
        """Return the rows of a batch."""
        readers: dict[Kind, Callable[[Bounds], dict[str, pa.Table]]] = {
            "schemes": self._schemes,
            "members": self._members,
            "orphans": self._orphan_rows,
            "departed": lambda _: {},
        }
        tables = readers[bounds.kind](bounds)
        kind: Literal["schemes", "members", "orphans"] = (
            "members" if bounds.kind == "departed" else bounds.kind
        )
        return V2Batch(
            kind=kind,
            tables={name: _frame(found) for name, found in tables.items()},
            scheme_ids=self.scheme_ids() if kind == "members" else frozenset(),
            damaged=self.damaged,
        )

    def fingerprint(self, bounds: Bounds) -> str:
        """Return a text that is the same while v2 holds the same of some members; '' where it cannot tell."""
        rows = self._select_members(bounds)
        rows["schemes"] = select(self.tables.key("schemes"))  # memberships refer to them
        found = read_aggregates(
            self.connection, {name: fingerprint(self.connection, each) for name, each in rows.items()}
        )
        return "" if None in found.values() else json.dumps(found)

    def member_numbers(self, bounds: Bounds) -> pa.Table:
        """Return member_id and membership_number of a batch of members, in key order."""
        members = self.tables["members"].c
        numbers = select(members.member_id, members.membership_number).where(*self._within(bounds))
        return self._read(self._ordered("members", numbers))

    def _schemes(self, _: Bounds) -> dict[str, pa.Table]:
        return {"schemes": self._read(self.tables.rows("schemes").order_by(self.tables.key("schemes")))}

    def _members(self, bounds: Bounds) -> dict[str, pa.Table]:
        return {
            name: self._read(self._ordered(name, rows)) for name, rows in self._select_members(bounds).items()
        }

    def _select_members(self, bounds: Bounds) -> dict[str, Select[Any]]:
        """Return v2 table → the SELECT of those of its rows that belong to a batch of members."""
        members = self.tables["members"]
        within = self._within(bounds)
        rows = {"members": self.tables.rows("members").where(*within)}
        for name in OWNED_BY_MEMBERS:
            owner = self.tables[name].c.member_id
            owned = self.tables.rows(name).join(members, members.c.member_id == owner)
            rows[name] = owned.where(*within, *_owned(owner, members, bounds))
        for parent, children in CHILDREN.items():
            owner = self.tables[parent].c.member_id
            for name in children:
                hanging = self._with_parent(name, parent).join(members, members.c.member_id == owner)
                rows[name] = hanging.where(*within, *_owned(owner, members, bounds))
        return rows

    def _within(self, bounds: Bounds) -> list[ColumnElement[bool]]:
        return [*self._in_scope(), *_between(self.tables.key("members"), bounds)]

    def _orphan_rows(self, bounds: Bounds) -> dict[str, pa.Table]:
        """Return a table's orphans and, where others hang on them, those too."""
        table = bounds.table or ""
        within = _between(self.tables.key(table), bounds)
        rows = self._orphans(table, self.tables.rows(table)).where(*within)
        found = {table: self._read(self._ordered(table, rows))}
        for name in CHILDREN.get(table, ()):
            hanging = self._orphans(table, self._with_parent(name, table)).where(*within)
            found[name] = self._read(self._ordered(name, hanging))
        return found

    def _with_parent(self, name: str, parent: str) -> Select[Any]:
        link = next(iter(v2.PARENTS[name]))
        return self.tables.rows(name).join(
            self.tables[parent], self.tables.key(parent) == self.tables[name].c[link]
        )

    def _orphans(self, table: str, rows: Select[Any]) -> Select[Any]:
        link, parent = next(iter(v2.PARENTS[table].items()))
        own, parents = self.tables[table], self.tables[parent]
        matching = select(literal(1)).where(self.tables.key(parent) == own.c[link]).select_from(parents)
        return rows.where(~matching.correlate(own).exists())

    def _ordered(self, name: str, rows: Select[Any]) -> Select[Any]:
        return rows.order_by(self.tables.key(name))

    def _in_scope(self) -> list[ColumnElement[bool]]:
        if not self.cohorts:
            return []
        cohort = self.tables["members"].c.cohort
        wanted = (
            exactly(self.connection, cohort) == exactly(self.connection, literal(name))
            for name in self.cohorts
        )
        return [or_(*wanted)]

    def _read(self, statement: Select[Any]) -> pa.Table:
        return read_table(self.connection, statement)


def _between(key: ColumnElement[Any], bounds: Bounds) -> list[ColumnElement[bool]]:
    if bounds.members:
        return [key.in_([_typed(member, key.type) for member in bounds.members])]
    return [key >= _typed(bounds.first, key.type), key <= _typed(bounds.last, key.type)]


def _owned(owner: ColumnElement[Any], members: FromClause, bounds: Bounds) -> list[ColumnElement[bool]]:
    """Return the bounds once more for what a member owns, so that its index is used in any case.

    Texts are left to the join: two columns of text may be ordered differently.
    """
    numbers = all(_is_number(column.type) for column in (owner, members.c.member_id))
    return _between(owner, bounds) if numbers else []


def _is_number(kind: TypeEngine[Any]) -> bool:
    return getattr(kind, "python_type", str) is int


def _typed(value: str | None, kind: TypeEngine[Any]) -> Any:
    """Return a key as its column compares it: numbers as numbers."""
    return int(value) if value is not None and _is_number(kind) else value


def _column(table: pa.Table) -> pa.Array:
    return table.column(0).combine_chunks()


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _lowest_of_each_number(members: list[str], numbers: list[str]) -> dict[str, str]:
    """Return member → the first member with the same number, to the letter; blank numbers are none."""
    first: dict[str, str] = {}
    later: dict[str, str] = {}
    for member, number in zip(members, numbers, strict=True):
        if not number.strip():
            continue
        if number in first:
            later[member] = first[number]
        first.setdefault(number, member)
    return later
