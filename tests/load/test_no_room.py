"""A target without room for v3's tables is told as that, and not as a lack of rights."""

from pathlib import Path

import pytest
from sqlalchemy import event, inspect

from migrate.databases import open_engine
from migrate.errors import PreflightError
from migrate.load.ledger.target import init_target


def test_a_disk_without_room_for_the_tables_is_called_that(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'v3.db'}")
    engine.dispose()  # of the connection that it was tried with
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 8"))
    with pytest.raises(PreflightError, match=r"full\)\. See that there is room for them, and call again\."):
        init_target(engine)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
