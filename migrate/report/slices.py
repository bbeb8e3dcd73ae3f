"""The ledger's anomalies as narrow columns, some hundred thousand rows at a time.

A database counts the rows of a million anomalies quickly, but grouping them by text, or counting the
different members among them, makes it sort on disk (MariaDB takes minutes). Reading them once and grouping
here takes seconds on every engine.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, func, select

from migrate.databases import read_table
from migrate.report.decided_anomalies import TEXT_LENGTH
from migrate.report.scope import Cohorts, anomalies_of
from migrate.schema import ledger

_SLICE = 250_000
_CANDIDATES_LENGTH, _LOADED_LENGTH = 2000, 100


def anomaly_slices(connection: Connection, cohorts: Cohorts) -> Iterator[pa.Table]:
    """Yield slices of the anomalies, all columns text.

    v2_table, v2_column, v2_id, code, severity, cohort, member_id; `start` and `length` of the raw value, and
    the starts of candidates and loaded_value.
    """
    c = ledger.anomalies.c
    names = ("v2_table", "v2_column", "v2_id", "code", "severity", "cohort", "member_id")
    columns: list[Any] = [
        *(c[name] for name in names),
        func.substr(c.raw_value, 1, TEXT_LENGTH).label("start"),
        func.length(c.raw_value).label("length"),
        func.substr(c.candidates, 1, _CANDIDATES_LENGTH).label("candidates"),
        func.substr(c.loaded_value, 1, _LOADED_LENGTH).label("loaded_value"),
    ]
    first, last = connection.execute(select(func.min(c.anomaly_id), func.max(c.anomaly_id))).one()
    for low in range(first or 0, (last or -1) + 1, _SLICE):
        within = c.anomaly_id.between(low, low + _SLICE - 1)
        piece = read_table(connection, select(*columns).where(within, *anomalies_of(cohorts)))
        if piece.num_rows:
            yield piece.combine_chunks()
