"""What a command reads of the ledger is of one moment, whatever a run writes meanwhile."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from migrate.cli.ledger import reading_ledger
from migrate.databases import open_engine
from migrate.load.ledger.target import init_target
from migrate.schema import ledger
from tests.servers import execute


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_what_a_run_writes_meanwhile_is_not_seen(
    engine_name: str, fresh_database: Callable[[str], str]
) -> None:
    """Otherwise the figures of a report would not be those of its rows."""
    url = fresh_database(engine_name)
    engine = open_engine(url)
    init_target(engine)
    issued = select(ledger.notices.c.member_id)
    with reading_ledger(url) as connection:
        assert connection.execute(issued).all() == []
        execute(url, "INSERT INTO migration_notices VALUES ('1', 'digest', '2026-01-01')")
        assert connection.execute(issued).all() == []
    engine.dispose()
