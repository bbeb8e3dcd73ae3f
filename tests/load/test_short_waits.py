"""What may wait for a reviewer's page waits five seconds; everything else waits as long as it did."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import Connection, text

from migrate.databases import open_engine
from migrate.load.ledger.short_waits import not_waiting_long

ASKED = {"postgresql": "SHOW lock_timeout", "mariadb": "SELECT @@lock_wait_timeout"}


@pytest.mark.parametrize(("engine_name", "five"), [("postgresql", "5s"), ("mariadb", 5)])
def test_only_what_may_be_left_out_waits_for_five_seconds(
    fresh_database: Callable[[str], str], engine_name: str, five: object
) -> None:
    def wait(connection: Connection) -> object:
        return connection.execute(text(ASKED[engine_name])).scalar_one()

    engine = open_engine(fresh_database(engine_name))
    with engine.begin() as connection:
        before = wait(connection)
        with suppress(LookupError), not_waiting_long(connection):
            assert wait(connection) == five
            raise LookupError
    with engine.begin() as connection:
        assert wait(connection) == before != five
    engine.dispose()
