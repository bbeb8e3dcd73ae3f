"""What a batch does, in numbers: the same for `plan` and for `run`."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import MetaData

from migrate.load.applying.refusals import NO_REFUSALS, Refusals
from migrate.load.planning.plan import LoadPlan
from migrate.rulebook.anomalies import Catalogue
from migrate.schema import v2, v3
from migrate.schema.reasons import CONFLICT, KEPT_USER_EDIT

Counts = dict[str, Any]
"""`v3`: table → created, updated, unchanged, kept_edits, conflicts, kept_deletes;
`fates`: v2 table → fate → reason ('' for none) → rows; `anomalies`: code → rows; `rows`: of v2."""

_SCHEMAS = {"v3": v3.metadata, "fates": v2.metadata}


def count_load(plan: LoadPlan, catalogue: Catalogue, refusals: Refusals = NO_REFUSALS) -> Counts:
    """Count what a plan does. Rows that v3's database refused count as rejected, their anomalies too."""
    fates = refusals.applied_to(plan.fates)
    refused = Counter(row.v3_table for row in refusals.rows)
    as_before = Counter(row.v3_table for row in refusals.changes)
    return {
        "rows": fates.num_rows,
        "v3": {
            name: {
                "created": merge.inserts.num_rows - refused[name],
                "updated": merge.updates.num_rows - as_before[name],
                "unchanged": merge.met - merge.updates.num_rows + as_before[name],
                "kept_edits": sum(len(kept.v2_ids) for kept in merge.kept if kept.code == KEPT_USER_EDIT),
                "conflicts": sum(len(kept.v2_ids) for kept in merge.kept if kept.code == CONFLICT),
                "kept_deletes": len(merge.deleted),
            }
            for name, merge in plan.tables.items()
        },
        "fates": _count_fates(fates),
        "anomalies": _count(refusals.change(plan.anomalies, plan.fates, catalogue).found["code"]),
    }


def counts_of_both(first: Counts, again: Counts, twice: Mapping[str, int]) -> Counts:
    """Return the counts of what a run has done twice: what it created and updated, then or now.

    twice: v3 table → rows that it has updated now, and had created or updated before.
    """
    tables = {
        name: _of_both(first["v3"].get(name, {}), table, twice.get(name, 0))
        for name, table in again["v3"].items()
    }
    return again | {"v3": tables}


def _of_both(first: Mapping[str, int], again: Mapping[str, int], twice: int) -> dict[str, int]:
    met = again["created"] + again["updated"] + again["unchanged"]
    created = min(met, first.get("created", 0) + again["created"])
    updated = min(met - created, first.get("updated", 0) + again["updated"] - twice)
    return {**again, "created": created, "updated": updated, "unchanged": met - created - updated}


def add_counts(every: Iterable[Mapping[str, Any]]) -> Counts:
    """Add up the counts of several batches; tables stand in the order of their schemas."""
    total: Counts = {"rows": 0, "v3": {}, "fates": {}, "anomalies": {}}
    for counts in every:
        _add(total, counts)
    return total | {key: _in_order(total[key], schema) for key, schema in _SCHEMAS.items()}


def _in_order(counts: Mapping[str, Any], schema: MetaData) -> dict[str, Any]:
    known = [name for name in schema.tables if name in counts]
    return {name: counts[name] for name in dict.fromkeys([*known, *counts])}


def _add(total: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, Mapping):
            _add(total.setdefault(key, {}), value)
        else:
            total[key] = total.get(key, 0) + value


def _count_fates(fates: pa.Table) -> dict[str, dict[str, dict[str, int]]]:
    grouped = fates.group_by(["v2_table", "fate", "reason"]).aggregate([([], "count_all")])
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in grouped.to_pylist():
        reasons = found.setdefault(row["v2_table"], {}).setdefault(row["fate"], {})
        reasons[row["reason"] or ""] = row["count_all"]
    return found


def _count(values: pa.ChunkedArray) -> dict[str, int]:
    counted = pc.value_counts(values)
    return {entry["values"]: entry["counts"] for entry in counted.to_pylist()}
