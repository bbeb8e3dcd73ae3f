"""Only a scheme that was migrated and is not in v3 any more is lost."""

from sqlalchemy import Connection

from migrate.load.lost_schemes import read_lost_schemes
from migrate.schema import ledger, v3
from tests.ledgers import put

HERE, LOST, LOST_TOO, REFUSED, ELSEWHERE = (letter * 32 for letter in "acbde")


def test_schemes_that_users_deleted_are_lost_and_nothing_else_is(connection: Connection) -> None:
    assert read_lost_schemes(connection) == ()
    put(connection, v3.schemes, {"id": HERE, "name": "Northgrid"})
    rows = [
        ("schemes", HERE, "migrated"),
        ("schemes", LOST, "migrated"),
        ("schemes", LOST_TOO, "migrated"),
        ("schemes", REFUSED, "rejected"),
        ("training", ELSEWHERE, "migrated"),
    ]
    for v2_id, (table, row_id, fate) in enumerate(rows):
        row = {"v2_table": table, "v2_id": str(v2_id), "v3_id": row_id, "fate": fate}
        put(connection, ledger.rows, row, run_id="r")
    assert read_lost_schemes(connection) == (LOST_TOO, LOST)
