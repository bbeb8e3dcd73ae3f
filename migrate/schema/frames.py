"""The shapes of the frames that pass from extract to transform and from transform to load.

Every column of v2 arrives as text (`TEXT`), keys included, NULL where v2 has NULL: nothing has been read yet.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from migrate.schema.arrow import whole

TEXT = pd.ArrowDtype(pa.large_string())

FATE_COLUMNS = ("v2_table", "v2_id", "member_id", "cohort", "fate", "reason", "v3_table", "v3_id")
ANOMALY_COLUMNS = (
    "cohort", "member_id", "v2_table", "v2_id", "v2_column", "code", "severity",
    "raw_value", "loaded_value", "candidates", "message",
)  # fmt: skip


DAMAGED_COLUMNS = ("v2_table", "v2_id", "v2_column")


class Transformed(NamedTuple):
    """What became of one v2 table."""

    rows: pd.DataFrame
    """`written_columns` of the v3 table, one row for each v2 row given, in the same order."""
    anomalies: pa.Table
    """`ANOMALY_COLUMNS`, all text."""


def frame_from(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a frame, with each column in one piece."""
    columns = {name: pd.arrays.ArrowExtensionArray(whole(table[name])) for name in table.column_names}
    return pd.DataFrame(columns, copy=False)


def empty_frame(columns: tuple[str, ...]) -> pd.DataFrame:
    """Return a frame of TEXT columns without rows."""
    return pd.DataFrame({column: pd.Series([], dtype=TEXT) for column in columns})


@dataclass(frozen=True)
class V2Batch:
    """Some members of v2 and everything they own, or the schemes, or rows that nothing owns; one snapshot."""

    tables: dict[str, pd.DataFrame]
    """v2 table → its canonical columns as TEXT, in key order. A table without rows may be absent."""
    scheme_ids: frozenset[str] = frozenset()
    """The keys of every scheme in v2: memberships refer to them."""
    duplicates: dict[str, str] = field(default_factory=dict)
    """member_id → the lower member_id that has the same membership number and is migrated for it."""
    taken: frozenset[str] = frozenset()
    """Members who have not moved yet and whose number a v3 account has that is somebody else's for good."""
    damaged: pd.DataFrame = field(default_factory=lambda: empty_frame(DAMAGED_COLUMNS))
    """Cells that a spreadsheet turned into a date or a time: `DAMAGED_COLUMNS`."""


@dataclass(frozen=True)
class V3Batch:
    """What a batch is to be in v3. Nothing is known of what v3 holds, but who is adopted."""

    rows: dict[str, pd.DataFrame]
    """v3 table → `written_columns` and `v2_id` (TEXT), in the order of v2's keys; migrated rows alone."""
    fates: pd.DataFrame
    """`FATE_COLUMNS`, all TEXT: one row for each v2 row of the batch."""
    anomalies: pd.DataFrame
    """`ANOMALY_COLUMNS`, all TEXT."""
