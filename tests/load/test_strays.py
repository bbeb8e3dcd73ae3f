"""What v3 holds that the ledger does not explain: accounts, single ids, and when a row was last changed."""

from datetime import datetime

import pyarrow as pa
from sqlalchemy import Connection

from migrate.load.strays import read_moments, read_schemes, read_strays, unrecorded
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.ledgers import put

TEXT = pa.large_string()
ADOPTED, STRANGER, OTHER = (letter * 32 for letter in "abc")
MOVED = v3_id("members", "1")
NIGHT = datetime.fromisoformat("2026-01-02T03:04:05")


def know(connection: Connection, v2_table: str, v2_id: str, row_id: str, owner: str) -> None:
    """Have the ledger say that a row was migrated."""
    row = {"v2_table": v2_table, "v2_id": v2_id, "v3_id": row_id, "owner_id": owner}
    put(connection, ledger.rows, row, fate="migrated", run_id="r")


def fill(connection: Connection) -> None:
    """Have a member who was moved, one who was adopted and one whom nobody knows, with a training each."""
    for number, member in enumerate((MOVED, ADOPTED, STRANGER), 1):
        put(connection, v3.members, {"id": member, "membership_number": str(number)})
        training = {"id": f"{number}" * 32, "member_id": member, "title": "Relays"}
        put(connection, v3.trainings, training, updated_at=NIGHT.replace(second=number))
    put(connection, v3.schemes, {"id": OTHER, "name": "Northgrid graduates"})
    know(connection, "members", "1", MOVED, MOVED)
    know(connection, "members", "2", ADOPTED, v3_id("members", "2"))
    know(connection, "training", "1", "1" * 32, MOVED)


def strays(connection: Connection) -> dict[str, list[str]]:
    """Return the strays of each v3 table that has any."""
    found = {table.name: ids.to_pylist() for table, ids in read_strays(connection)}
    return {name: ids for name, ids in found.items() if ids}


def test_an_account_that_the_ledger_does_not_know_is_a_stray_with_all_that_is_its_own(
    connection: Connection,
) -> None:
    assert strays(connection) == {}
    fill(connection)
    assert strays(connection) == {"members": [STRANGER], "trainings": ["3" * 32]}
    assert read_schemes(connection)["id"].to_pylist() == [OTHER]


def test_moments_come_in_the_order_of_the_ids(connection: Connection) -> None:
    fill(connection)
    ids = pa.array(["3" * 32, "1" * 32, OTHER, "1" * 32], TEXT)
    assert read_moments(connection, v3.trainings, ids).to_pylist() == [
        "2026-01-02 03:04:03", "2026-01-02 03:04:01", None, "2026-01-02 03:04:01",
    ]  # fmt: skip


def test_unrecorded_is_what_no_v2_row_became(connection: Connection) -> None:
    fill(connection)
    ids = pa.array([STRANGER, ADOPTED, MOVED, STRANGER], TEXT)
    assert unrecorded(connection, ids).to_pylist() == [STRANGER, STRANGER]
    assert unrecorded(connection, ids.slice(1, 1)).to_pylist() == []
    assert unrecorded(connection, ids.slice(0, 0)).to_pylist() == []
