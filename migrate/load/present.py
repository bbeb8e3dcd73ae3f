"""What v3 and its ledger hold of a batch at this moment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Column, ColumnElement, Connection, Select, Table, select

from migrate.databases import read_table
from migrate.load.canonical import theirs_as_text
from migrate.load.staging import IDS, KEYS, MEMBERS, OWNERS, among, among_ids, distinct, stage
from migrate.schema import ledger, v3
from migrate.schema.arrow import TEXT, as_one_text, no_rows, whole
from migrate.transform.identity import TABLE_CODES

LEDGER_COLUMNS = tuple(column.name for column in ledger.rows.columns if column.name != "base")
LEDGER_ANOMALY_COLUMNS = tuple(
    column.name for column in ledger.anomalies.columns if column.name not in ("anomaly_id", "run_id")
)
"""What the ledger has of an anomaly, without its number and run: what was reported, and its owner."""
_A_MEMBERS_ID = f"^{TABLE_CODES['members']:02x}"


@dataclass(frozen=True)
class Present:
    """The ledger rows of the batch's owners, their v3 rows and their anomalies, as canonical text."""

    ledger: pa.Table
    rows: dict[str, pa.Table]
    """v3 table → id and the merged columns."""
    anomalies: pa.Table
    version: str = ""
    """`migrate.load.versions` of the members, from before the rows were read; '' where nobody asked."""

    @classmethod
    def empty(cls) -> "Present":
        """Return what an empty v3 holds."""
        return cls(no_rows(LEDGER_COLUMNS), {}, no_rows(LEDGER_ANOMALY_COLUMNS))

    def theirs(self, table: Table) -> pa.Table:
        """Return v3's rows of a table."""
        return self.rows.get(table.name, no_rows(("id", *v3.merged_columns(table))))


@dataclass(frozen=True)
class Wanted:
    """Whom to look for."""

    owners: pa.Array
    """Ids of members, or of rows that no member owns."""
    members: pa.Array
    """v3 ids of the members, adopted ones included."""
    keys: pa.Table
    """v2_table and v2_id of the rows to look for by key, not only by owner: usually none."""
    ids: dict[str, pa.Array]
    """v3 table → ids to look for one by one: usually none."""
    in_ledger: bool = True
    """Whether the ledger can know any of them: not in the run that first fills it."""


def read_present(connection: Connection, wanted: Wanted) -> Present:
    """Read what is there. Members that v3 has never seen cost two look-ups and nothing more."""
    stage(connection, OWNERS, distinct(wanted.owners, "owner_id"))
    known = _read_ledger(connection, wanted.keys) if wanted.in_ledger else no_rows(LEDGER_COLUMNS)
    stage(connection, MEMBERS, distinct(wanted.members, "id"))
    members = _read_v3(connection, v3.members, select_by_member(connection, v3.members))
    rows = {"members": members}
    if known.num_rows or members.num_rows or wanted.ids:
        for table in v3.LOAD_ORDER:
            if table is not v3.members:
                rows[table.name] = _read_v3(connection, table, select_by_member(connection, table))
        _add_missing(connection, rows, known, wanted.ids)
    _stage_former_orphans(connection, wanted, known)
    anomalies = _read_anomalies(connection) if known.num_rows else no_rows(LEDGER_ANOMALY_COLUMNS)
    return Present(known, rows, anomalies)


def has_rows(connection: Connection) -> bool:
    """Tell whether v3 or its ledger holds anything that a batch could meet."""
    keys = (ledger.rows.c.v2_id, v3.members.c.id, v3.schemes.c.id)
    return any(connection.execute(select(key).limit(1)).first() is not None for key in keys)


def read_bases(connection: Connection, v2_table: str, v2_ids: pa.Array) -> pa.Array:
    """Return the bases of some rows of a v2 table, in the order of the keys."""
    rows = ledger.rows.c
    found = _read_by_key(connection, select(rows.v2_id, rows.base), v2_table, v2_ids)
    places = pc.index_in(v2_ids, whole(found["v2_id"]))
    return whole(found["base"]).take(places)


def read_rows_by_id(connection: Connection, table: Table, ids: pa.Array, *, lock: bool = False) -> pa.Table:
    """Return v3 rows by id; with `lock` they are held until the transaction ends."""
    stage(connection, IDS, distinct(ids, "id"))
    if lock and connection.dialect.name != "sqlite":
        held = select(table.c.id).join_from(table, IDS, table.c.id == IDS.c.id)
        only = table if connection.dialect.name == "postgresql" else None
        connection.execute(held.with_for_update(of=only)).fetchall()
    statement = among_ids(connection, select_v3(table), table, IDS.c.id)
    return theirs_as_text(table, read_table(connection, statement))


