"""Parquet's values become the texts that v2 would have shown."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from migrate.extract.parquet_exports import open_parquet

PARQUET_VALUES = [  # a column, its texts
    (pa.array([11001234567.0, None]), ["11001234567", None]),
    (pa.array([1.5, float("nan")]), ["1.5", None]),
    (pa.array([1.1], pa.float32()), ["1.1"]),
    (pa.array([timedelta(hours=3), timedelta(days=1, minutes=30)]), ["3:00:00", "1 day, 0:30:00"]),
    (pa.array([timedelta(hours=-1)]), ["-1:00:00"]),
    (
        pa.ExtensionArray.from_storage(pa.uuid(), pa.array([bytes(range(16))], pa.binary(16))),
        ["00010203-0405-0607-0809-0a0b0c0d0e0f"],
    ),
]


@pytest.mark.parametrize(("column", "texts"), PARQUET_VALUES)
def test_a_parquet_value_is_the_text_that_v2_would_have_shown(
    column: pa.Array, texts: list[str | None], tmp_path: Path
) -> None:
    path = tmp_path / "training.parquet"
    pq.write_table(pa.table({"title": column}), path)
    assert [value for rows in open_parquet(path).rows() for (value,) in rows.values] == texts
