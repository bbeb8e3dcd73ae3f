"""What the ledger and v3 hold of some v2 rows."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Table, select

from migrate.databases import read_table
from migrate.explain.evidence import Key, Remark, RowFate, Values, by_table
from migrate.load.base import decode_rows
from migrate.load.canonical import theirs_as_text
from migrate.schema import ledger, v3
from migrate.schema.arrow import TEXT
from migrate.transform.identity import v3_id

Fates = dict[Key, Any]
"""v2 table and v2_id → the ledger's row."""
Place = tuple[str | None, str | None]
"""v3 table and id."""
Remarks = dict[Key, tuple[Remark, ...]]
"""v2 table and v2_id → anomalies."""

_AT_ONCE = 1000


def read_fates(connection: Connection, *conditions: Any) -> Fates:
    """Return the ledger's rows that meet the conditions, by v2 table and v2_id."""
    c = ledger.rows.c
    query = select(ledger.rows).where(*conditions).order_by(c.v2_table, c.v2_id)
    return {(row.v2_table, row.v2_id): row for row in connection.execute(query)}


def read_fates_of(connection: Connection, keys: Collection[Key]) -> Fates:
    """Return the ledger's rows of these keys, by v2 table and v2_id."""
    c = ledger.rows.c
    found: Fates = {}
    for table, wanted in by_table(keys).items():
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            found |= read_fates(connection, c.v2_table == table, c.v2_id.in_(some))
    return found


def read_remarks(connection: Connection, fates: Fates) -> Remarks:
    """Return the anomalies of the rows' owners, by v2 table and v2_id."""
    c = ledger.anomalies.c
    columns = [c[name] for name in Remark._fields]
    owners = {row.owner_id for row in fates.values() if row.owner_id}
    found: Remarks = {}
    query = select(c.v2_table, c.v2_id, *columns).where(c.owner_id.in_(owners)).order_by(c.anomaly_id)
    for table, v2_id, *parts in connection.execute(query):
        found[table, v2_id] = (*found.get((table, v2_id), ()), Remark(*parts))
    return found


def fate_of(row: Any) -> RowFate | None:
    """Return what a row of the ledger says became of the v2 row."""
    if row is None:
        return None
    parts = (row.fate, row.reason, row.v3_table, row.v3_id, row.run_id, row.member_id, row.cohort)
    return RowFate(*parts, is_adopted=is_adopted(row._mapping))


def is_adopted(row: Mapping[str, str | None]) -> bool:
    """Tell whether a row's fate is that of a member whose account was there before the migration."""
    account = row["v3_id"] if row["v2_table"] == "members" else None
    return account is not None and account != v3_id("members", str(row["v2_id"]))


def loaded_values(row: Any) -> Values | None:
    """Return what was last loaded, each value as the base encodes it; None where it is not on record."""
    if row is None or row.base is None or row.v3_table is None:
        return None
    columns = v3.merged_columns(v3.metadata.tables[row.v3_table])
    parts = decode_rows(pa.array([row.base], TEXT), len(columns))
    return {name: part[0].as_py() for name, part in zip(columns, parts, strict=True)}


def read_present(connection: Connection, fates: Fates) -> dict[Place, Values]:
    """Return v3 table and id → what v3 says now."""
    ids: dict[str, list[str]] = {}
    for row in fates.values():
        if row.v3_table and row.v3_id:
            ids.setdefault(row.v3_table, []).append(row.v3_id)
    found: dict[Place, Values] = {}
    for name, wanted in ids.items():
        for values in _read_v3(connection, v3.metadata.tables[name], wanted):
            found[name, values["id"]] = values
    return found


def _read_v3(connection: Connection, table: Table, ids: list[str]) -> Iterator[Values]:
    for place in range(0, len(ids), _AT_ONCE):
        statement = select(table).where(table.c.id.in_(ids[place : place + _AT_ONCE]))
        yield from theirs_as_text(table, read_table(connection, statement)).to_pylist()
