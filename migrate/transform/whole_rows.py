"""Anomalies about whole rows: why one was not migrated, and who was adopted."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from migrate.decisions.kinds import is_decidable
from migrate.schema import v2
from migrate.schema.arrow import with_columns
from migrate.schema.reasons import ADOPTED_MEMBER, DUPLICATE_MEMBER, NUMBER_TAKEN, ORPHAN, PARENT_REJECTED
from migrate.transform.columns import (
    Mask,
    constant,
    joined,
    mask_of,
    rows_of,
    text_array,
)
from migrate.transform.decided_columns import has_decision
from migrate.transform.fates import Fates
from migrate.transform.readings import stacked_anomalies
from migrate.transform.source import NO_ANOMALIES, Source

UNREAD = {("members", "cohort"), ("competence_assessments", "archived_at"), ("scheme_memberships", "status")}
"""Columns that no v3 column is read from: nothing can be decided about their texts."""

_TAKEN = "A v3 account that is somebody else's has this membership number."
_QUOTED = ("raw_value", "loaded_value")


def report_rejected(source: Source, fates: Fates, duplicates: Mapping[str, str]) -> pa.Table:
    """Return an anomaly for each rejected row."""
    orphans = rows_of(fates.has_reason(ORPHAN))
    owned = rows_of(fates.has_reason(PARENT_REJECTED))
    doubled = rows_of(fates.has_reason(DUPLICATE_MEMBER))
    taken = rows_of(fates.has_reason(NUMBER_TAKEN))
    owners = " or ".join(f"the {column.removesuffix('_id')}" for column in v2.PARENTS.get(source.table, {}))
    nobody = f"{owners.capitalize()} that it belongs to is not in v2."
    return _without_accepted(
        source,
        stacked_anomalies(
            source.report(orphans, None, ORPHAN, message=nobody),
            source.report(owned, None, PARENT_REJECTED, message="The row that it belongs to was rejected."),
            source.report(doubled, None, DUPLICATE_MEMBER, message=_same_number(source, doubled, duplicates)),
            source.report(taken, None, NUMBER_TAKEN, message=_TAKEN),
        ),
    )


def report_adopted(source: Source, adopted: Mapping[str, str]) -> pa.Table:
    """Return an anomaly for each migrated member who had an account in v3 before."""
    if source.table != "members" or not adopted:
        return NO_ANOMALIES
    rows = rows_of(_is_adopted(source.v2_ids, adopted))
    message = "The member had a v3 account with this membership number, which was kept as it is."
    return _without_accepted(source, source.report(rows, None, ADOPTED_MEMBER, message=message))


def without_adopted(anomalies: pa.Table, adopted: Mapping[str, str]) -> pa.Table:
    """Leave out the anomalies about adopted members' own values: none of these values is loaded."""
    if not adopted or not len(anomalies):
        return anomalies
    return anomalies.filter(pa.array(~_is_adopted(anomalies["v2_id"], adopted)))


def report_archived(anomalies: pa.Table, migrated: pa.Array, dropped: pa.Array) -> pa.Table:
    """Return the anomalies of the archived flag, without its text for assessments that are dropped.

    migrated, dropped: the v2 keys of the assessments with these fates. Rejected ones are left out.
    """
    live, without_text = (
        anomalies.filter(pc.is_in(anomalies["v2_id"], value_set=keys)) for keys in (migrated, dropped)
    )
    blank = dict.fromkeys(_QUOTED, constant(None, len(without_text)))
    return stacked_anomalies(live, with_columns(without_text, blank))


def report_misplaced(source: Source) -> pa.Table:
    """Return an anomaly for each decision on these rows that is about no column that is read."""
    reports = [
        _misplaced(source, column)
        for table, column in {*source.decisions.rows, *source.decisions.texts}
        if table == source.table and not _is_read(table, column)
    ]
    return stacked_anomalies(*reports)


def _misplaced(source: Source, column: str | None) -> pa.Table:
    if column is None:
        by_row = source.decisions.for_rows(source.table, None)
        ids = [v2_id for v2_id, decision in by_row.items() if decision.action != "accept"]
        mask = mask_of(pc.is_in(source.v2_ids, value_set=text_array(ids)))
        message = "A whole row can only be accepted as it is."
    else:
        texts = source.texts(column) if column in source.frame.columns else constant(None, len(source))
        mask = has_decision(source, column, texts)
        message = f"Nothing can be decided about {column}."
    return source.report(rows_of(mask), column, "decision-invalid", message=message)


def _is_read(table: str, column: str | None) -> bool:
    if column is None or (table, column) in UNREAD:
        return False
    return column == "updated_at" or is_decidable(table, column)


def _is_adopted(keys: pa.Array | pa.ChunkedArray, adopted: Mapping[str, str]) -> Mask:
    return mask_of(pc.is_in(keys, value_set=text_array(list(adopted))))


def _same_number(source: Source, rows: np.ndarray, duplicates: Mapping[str, str]) -> pa.Array:
    places = pc.index_in(source.v2_ids.take(pa.array(rows)), value_set=text_array(list(duplicates)))
    lower = text_array(list(duplicates.values())).take(places)
    return joined("v2 member ", lower, " has the same membership number.")


def _without_accepted(source: Source, anomalies: pa.Table) -> pa.Table:
    by_row = source.decisions.for_rows(source.table, None)
    accepted = [v2_id for v2_id, decision in by_row.items() if decision.action == "accept"]
    if not accepted or not len(anomalies):
        return anomalies
    return anomalies.filter(pc.invert(pc.is_in(anomalies["v2_id"], value_set=text_array(accepted))))