def _read_ledger(connection: Connection, keys: pa.Table) -> pa.Table:
    rows = ledger.rows
    columns = select(*(rows.c[name] for name in LEDGER_COLUMNS))
    found = read_table(connection, columns.where(among(connection, rows.c.owner_id, OWNERS.c.owner_id)))
    if not keys.num_rows:
        return found
    more = pa.concat_tables(
        _read_by_key(connection, columns, name, keys.filter(pc.equal(keys["v2_table"], name))["v2_id"])
        for name in keys["v2_table"].unique().to_pylist()
    )
    seen = pc.is_in(ledger_keys(more), value_set=ledger_keys(found))
    return pa.concat_tables([found, more.filter(pc.invert(seen))])


def _read_by_key(
    connection: Connection, columns: Select[Any], v2_table: str, v2_ids: pa.Array | pa.ChunkedArray
) -> pa.Table:
    rows = ledger.rows.c
    stage(connection, KEYS, distinct(v2_ids, "v2_id"))
    named = columns.where(rows.v2_table == v2_table, among(connection, rows.v2_id, KEYS.c.v2_id))
    return read_table(connection, named)


def table_keys(v2_table: str, v2_ids: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return v2 table and key of rows of one table, as a frame."""
    return pa.table({"v2_table": pa.array([v2_table] * len(v2_ids), TEXT), "v2_id": v2_ids})


NO_KEYS = table_keys("", pa.array([], TEXT))


def ledger_keys(table: pa.Table) -> pa.Array:
    """Return v2 table and key of each row as one text."""
    return as_one_text(table["v2_table"], table["v2_id"])


def own_themselves(rows: pa.Table) -> pa.Array:
    """Tell which rows no member owns; `rows` has owner_id."""
    return pc.invert(pc.match_substring_regex(rows["owner_id"], _A_MEMBERS_ID))


def _stage_former_orphans(connection: Connection, wanted: Wanted, known: pa.Table) -> None:
    """Add rows that were orphans until now to the owners: the ledger has each orphan as its own owner."""
    if not wanted.keys.num_rows:
        return
    owners = pa.concat_arrays([wanted.owners, whole(known.filter(own_themselves(known))["owner_id"])])
    stage(connection, OWNERS, distinct(owners, "owner_id"))


def _read_anomalies(connection: Connection) -> pa.Table:
    anomalies = ledger.anomalies
    columns = select(*(anomalies.c[name] for name in LEDGER_ANOMALY_COLUMNS))
    return read_table(connection, columns.where(among(connection, anomalies.c.owner_id, OWNERS.c.owner_id)))


def select_by_member(connection: Connection, table: Table) -> Select[tuple[object, ...]]:
    """Select a table's rows that belong to the staged members; schemes are staged as owners."""
    if table is v3.schemes:
        return among_ids(connection, select_v3(table), table, OWNERS.c.owner_id)
    if table is v3.members:
        return among_ids(connection, select_v3(table), table, MEMBERS.c.id)
    return select_owned(connection, table, lambda column: among(connection, column, MEMBERS.c.id))


def select_owned(
    connection: Connection, table: Table, are_theirs: Callable[[Column[str]], ColumnElement[bool]]
) -> Select[tuple[object, ...]]:
    """Select a table's rows that belong to some members, given the condition that a column has their ids."""
    rows = select_v3(table)
    if table is v3.members:
        return rows.where(are_theirs(table.c.id))
    if "member_id" in table.c:
        return rows.where(are_theirs(table.c.member_id))
    assessments = v3.registration_assessments.c
    theirs = select(assessments.id).where(are_theirs(assessments.member_id))
    return rows.where(among(connection, table.c.assessment_id, theirs))


def select_v3(table: Table) -> Select[tuple[object, ...]]:
    """Select id and the merged columns of a v3 table."""
    return select(table.c.id, *(table.c[name] for name in v3.merged_columns(table)))


def _read_v3(connection: Connection, table: Table, statement: Select[tuple[object, ...]]) -> pa.Table:
    return theirs_as_text(table, read_table(connection, statement))


def _add_missing(
    connection: Connection, rows: dict[str, pa.Table], known: pa.Table, ids: dict[str, pa.Array]
) -> None:
    """Read by id the rows not found with their owner: a user has moved them, or they were asked for."""
    migrated = known.filter(pc.equal(known["fate"], "migrated"))
    for table in v3.LOAD_ORDER:
        loaded = whole(migrated.filter(pc.equal(migrated["v3_table"], table.name))["v3_id"])
        asked = pa.concat_arrays([loaded, ids.get(table.name, pa.array([], TEXT))])
        here = whole(rows[table.name]["id"])
        missing = asked.filter(pc.invert(pc.is_in(asked, value_set=here)))
        if len(missing):
            found = read_rows_by_id(connection, table, missing)
            rows[table.name] = pa.concat_tables([rows[table.name], found])
