"""The version of what v3 holds of some members: the server tells it, and no row is sent.

Whoever writes one of the rows changes it. It says nothing of what was written, so it is kept only where it
surely belongs to what a batch saw or wrote itself.
"""

import json
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import pyarrow as pa
from sqlalchemy import Connection, Dialect, Select, String, Table, cast, func, select

from migrate.databases import read_aggregates, select_aggregates, version, versions_of_new
from migrate.load.plan import LoadPlan
from migrate.load.present import Present, select_by_member
from migrate.load.staging import MEMBERS, among, are_sent_along, distinct, stage
from migrate.schema import ledger, v3

MEMBER_TABLES = tuple(table for table in v3.LOAD_ORDER if table is not v3.schemes)
_COUNTED = (ledger.rows, ledger.anomalies)
_MADE: WeakKeyDictionary[Dialect, dict[bool, Select[Any]]] = WeakKeyDictionary()
"""What engines are asked for every batch: with counts, and without."""


def read_version(connection: Connection, members: pa.Array) -> str:
    """Return the version of everything that v3 has of some members; '' where the server cannot tell."""
    return _as_one(_ask(connection, members, counted=False))


def read_version_and_counts(connection: Connection, members: pa.Array) -> tuple[str, tuple[int, int]]:
    """Return the version as `read_version` does, and how many rows and anomalies the ledger has of them."""
    found = _ask(connection, members, counted=True)
    rows, anomalies = (int(found.pop(table.name) or 0) for table in _COUNTED)
    return _as_one(found), (rows, anomalies)


def version_after(connection: Connection, plan: LoadPlan, present: Present, members: pa.Array) -> str:
    """Return the version that a batch leaves once its plan is applied; '' where a user may have been in it.

    Nothing written: it is what it was before v3 was read. Nothing there before: nobody but this transaction
    knows the rows. Otherwise a user may have written beside it, which the next run looks into.
    """
    merges = plan.tables.values()
    if not any(merge.inserts.num_rows or merge.updates.num_rows for merge in merges):
        return present.version
    if any(present.theirs(table).num_rows for table in MEMBER_TABLES):
        return ""
    known = versions_of_new(connection, {table: _inserted(plan, table) for table in MEMBER_TABLES})
    return json.dumps(known) if known else read_version(connection, members)


def _ask(connection: Connection, members: pa.Array, *, counted: bool) -> dict[str, str | None]:
    stage(connection, MEMBERS, distinct(members, "id"))
    if are_sent_along(connection):
        return read_aggregates(connection, _select(connection, counted=counted))
    made = _MADE.setdefault(connection.dialect, {})
    if counted not in made:
        made[counted] = _select(connection, counted=counted)
    return read_aggregates(connection, made[counted], {})


def _select(connection: Connection, *, counted: bool) -> Select[Any]:
    """Select the version of each of v3's tables, of the staged members; if wanted, what the ledger has."""
    versions = {
        table.name: version(connection, table, select_by_member(connection, table)) for table in MEMBER_TABLES
    }
    counts = {
        table.name: select(cast(func.count(), String))
        .select_from(table)
        .where(among(connection, table.c.owner_id, MEMBERS.c.id))
        for table in (_COUNTED if counted else ())
    }
    return select_aggregates(versions | counts)


def _as_one(versions: Mapping[str, str | None]) -> str:
    return "" if None in versions.values() else json.dumps(versions)


def _inserted(plan: LoadPlan, table: Table) -> pa.Table:
    merge = plan.tables.get(table.name)
    return pa.table({"id": pa.array([], pa.large_string())}) if merge is None else merge.inserts
