"""One consistent view of v2: the keys that batches are cut from, and the rows of a batch."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, Select, Text, cast, literal, select

from migrate.databases import read_table, read_with_fingerprint
from migrate.extract.bounds import Bounds, Kind
from migrate.extract.keys import between, is_number, may_be_key, typed, values_of
from migrate.extract.member_selects import CHILDREN, MemberSelects, SelectsMade, in_scope, select_members
from migrate.extract.orphans import read_orphan_keys, select_orphans
from migrate.extract.shared_numbers import may_be_read_otherwise, read_duplicates
from migrate.extract.tables import V2Tables, exactly
from migrate.schema.arrow import TEXT, whole, with_columns
from migrate.schema.frames import TEXT as FRAME_TEXT
from migrate.schema.frames import V2Batch, frame_from
from migrate.schema.storable import cleaned

_KEYS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Snapshot:
    """v2 at one moment."""

    connection: Connection
    tables: V2Tables
    cohorts: tuple[str, ...]
    damaged: pd.DataFrame
    selects: SelectsMade
    """Those of earlier batches; more are added."""

    def member_keys(self) -> pa.Array:
        """Return the keys of the members in scope, in v2's own order."""
        key = self.tables.key("members")
        theirs = in_scope(self.connection, self.tables, self.cohorts)
        return _column(self._read(select(key).where(*theirs).order_by(key)))

    def has_numbers_for_members(self) -> bool:
        """Return whether v2 orders its members by number; texts would stand in another order."""
        return is_number(self.tables.key("members").type)

    def orphan_keys(self, table: str, members: pa.Array) -> pa.Array:
        """Return the keys of a table's rows whose parent does not exist, in v2's own order.

        members: the keys of all members.
        """
        return read_orphan_keys(self.connection, self.tables, table, members)

    def scheme_ids(self) -> frozenset[str]:
        """Return the keys of every scheme."""
        return frozenset(_column(self._read(select(self.tables.key("schemes")))).to_pylist())

    def duplicates(self) -> dict[str, str]:
        """Return, for each member whose number a lower member_id has too, that member_id."""
        return read_duplicates(self.connection, self.tables)

    def has_cohort(self, cohort: str) -> bool:
        """Return whether a member is of a cohort, to the letter."""
        key, theirs = self.tables.key("members"), in_scope(self.connection, self.tables, (cohort,))
        return bool(len(_column(self._read(select(key).where(*theirs).limit(1)))))

    def cohort_names(self) -> list[str]:
        """Return the cohorts that there are."""
        cohort = self.tables["members"].c.cohort
        found: list[str] = _column(
            self._read(select(cohort).where(cohort.is_not(None)).distinct())
        ).to_pylist()
        return found

    def members_with_number(self, number: str) -> list[str]:
        """Return the keys of the members who have a number, as v3 can store it, in v2's own order."""
        key, column = self.tables.key("members"), self.tables["members"].c.membership_number
        same = exactly(self.connection, column) == exactly(self.connection, literal(number))
        unclean = may_be_read_otherwise(self.connection, cast(column, Text))
        found = self._read(select(key, column).where(same | unclean).order_by(key))
        alike = pc.equal(cleaned(whole(found.column(1))), number)
        theirs: list[str] = whole(found.column(0)).filter(alike).to_pylist()
        return theirs

    def may_be_key(self, table: str, value: str) -> bool:
        """Return whether a text may be a key of a table, as v2 writes them."""
        return may_be_key(value, self.tables.key(table).type)

    def numbers_of(
        self, members: Sequence[str], cohorts: Sequence[str], listed: Collection[str]
    ) -> dict[str, str | None]:
        """Return the membership numbers, as v3 can store them, of those of some members whom v2 has.

        cohorts, listed: whom they must be of or among, where these name any.
        """
        found: dict[str, str | None] = {}
        listed = frozenset(listed)
        for start in range(0, len(members), _KEYS_AT_ONCE):
            rows = self.read_rows("members", members[start : start + _KEYS_AT_ONCE])
            numbers = pa.array(rows["membership_number"], TEXT)
            rows["membership_number"] = pd.Series(cleaned(numbers), dtype=FRAME_TEXT)
            for row in rows[["member_id", "membership_number", "cohort"]].to_dict("records"):
                if (not cohorts or row["cohort"] in cohorts) and (not listed or row["member_id"] in listed):
                    number = row["membership_number"]
                    found[str(row["member_id"])] = None if pd.isna(number) else str(number)
        return found

    def existing(self, table: str, keys: Sequence[str]) -> frozenset[str]:
        """Return those keys of a table that v2 has, in whatever cohort."""
        found: set[str] = set()
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            wanted = self._has_key(table, keys[start : start + _KEYS_AT_ONCE])
            found.update(_column(self._read(select(self.tables.key(table)).where(wanted))).to_pylist())
        return frozenset(found)

    def read_rows(self, table: str, keys: Sequence[str]) -> pd.DataFrame:
        """Return rows by key: the canonical columns as TEXT."""
        return frame_from(self._read(self.tables.rows(table).where(self._has_key(table, keys))))

    def _has_key(self, table: str, keys: Sequence[str]) -> ColumnElement[bool]:
        key = self.tables.key(table)
        return key.in_([typed(value, key.type) for value in keys])

    def read_batch(self, bounds: Bounds) -> V2Batch:
        """Return the rows of a batch."""
        readers: dict[Kind, Callable[[Bounds], dict[str, pa.Table]]] = {
            "schemes": self._schemes,
            "members": self._members,
            "orphans": self._orphan_rows,
            "departed": lambda _: {},
        }
        schemes = self.scheme_ids() if bounds.kind == "members" else frozenset()
        return self._batch(readers[bounds.kind](bounds), schemes)

    def read_marked(self, bounds: Bounds) -> tuple[V2Batch, str]:
        """Return the rows of a batch of members, and what `fingerprint` tells of them."""
        about, values = self._about(bounds), self._values(bounds)
        found = {
            name: read_with_fingerprint(self.connection, rows, values)
            for name, rows in {**about.rows, "schemes": about.schemes}.items()
        }
        marks = {name: mark for name, (_, mark) in found.items()}
        schemes, _ = found.pop("schemes")
        tables = {name: rows for name, (rows, _) in found.items()}
        batch = self._batch(tables, frozenset(_column(schemes).to_pylist()))
        return batch, self.fingerprint(bounds) if None in marks.values() else json.dumps(marks)

    def fingerprint(self, bounds: Bounds) -> str:
        """Return a text that is the same while v2 holds the same of some members; '' where it cannot tell."""
        found = self._ask(self._about(bounds).fingerprints, bounds).to_pylist()[0]
        return "" if None in found.values() else json.dumps(found)

    def member_numbers(self, bounds: Bounds) -> pa.Table:
        """Return member_id and membership_number, as v3 can store it, of a batch of members in key order."""
        found = self._ask(self._about(bounds).numbers, bounds)
        return with_columns(found, {"membership_number": cleaned(whole(found["membership_number"]))})

    def _batch(self, tables: dict[str, pa.Table], schemes: frozenset[str]) -> V2Batch:
        frames = {name: frame_from(found) for name, found in tables.items()}
        return V2Batch(frames, scheme_ids=schemes, damaged=self.damaged)

    def _schemes(self, _: Bounds) -> dict[str, pa.Table]:
        return {"schemes": self._read(self.tables.rows("schemes").order_by(self.tables.key("schemes")))}

    def _members(self, bounds: Bounds) -> dict[str, pa.Table]:
        return {name: self._ask(rows, bounds) for name, rows in self._about(bounds).rows.items()}

    def _about(self, bounds: Bounds) -> MemberSelects:
        which = self.cohorts, bool(bounds.members)
        if which not in self.selects:
            self.selects[which] = select_members(self.connection, self.tables, which[0], listed=which[1])
        return self.selects[which]

    def _ask(self, statement: Select[Any], bounds: Bounds) -> pa.Table:
        return read_table(self.connection, statement, self._values(bounds))

    def _values(self, bounds: Bounds) -> dict[str, Any]:
        return values_of(bounds, self.tables.key("members"))

    def _orphan_rows(self, bounds: Bounds) -> dict[str, pa.Table]:
        """Return a table's orphans and, where others hang on them, those too."""
        table = bounds.table or ""
        key = self.tables.key(table)
        selects = {table: self.tables.rows(table)} | {
            name: self.tables.with_parent(name, table) for name in CHILDREN.get(table, ())
        }
        within, values = between(key, listed=bool(bounds.members)), values_of(bounds, key)
        found = {}
        for name, rows in selects.items():
            orphans = select_orphans(self.tables, table, rows).where(*within).order_by(self.tables.key(name))
            found[name] = self._read(orphans.params(values))
        return found

    def _read(self, statement: Select[Any]) -> pa.Table:
        return read_table(self.connection, statement)


def _column(table: pa.Table) -> pa.Array:
    return whole(table.column(0))
