"""How long the report takes on a ledger with a million anomalies and as many migrated trainings.

    python -m benchmarks.report [--anomalies N] [--target URL] [--formats html,csv]

Without --target the ledger is a SQLite file in a temporary folder. A target has to be an empty database: the
ledger is made there and stays.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Engine, func, select

from benchmarks.review import COHORTS, MEMBERS, fill
from migrate.databases import open_engine, write_table
from migrate.report.write import FILES, write_report
from migrate.schema import ledger, v3

ALLOWED_SECONDS, ALLOWED_BYTES = 30, 5_000_000
HOURS = ["7.00", "14.00", "3.50", "21.00", "35.00", "1.00", "2.00", "450.00", None, None]
AT_ONCE = 100_000


def main() -> int:
    """Make the ledger, write the report, print the table; 1 where the page is too slow or too large."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--anomalies", type=int, default=1_000_000)
    parser.add_argument("--target")
    parser.add_argument("--formats", default="html,csv,json,xlsx")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(asked.target or f"sqlite:///{folder}/ledger.db")
        fill(engine, asked.anomalies)
        fill_trainings(engine, asked.anomalies)
        print(f"{engine.dialect.name}, {asked.anomalies:,} anomalies")
        taken = {name: _measured(engine, name, Path(folder)) for name in asked.formats.split(",")}
        engine.dispose()
    seconds, size = taken.get("html", (0, 0))
    return int(seconds > ALLOWED_SECONDS or size > ALLOWED_BYTES)


def fill_trainings(engine: Engine, count: int) -> None:
    """Write as many migrated trainings, their members and the ledger's rows."""
    v3.metadata.create_all(engine)
    with engine.connect() as connection:
        if connection.scalar(select(func.count()).select_from(v3.trainings)) == count:
            return
    draw = np.random.default_rng(7)
    with engine.begin() as connection:
        numbers = range(1, MEMBERS + 1)
        write_table(connection, v3.members, pa.table({"id": _ids(numbers)}))
        write_table(connection, ledger.rows, _fates("members", numbers, numbers))
        for start in range(0, count, AT_ONCE):
            places = range(start, min(start + AT_ONCE, count))
            members = draw.integers(1, MEMBERS + 1, size=len(places)).tolist()
            hours = [HOURS[place % len(HOURS)] for place in places]
            ids = _ids([MEMBERS + 1 + place for place in places])
            trainings = {"id": ids, "member_id": _ids(members), "duration_hours": _texts(hours)}
            write_table(connection, v3.trainings, pa.table(trainings))
            write_table(connection, ledger.rows, _fates("training", places, members, first=MEMBERS + 1))


def _fates(table: str, keys: Any, members: Any, *, first: int = 0) -> pa.Table:
    count = len(keys)
    return pa.table(
        {
            "v2_table": _texts([table] * count),
            "v2_id": _texts([str(key) for key in keys]),
            "member_id": _texts([str(member) for member in members]),
            "cohort": _texts([COHORTS[member % len(COHORTS)] for member in members]),
            "fate": _texts(["migrated"] * count),
            "v3_table": _texts([{"training": "trainings"}.get(table, table)] * count),
            "v3_id": _ids([first + key for key in keys]),
            "run_id": _texts(["benchmark"] * count),
            "owner_id": _ids(members),
        }
    )


def _ids(numbers: Any) -> pa.Array:
    return _texts([f"{number:032x}" for number in numbers])


def _texts(values: list[Any]) -> pa.Array:
    return pa.array(values, pa.large_string())


def _measured(engine: Engine, name: str, folder: Path) -> tuple[float, int]:
    with engine.connect() as connection:
        started = time.perf_counter()
        write_report(connection, folder / "report", formats=[name])
        seconds = time.perf_counter() - started
    size = (folder / "report" / FILES[name]).stat().st_size
    allowed = f"  allowed {ALLOWED_SECONDS} s and {ALLOWED_BYTES:,} bytes" if name == "html" else ""
    print(f"  {name:<6}{seconds:>8.1f} s {size:>14,} bytes{allowed}", flush=True)
    return seconds, size


if __name__ == "__main__":
    sys.exit(main())
