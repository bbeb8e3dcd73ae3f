"""The ledger's anomalies become those of a batch, owner by owner."""

import pyarrow as pa
import pytest

from migrate.load.planning.anomaly_change import anomaly_change
from migrate.load.present import LEDGER_ANOMALY_COLUMNS

TEXT = pa.large_string()
Row = dict[str, str | None]

ONE: Row = {"owner_id": "m1", "v2_table": "training", "v2_id": "1", "code": "no-unit", "raw_value": "3"}
MORE, OTHERS = ONE | {"v2_id": "2"}, ONE | {"owner_id": "m2", "v2_id": "5"}

CASES: list[tuple[str, list[Row], list[Row], list[str], list[Row]]] = [
    # what happened, what is found, what the ledger has → whose are deleted, what is written
    ("nothing was there", [ONE, OTHERS], [], [], [ONE, OTHERS]),
    ("nothing is there", [], [ONE, MORE, OTHERS], ["m1", "m2"], []),
    ("all is as it was", [OTHERS, ONE], [ONE, OTHERS], [], []),
    ("one is gone", [ONE, OTHERS], [ONE, MORE, OTHERS], ["m1"], [ONE]),
    ("one has come", [ONE, MORE, OTHERS], [ONE, OTHERS], ["m1"], [ONE, MORE]),
    ("somebody new has one", [ONE, OTHERS], [ONE], [], [OTHERS]),
    ("one says nothing by now", [ONE | {"raw_value": None}], [ONE], ["m1"], [ONE | {"raw_value": None}]),
    ("nothing became no text", [ONE | {"message": ""}], [ONE], ["m1"], [ONE | {"message": ""}]),
]


def table(rows: list[Row]) -> pa.Table:
    """Return anomalies as the ledger has them."""
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], TEXT) for name in LEDGER_ANOMALY_COLUMNS}
    )


@pytest.mark.parametrize(
    ("found", "present", "cleared", "added"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_anomalies_of_whoever_has_others_by_now_are_written_anew(
    found: list[Row], present: list[Row], cleared: list[str], added: list[Row]
) -> None:
    change = anomaly_change(table(found), table(present))
    assert sorted(change.cleared.to_pylist()) == cleared
    assert change.added.to_pylist() == table(added).to_pylist()
    again = anomaly_change(table([ONE, MORE]), table(present)).instead(table(found))
    assert (again.cleared, again.added) == (change.cleared, change.added)
