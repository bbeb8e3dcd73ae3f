"""What a command reads of the ledger is of one moment, whatever a run writes, and waits for no run."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, select

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


def test_in_sqlite_nobody_who_reads_waits_for_a_run_to_end_its_batch(tmp_path: Path) -> None:
    """`status` would answer after a minute, with the error that the database is locked."""
    url = f"sqlite:///{tmp_path / 'v3.db'}"
    engine = open_engine(url)
    init_target(engine)
    with engine.begin() as writing:
        writing.execute(insert(ledger.ledger).values(name="written", value="meanwhile"))
        with reading_ledger(url) as connection:
            assert connection.scalars(select(ledger.ledger.c.name)).all() == ["version"]
    engine.dispose()
