"""Small v2 frames, as extract gives them, and what a transform makes of them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa

from migrate.decisions.decision import Decision, Recorded
from migrate.rulebook import Rules, load_rules
from migrate.schema import v2
from migrate.schema.frames import TEXT, Transformed, V2Batch, V3Batch
from migrate.transform.batch import transform_batch
from migrate.transform.columns import constant, texts_of
from migrate.transform.decision_lookup import NO_DECISIONS, Decisions
from migrate.transform.entities import ENTITIES
from migrate.transform.given import with_owners, with_parents
from migrate.transform.source import Source

Row = Mapping[str, str | None]
MEMBER = {"member_id": "1", "cohort": "2024-A", "membership_number": "0012"}


@cache
def shipped_rules() -> Rules:
    """Return the rules as shipped, read once."""
    return load_rules()


def v2_rows(table: str, *rows: Row) -> pd.DataFrame:
    """Return v2 rows with all canonical columns as TEXT; keys not given count from 1."""
    key = v2.KEYS[table]
    filled = [{key: str(number), **row} for number, row in enumerate(rows, start=1)]
    columns = [column.name for column in v2.metadata.tables[table].columns]
    return pd.DataFrame({name: pd.Series([row.get(name) for row in filled], dtype=TEXT) for name in columns})


def given(table: str, *rows: Row) -> pd.DataFrame:
    """Return v2 rows as a transform is given them: all belong to member 1 and assessment 1."""
    owned = [{**dict.fromkeys(v2.PARENTS.get(table, {}), "1"), **row} for row in rows]
    frame = v2_rows(table, *owned)
    owner = texts_of(frame, "member_id") if "member_id" in frame else constant("1", len(frame))
    return with_parents(
        table, with_owners(table, {"members": v2_rows("members", MEMBER), table: frame}, owner), {}
    )


def source(table: str, *rows: Row, decisions: Decisions = NO_DECISIONS) -> Source:
    """Return v2 rows as the readers of columns take them."""
    return Source(table, given(table, *rows), shipped_rules(), decisions)


def transform(table: str, *rows: Row, decisions: Decisions = NO_DECISIONS) -> Transformed:
    """Return what the table's transform makes of v2 rows."""
    return ENTITIES[table].transform(given(table, *rows), shipped_rules(), decisions)


def migrate(
    tables: Mapping[str, list[Row]],
    *,
    adopted: Mapping[str, str] | None = None,
    decisions: Decisions = NO_DECISIONS,
    **batch: Any,
) -> V3Batch:
    """Return what a batch of v2 rows becomes."""
    frames = {table: v2_rows(table, *rows) for table, rows in tables.items()}
    return transform_batch(V2Batch(frames, **batch), adopted or {}, shipped_rules(), decisions)


def said(anomalies: pa.Table | pd.DataFrame) -> list[tuple[str | None, str]]:
    """Return column and code of each anomaly."""
    return [(column, code) for column, code in _tuples(anomalies, "v2_column", "code")]


def told(anomalies: pa.Table | pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns of the anomalies."""
    return _tuples(anomalies, *columns)


def values(frame: pa.Table | pd.DataFrame, column: str) -> list[Any]:
    """Return a column's values, None for NULL."""
    if isinstance(frame, pa.Table):
        return list(frame[column].to_pylist())
    return [None if value is pd.NA or value is pd.NaT else value for value in frame[column]]


def decision(
    action: str,
    value: str | None = None,
    *,
    table: str,
    column: str | None,
    row: str | None = None,
    raw: str | None = None,
    number: int = 1,
) -> Recorded:
    """Return a decision as the ledger has it: on a row where one is given, otherwise on a text."""
    scope = "text" if row is None else "row"
    return Recorded(number, Decision(scope, table, column, action, v2_id=row, raw_value=raw, value=value))


def _tuples(frame: pa.Table | pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(zip(*(values(frame, column) for column in columns), strict=True))
