"""Members whom nothing has changed since their batch was loaded last: found by two digests, left alone.

One digest is of what v2 holds of a batch, with the state of the rules, decisions and code that read it; one
is of what v3 held of its members when the batch was done. Where both are as they were, and the ledger has
as many rows, and no account was opened with the number of one of the members, loading the batch again would
change nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

import migrate.transform
from migrate.load.digest import digest_of
from migrate.load.plan import LoadPlan
from migrate.load.present import Present, count_ledger, read_member_rows
from migrate.schema import v3
from migrate.schema.frames import V2Batch

TEXT = pa.large_string()


@dataclass(frozen=True)
class Before:
    """What a batch of the same bounds left behind."""

    v2_digest: str
    v3_digest: str
    counts: Mapping[str, Any]


@dataclass(frozen=True)
class Unchanged:
    """A batch whose v2 rows are what they were; its members' ids, for looking at v3."""

    members: pa.Array
    as_left: bool = False
    """Whether v3 was seen to be as the last batch left it."""


@cache
def code_version() -> str:
    """Return a digest of the code that transforms: a mended reader reads everything anew."""
    digest = hashlib.sha256()
    folder = Path(next(iter(migrate.transform.__path__)))
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def v2_digest(batch: V2Batch, state: str) -> str:
    """Return the digest of everything that decides what becomes of a batch."""
    tables = {name: _table(frame) for name, frame in batch.tables.items()}
    members = set(tables["members"]["member_id"].to_pylist()) if "members" in tables else set()
    doubles = sorted(pair for pair in batch.duplicates.items() if pair[0] in members)
    damaged = {"damaged": _table(batch.damaged)} if len(batch.damaged) else {}
    return digest_of(tables | damaged, state, repr(sorted(batch.scheme_ids)), repr(doubles))


def v3_digest(plan: LoadPlan, present: Present) -> str:
    """Return the digest of what v3 holds of a batch's members once the plan is applied; '' for none to keep.

    Adopted members are found by their number, not by their id, so their batches are always looked at.
    """
    members = plan.tables.get("members")
    owners = plan.fates["owner_id"]
    if members is None or not pc.all(pc.is_in(members.ids, value_set=owners.combine_chunks())).as_py():
        return ""
    return _digest({table.name: _afterwards(table.name, plan, present) for table in MEMBER_TABLES})


def is_as_left(connection: Connection, before: Before, members: pa.Array) -> bool:
    """Tell whether v3 and its ledger hold of the members what the last batch left."""
    rows = read_member_rows(connection, members)
    if _digest({table.name: rows[table.name] for table in MEMBER_TABLES}) != before.v3_digest:
        return False
    expected = before.counts["rows"], sum(before.counts["anomalies"].values())
    return count_ledger(connection) == expected


def as_unchanged(counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts of doing a batch again that changes nothing."""
    tables = {
        name: {
            **numbers,
            "created": 0,
            "updated": 0,
            "unchanged": numbers["created"] + numbers["updated"] + numbers["unchanged"],
        }
        for name, numbers in counts["v3"].items()
    }
    return {**counts, "v3": tables}


MEMBER_TABLES = tuple(table for table in v3.LOAD_ORDER if table is not v3.schemes)


def _afterwards(name: str, plan: LoadPlan, present: Present) -> pa.Table:
    table = v3.metadata.tables[name]
    columns = ["id", *v3.merged_columns(table)]
    theirs = present.theirs(table).select(columns)
    merge = plan.tables.get(name)
    if merge is None:
        return theirs
    kept = theirs.filter(pc.invert(pc.is_in(theirs["id"], value_set=merge.updates["id"].combine_chunks())))
    return pa.concat_tables([kept, merge.updates.select(columns), merge.inserts.select(columns)])


def _digest(rows: Mapping[str, pa.Table]) -> str:
    return digest_of({name: table.sort_by("id") for name, table in rows.items()})


def _table(frame: Any) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)
