"""Batches in which nothing has changed since they were last loaded: found by two marks, and left alone.

The first mark is a fingerprint of what v2 holds of a batch, with the state of the rules, decisions and code
that read it. The second is the version of what v3 held of its members when the batch was done. The servers
make both, so no row is sent. Where both are as they were, the ledger has as many rows, and no account was
opened with the number of one of the members, loading the batch again would change nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from sqlalchemy import Connection

import migrate
from migrate.load.ledger.batches import Before
from migrate.load.versions import LedgerCounts, read_version_and_counts, read_version_and_counts_between

_PACKAGE = Path(next(iter(migrate.__path__)))
_DECIDING = ("decisions", "rulebook", "schema", "transform")


@dataclass(frozen=True)
class Unchanged:
    """A batch whose v2 rows are what they were; its members' ids, for looking at v3."""

    members: pa.Array
    are_neighbours: bool = False
    """Whether the ids from the first to the last of them belong to nobody else in v2."""
    cohorts: tuple[str, ...] = ()
    """The run's cohorts: what the ledger has of others is not counted. Empty where it names none."""
    as_left: bool = False
    """Whether v3 was seen to be as the last batch left it."""


@cache
def code_version() -> str:
    """Return a digest of the code that decides what v2's texts become: when it changes, all is read anew."""
    digest = hashlib.sha256()
    for path in deciding_code():
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def deciding_code() -> list[Path]:
    """Return the files of that code: the transforms, and the packages that they import."""
    return [path for name in _DECIDING for path in sorted((_PACKAGE / name).rglob("*.py"))]


def v2_digest(
    fingerprint: str,
    members: pa.Array,
    duplicates: Mapping[str, str],
    damaged: pd.DataFrame,
    lost_schemes: Sequence[str],
    state: str,
) -> str:
    """Return the digest of everything that decides what becomes of a batch; '' where v2 cannot tell.

    fingerprint: of what v2 holds of the batch. members: its members' keys. duplicates: all of v2's members
    who have the number of a lower one. damaged: the cells that a spreadsheet damaged. lost_schemes: ids of
    those that v3's users have deleted.
    """
    here = members.filter(pc.is_in(members, value_set=pa.array(list(duplicates), members.type))).to_pylist()
    sharing = repr([(member, duplicates[member]) for member in here])
    return _digest(fingerprint, sharing, damaged.to_csv() if len(damaged) else "", state, *lost_schemes)


def v3_digest(version: str) -> str:
    """Return the digest of a version of what v3 holds; '' of none."""
    return _digest(version)


def is_as_left(connection: Connection, before: Before, found: Unchanged) -> bool:
    """Tell whether v3 and its ledger hold of the members what the last batch left.

    Neighbours are first asked for as a range of ids, which servers answer sooner. Where the range is not as
    it was left they are asked for one by one, since it may hold the id of somebody who has left v2, or of an
    account that was opened in v3. A member who was migrated with another cohort meanwhile is recorded under
    that cohort, and so is missing from the counts.
    """
    expected = LedgerCounts(before.counts["rows"], sum(before.counts["anomalies"].values()))

    def holds(answer: tuple[str, LedgerCounts]) -> bool:
        version, counts = answer
        return v3_digest(version) == before.digests.v3 and counts == expected

    if found.are_neighbours and len(found.members):
        ends = pc.min_max(found.members).as_py()
        if holds(read_version_and_counts_between(connection, ends["min"], ends["max"])):
            return True
    return holds(read_version_and_counts(connection, found.members, found.cohorts))


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


def _digest(first: str, *others: str) -> str:
    if not first:
        return ""
    return xxhash.xxh3_128_hexdigest("\x1e".join((first, *others)).encode("utf-8", "surrogatepass"))
