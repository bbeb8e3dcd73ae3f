"""Parquet's values become the texts that v2 would have shown."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from migrate.errors import PreflightError
from migrate.extract.parquet_exports import open_parquet

PARQUET_VALUES = [  # a column, its texts
    (pa.array([11001234567.0, None]), ["11001234567", None]),
    (pa.array([1.5, float("nan")]), ["1.5", None]),
    (pa.array([1.1], pa.float32()), ["1.1"]),
    (pa.array([timedelta(hours=3), timedelta(days=1, minutes=30)]), ["3:00:00", "1 day, 0:30:00"]),
    (pa.array([timedelta(hours=-1), timedelta()]), ["-1:00:00", "0:00:00"]),
    (pa.array([1500], pa.duration("ns")), ["0:00:00.000001"]),
    (
        pa.ExtensionArray.from_storage(pa.uuid(), pa.array([bytes(range(16))], pa.binary(16))),
        ["00010203-0405-0607-0809-0a0b0c0d0e0f"],
    ),
    (pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, None], pa.int8())), ["1", "0", None]),
    (
        pa.ExtensionArray.from_storage(
            pa.opaque(pa.binary(), "varchar", "a database"), pa.array([b"Zo\xeb"], pa.binary())
        ),
        ["Zoë"],
    ),
    (pa.array([bytes(range(16))], pa.binary(16)), ["000102030405060708090a0b0c0d0e0f"]),
    (pa.array([b"Zo\xeb", "Zoë".encode(), None]).dictionary_encode(), ["Zoë", "Zoë", None]),
    (pa.array([b"Zo\xeb"], pa.large_binary()), ["Zoë"]),
    (pa.array([b"Zo\xeb", b"Zo\xc3\xab", None], pa.binary()).view(pa.string()), ["Zoë", "Zoë", None]),
    (pa.array([1e21, 1e-7, float("inf")]), ["1000000000000000000000", "0.0000001", "inf"]),
    (pa.array([Decimal("1000.00"), Decimal("0.10")]), ["1000", "0.10"]),
    (pa.array([time(9, 30), time(9, 30, 1, 20)]), ["09:30:00", "09:30:01.00002"]),
    (
        pa.array([datetime(2010, 3, 12, 9, 30, 0, half, UTC) for half in (0, 500_000)]),
        ["2010-03-12 09:30:00Z", "2010-03-12 09:30:00.5Z"],
    ),
]


@pytest.mark.parametrize(("column", "texts"), PARQUET_VALUES)
def test_a_parquet_value_is_the_text_that_v2_would_have_shown(
    column: pa.Array, texts: list[str | None], tmp_path: Path
) -> None:
    path = tmp_path / "training.parquet"
    pq.write_table(pa.table({"title": column}), path)
    assert [value for rows in open_parquet(path).rows() for (value,) in rows.values] == texts


def test_columns_within_columns_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "training.parquet"
    columns = {"title": ["a"], "dates": [[2010, 2011]], "place": [{"town": "Leeds"}]}
    pq.write_table(pa.table(columns), path)
    with pytest.raises(PreflightError) as refused:
        open_parquet(path)
    words = "holds lists or records, not one value"
    assert refused.value.problems == tuple(f"{path}: column {name} {words}" for name in ("dates", "place"))


NO_PARQUET = [  # the octets of a file
    b"",
    b"title\nFirst aid\n",
    b"PAR1" + bytes(20) + b"\x14\0\0\0PAR1",
]


@pytest.mark.parametrize("octets", NO_PARQUET, ids=["nothing", "a CSV file", "a broken footer"])
def test_what_is_no_parquet_file_is_told_by_its_name(octets: bytes, tmp_path: Path) -> None:
    path = tmp_path / "training.parquet"
    path.write_bytes(octets)
    with pytest.raises(PreflightError, match=r"training\.parquet: is no Parquet file \("):
        open_parquet(path)
