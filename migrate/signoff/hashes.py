"""Digests of what a migration was made from: v2's rows, rules and decisions. Equal content, equal digest."""

import hashlib
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from migrate.databases.delimited import csv_from_table
from migrate.extract.source import V2Source
from migrate.load.ledger.scope import Scope
from migrate.rulebook.files import deciding_files, rule_file
from migrate.run.batches import cut
from migrate.schema import v2

MEMBERS_AT_ONCE = 2_000
SUITES = ("expectations/before.yaml", "expectations/after.yaml")


class TableDigest(NamedTuple):
    """The rows of one v2 table that belong to the cohorts."""

    v2_table: str
    rows: int
    sha256: str


def digest_inputs(source: V2Source, cohorts: tuple[str, ...]) -> list[TableDigest]:
    """Return a digest of each v2 table's rows of these cohorts, and of the schemes, from one snapshot.

    Where no cohort is named, rows that nothing owns are among them.
    """
    digests = {name: hashlib.sha256() for name in v2.metadata.tables}
    counts = dict.fromkeys(v2.metadata.tables, 0)
    with source.snapshot(cohorts) as snapshot:
        for bounds in chain(*cut(snapshot, Scope(cohorts), None, MEMBERS_AT_ONCE)):
            for name, frame in snapshot.read_batch(bounds).tables.items():
                digests[name].update(_bytes_of(frame))
                counts[name] += len(frame)
    return [TableDigest(name, counts[name], digest.hexdigest()) for name, digest in digests.items()]


def digest_rules(folder: Path | None) -> list[tuple[str, str]]:
    """Return the name and digest of every rule file that decided the migration."""
    named = [*deciding_files(folder), *((name, rule_file(name, folder)) for name in SUITES)]
    return sorted((name, digest_file(path)) for name, path in named)


def digest_file(path: Path) -> str:
    """Return a file's digest."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _bytes_of(frame: Any) -> bytes:
    """Return rows as CSV, in which NULL and the empty text differ."""
    return csv_from_table(pa.Table.from_pandas(frame, preserve_index=False))
