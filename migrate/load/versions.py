"""A version of what v3 holds of some members, which the server tells without sending a row.

Any write to one of the rows changes it. It does not tell what was written, so it is kept only where it
certainly belongs to what a batch itself saw or wrote.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import pyarrow as pa
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    String,
    Table,
    bindparam,
    cast,
    func,
    select,
)

from migrate.databases import (
    read_aggregates,
    select_aggregates,
    version,
    versions_of_content,
    versions_of_new,
)
from migrate.load.planning.adoption import is_opened_in_v3
from migrate.load.planning.plan import LoadPlan
from migrate.load.present import Present, select_by_member, select_owned
from migrate.load.staging import MEMBERS, among, are_sent_along, distinct, stage
from migrate.schema import ledger, v3
from migrate.schema.arrow import no_rows
from migrate.schema.types import Id

MEMBER_TABLES = tuple(table for table in v3.LOAD_ORDER if table is not v3.schemes)
_COUNTED = (ledger.rows, ledger.anomalies)
_FOUND_BY = {
    table: next(name for name in ("member_id", "assessment_id", "id") if name in table.c)
    for table in MEMBER_TABLES
}
"""The column by which a table's rows are asked for: an index gives them in its order."""
_OPENED_IN_V3 = "opened_in_v3"
_Maker = Callable[[Connection], Select[Any]]
_MADE: WeakKeyDictionary[Dialect, dict[_Maker, Select[Any]]] = WeakKeyDictionary()
"""The SELECTs that are made once for each engine, since they are asked for every batch."""


class LedgerCounts(NamedTuple):
    """How much the ledger has of some members."""

    rows: int
    anomalies: int


def read_version(connection: Connection, members: pa.Array) -> str:
    """Return the version of everything that v3 has of some members; '' where the server cannot tell."""
    return _as_one(_ask(connection, members, _select_staged))


def read_version_and_counts(
    connection: Connection, members: pa.Array, cohorts: Sequence[str] = ()
) -> tuple[str, LedgerCounts]:
    """Return the version as `read_version` does, and the ledger's counts of the members.

    cohorts: where there are any, what the ledger has of other cohorts is not counted.
    """
    return _with_counts(_ask(connection, members, _selecting_counts(tuple(cohorts))))


def read_version_and_counts_between(
    connection: Connection, first: str, last: str
) -> tuple[str, LedgerCounts]:
    """Return the same as `read_version_and_counts`, for all members with ids from the first to the last.

    Servers find a range sooner than single members. The version is '' where the range has an account that was
    opened in v3: PostgreSQL's version is a sum of transaction numbers, which other members might share. A
    member who has left v2 shows in the counts, for the ledger still has their rows.
    """
    statement = _made(connection, _select_between)
    found = read_aggregates(connection, statement, {"first": first, "last": last})
    opened_in_v3 = found.pop(_OPENED_IN_V3)
    version, counts = _with_counts(found)
    return version if opened_in_v3 == "0" else "", counts


def version_to_be(connection: Connection, plan: LoadPlan, present: Present) -> str | None:
    """Return the version that v3 will have of a batch's members once its plan is applied.

    If nothing is to be written, that is the version from before v3 was read. If v3 had nothing of the
    members, it is the version of the new rows, or None where only the transaction that inserts them can tell:
    there `version_of_inserted` gives it. In all other cases it is '', for a user may write at the same time,
    and the next run looks at the batch in full.
    """
    merges = plan.tables.values()
    if not any(merge.inserts.num_rows or merge.updates.num_rows for merge in merges):
        return present.version
    if any(present.theirs(table).num_rows for table in MEMBER_TABLES):
        return ""
    known = versions_of_content(connection, _inserts(plan), _FOUND_BY)
    return json.dumps(known) if known else None


def version_of_inserted(connection: Connection, plan: LoadPlan, members: pa.Array) -> str:
    """Return the version of members of whom v3 has only what this transaction has just inserted.

    As `read_version`, but read from v3 only where the plan's rows do not tell it.
    """
    known = versions_of_new(connection, _inserts(plan), _FOUND_BY)
    return json.dumps(known) if known else read_version(connection, members)


def _ask(connection: Connection, members: pa.Array, made_by: _Maker) -> dict[str, str | None]:
    stage(connection, MEMBERS, distinct(members, "id"))
    if are_sent_along(connection):
        return read_aggregates(connection, made_by(connection))
    return read_aggregates(connection, _made(connection, made_by), {})


def _made(connection: Connection, made_by: _Maker) -> Select[Any]:
    """Return a SELECT made once for an engine, with what SQLAlchemy keeps of it."""
    made = _MADE.setdefault(connection.dialect, {})
    if made_by not in made:
        made[made_by] = made_by(connection)
    return made[made_by]


def _select_staged(connection: Connection) -> Select[Any]:
    return select_aggregates(_versions(connection, lambda table: select_by_member(connection, table)))


@lru_cache(maxsize=10)
def _selecting_counts(cohorts: tuple[str, ...]) -> _Maker:
    """Return what selects versions and the ledger's counts, of some cohorts or of all."""

    def select_staged_and_counts(connection: Connection) -> Select[Any]:
        versions = _versions(connection, lambda table: select_by_member(connection, table))
        counts = _counts(lambda column: among(connection, column, MEMBERS.c.id))
        if cohorts:
            counted = [(table.name, table) for table in _COUNTED]
            counts = {name: counts[name].where(table.c.cohort.in_(cohorts)) for name, table in counted}
        return select_aggregates(versions | counts)

    return select_staged_and_counts


def _select_between(connection: Connection) -> Select[Any]:
    versions = _versions(connection, lambda table: select_owned(connection, table, _lies_between))
    members = v3.members.c.id
    opened_in_v3 = _number(v3.members).where(_lies_between(members), is_opened_in_v3(members))
    return select_aggregates({**versions, **_counts(_lies_between), _OPENED_IN_V3: opened_in_v3})


def _versions(connection: Connection, rows_of: Callable[[Table], Select[Any]]) -> dict[str, Select[Any]]:
    return {table.name: version(connection, table, rows_of(table)) for table in MEMBER_TABLES}


def _counts(are_theirs: Callable[[Column[str]], ColumnElement[bool]]) -> dict[str, Select[Any]]:
    return {table.name: _number(table).where(are_theirs(table.c.owner_id)) for table in _COUNTED}


def _number(table: Table) -> Select[Any]:
    return select(cast(func.count(), String)).select_from(table)


def _lies_between(column: Column[str]) -> ColumnElement[bool]:
    return column.between(bindparam("first", type_=Id), bindparam("last", type_=Id))


def _with_counts(found: dict[str, str | None]) -> tuple[str, LedgerCounts]:
    rows, anomalies = (int(found.pop(table.name) or 0) for table in _COUNTED)
    return _as_one(found), LedgerCounts(rows, anomalies)


def _as_one(versions: Mapping[str, str | None]) -> str:
    return "" if None in versions.values() else json.dumps(versions)


def _inserts(plan: LoadPlan) -> dict[Table, pa.Table]:
    """Return the rows that a plan inserts into each table of `MEMBER_TABLES`."""
    merges = {table: plan.tables.get(table.name) for table in MEMBER_TABLES}
    return {table: no_rows(("id",)) if merge is None else merge.inserts for table, merge in merges.items()}
