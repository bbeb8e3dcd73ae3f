"""A batch of v2 becomes a batch of v3: fates first, then the rows that are migrated, entity by entity."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from migrate.rulebook import Rules
from migrate.schema.arrow import no_rows
from migrate.schema.frames import FATE_COLUMNS, Transformed, V2Batch, V3Batch, frame_from
from migrate.schema.reasons import ARCHIVED_ASSESSMENT
from migrate.transform.archived import read_archived
from migrate.transform.columns import (
    constant,
    frame_of,
    mask_of,
    taken,
    text_array,
    texts_of,
)
from migrate.transform.decision_lookup import Decisions
from migrate.transform.entities import ENTITIES
from migrate.transform.fates import PARENTS_FIRST, Fates, assign_fates
from migrate.transform.given import with_damage, with_owners, with_parents
from migrate.transform.readings import stacked_anomalies
from migrate.transform.source import NO_ANOMALIES, Column, Source
from migrate.transform.whole_rows import (
    report_adopted,
    report_archived,
    report_misplaced,
    report_rejected,
    without_adopted,
)

_ASSESSMENTS = "competence_assessments"
_NO_FATES = no_rows(FATE_COLUMNS)


def transform_batch(
    batch: V2Batch, adopted: Mapping[str, str], rules: Rules, decisions: Decisions
) -> V3Batch:
    """Return what a batch is to be in v3.

    adopted: v2's member_id → the id of the v3 account that already has the member's number.
    """
    tables = {table: batch.tables[table] for table in PARENTS_FIRST if len(batch.tables.get(table, ()))}
    archived = _read_archived(tables, rules, decisions)
    fates = assign_fates(replace(batch, tables=tables), mask_of(archived.values))
    parts = []
    for table, of_table in fates.items():
        source = Source(table, with_owners(table, tables, of_table.owners), rules, decisions)
        parts.append(_transform_table(source, of_table, batch, adopted))
    anomalies = [*(part.anomalies for part in parts), _report_archived(archived, tables, fates)]
    return V3Batch(
        rows={ENTITIES[part.table].v3_table: part.rows for part in parts if part.table in ENTITIES},
        fates=frame_from(pa.concat_tables([_NO_FATES, *(part.fates for part in parts)])),
        anomalies=frame_from(stacked_anomalies(*anomalies)),
    )


class _Part(NamedTuple):
    """What became of one v2 table of the batch."""

    table: str
    rows: pd.DataFrame
    fates: pa.Table
    anomalies: pa.Table


def _transform_table(source: Source, fates: Fates, batch: V2Batch, adopted: Mapping[str, str]) -> _Part:
    """Return what becomes of all rows of one v2 table."""
    migrated = with_parents(source.table, taken(source.frame, fates.migrated), adopted)
    migrated = with_damage(source.table, migrated, batch.damaged)
    rows, anomalies = _transform_migrated(replace(source, frame=migrated), adopted)
    rejected = report_rejected(source, fates, batch.duplicates)
    return _Part(source.table, rows, _fate_rows(source, fates, rows), stacked_anomalies(anomalies, rejected))


def _transform_migrated(migrated: Source, adopted: Mapping[str, str]) -> Transformed:
    """Return the v3 rows of the rows that are migrated, and all that is reported of them."""
    entity = ENTITIES.get(migrated.table)
    if entity is None:
        return Transformed(frame_of({"id": text_array([])}), NO_ANOMALIES)
    rows, of_values = entity.transform(migrated.frame, migrated.rules, migrated.decisions)
    if migrated.table == "members":
        of_values = without_adopted(of_values, adopted)
    anomalies = stacked_anomalies(of_values, report_adopted(migrated, adopted), report_misplaced(migrated))
    return Transformed(frame_of({**rows, "v2_id": migrated.v2_ids}), anomalies)


def _fate_rows(source: Source, fates: Fates, rows: pd.DataFrame) -> pa.Table:
    """Return `FATE_COLUMNS` of all rows of a v2 table; `rows` are the v3 rows of those that are migrated."""
    entity = ENTITIES.get(source.table)
    places = pa.array(np.cumsum(fates.migrated) - 1, mask=~fates.migrated)
    v3_table = constant(entity.v3_table if entity else None, len(rows))
    columns = {
        "v2_table": constant(source.table, len(source)),
        "v2_id": source.v2_ids,
        "member_id": source.texts("owner"),
        "cohort": source.texts("cohort"),
        "fate": fates.fate_texts,
        "reason": fates.reason_texts,
        "v3_table": v3_table.take(places),
        "v3_id": texts_of(rows, "id").take(places),
    }
    return pa.table({name: columns[name] for name in FATE_COLUMNS})


def _read_archived(tables: Mapping[str, pd.DataFrame], rules: Rules, decisions: Decisions) -> Column:
    """Return which assessments are archived; an empty column where the batch has none."""
    if _ASSESSMENTS not in tables:
        return Column(pa.array([], pa.bool_()), NO_ANOMALIES)
    owners = texts_of(tables[_ASSESSMENTS], "member_id")
    frame = with_owners(_ASSESSMENTS, tables, owners)
    return read_archived(Source(_ASSESSMENTS, frame, rules, decisions))


def _report_archived(
    archived: Column, tables: Mapping[str, pd.DataFrame], fates: Mapping[str, Fates]
) -> pa.Table:
    """Return the anomalies of the archived flag; of rejected assessments there are none."""
    if _ASSESSMENTS not in tables or archived.anomalies is None:
        return NO_ANOMALIES
    keys, of_table = texts_of(tables[_ASSESSMENTS], "assessment_id"), fates[_ASSESSMENTS]
    dropped = of_table.has_reason(ARCHIVED_ASSESSMENT)
    return report_archived(
        archived.anomalies, keys.filter(pa.array(of_table.migrated)), keys.filter(pa.array(dropped))
    )
