"""What v2 has of a row with what it belongs to, or of a member with all that they own."""

from collections.abc import Collection
from typing import Any

import pandas as pd

from migrate.errors import ConfigurationError
from migrate.explain.evidence import Key, Moving, Values, by_table
from migrate.extract.bounds import Bounds
from migrate.extract.snapshot import Snapshot
from migrate.schema import v2
from migrate.schema.frames import V2Batch


def member_batch(snapshot: Snapshot, member_id: str) -> V2Batch:
    """Return the member and all that they own; nothing where v2 does not have them."""
    if not len(_read_rows(snapshot, "members", member_id)):
        return V2Batch({})
    return snapshot.read_batch(Bounds("members", first=member_id, last=member_id))


def row_batch(snapshot: Snapshot, table: str, v2_id: str) -> V2Batch:
    """Return the row and what it belongs to, up to its member."""
    tables: dict[str, pd.DataFrame] = {}
    place: Key | None = (table, v2_id)
    while place:
        name, key = place
        tables[name] = _read_rows(snapshot, name, key)
        place = _parent(name, tables[name])
    filled = {name: frame for name, frame in tables.items() if len(frame)}
    scheme_ids = snapshot.scheme_ids() if "scheme_memberships" in filled else frozenset()
    return V2Batch(filled, scheme_ids=scheme_ids, damaged=snapshot.damaged)


def still_there(snapshot: Snapshot, keys: Collection[Key]) -> dict[Key, Moving]:
    """Return the rows that v2 still has, though they no longer belong to the member who had them."""
    return {
        (table, v2_id): "away" if "members" in row_batch(snapshot, table, v2_id).tables else "orphaned"
        for table, wanted in by_table(keys).items()
        for v2_id in snapshot.existing(table, wanted)
    }


def values_by_key(batch: V2Batch) -> dict[Key, Values]:
    """Return the rows of a batch by table and key, in v2's order of tables."""
    return {
        (table, str(row[key])): {str(name): plain(value) for name, value in row.items()}
        for table, key in v2.KEYS.items()
        if table in batch.tables
        for row in batch.tables[table].to_dict("records")
    }


def plain(value: Any) -> str | None:
    """Return a frame's value, with None for nothing."""
    return None if value is None or value is pd.NA or pd.isna(value) else str(value)


def _parent(table: str, row: pd.DataFrame) -> Key | None:
    for link, parent in v2.PARENTS.get(table, {}).items():
        key = plain(row[link].iloc[0]) if len(row) else None
        return (parent, key) if key is not None else None
    return None


def _read_rows(snapshot: Snapshot, table: str, key: str) -> pd.DataFrame:
    if not snapshot.may_be_key(table, key):
        raise ConfigurationError(
            f"{table} {key!r}: v2's keys are whole numbers, without leading zeros. "
            "--number takes a membership number."
        )
    return snapshot.read_rows(table, [key])
