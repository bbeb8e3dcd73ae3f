"""A SQLite file that is not there reads as empty, and is there from when somebody writes."""

from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from migrate.databases import make_file
from migrate.databases.connect import open_target_engine
from tests.servers import execute


def test_a_file_that_is_missing_reads_as_empty_and_is_not_made(tmp_path: Path) -> None:
    engine = open_target_engine(f"sqlite:///{tmp_path / 'v3.db'}")
    assert inspect(engine).get_table_names() == []
    assert list(tmp_path.iterdir()) == []
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE members (id TEXT)",
        "CREATE TABLE members AS SELECT 1 AS id",
        "CREATE VIEW members AS SELECT 1 AS id",
    ],
)
def test_nothing_that_would_be_lost_is_written_before_the_file_is_made(
    tmp_path: Path, statement: str
) -> None:
    engine = open_target_engine(f"sqlite:///{tmp_path / 'v3.db'}")
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_a_file_that_is_missing_takes_temporary_tables(tmp_path: Path) -> None:
    """What is looked for is put into one."""
    engine = open_target_engine(f"sqlite:///{tmp_path / 'v3.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE staged (id TEXT PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO staged VALUES ('1')")
        assert connection.exec_driver_sql("SELECT id FROM staged").scalar() == "1"
        connection.exec_driver_sql("DELETE FROM staged")
    engine.dispose()


def test_what_is_written_once_the_file_is_made_is_in_it(tmp_path: Path) -> None:
    engine = open_target_engine(f"sqlite:///{tmp_path / 'v3.db'}")
    make_file(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE members (id TEXT)")
    engine.dispose()
    again = open_target_engine(f"sqlite:///{tmp_path / 'v3.db'}")
    assert inspect(again).get_table_names() == ["members"]
    again.dispose()


def test_a_file_that_somebody_else_makes_meanwhile_is_seen(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'v3.db'}"
    engine = open_target_engine(url)
    assert inspect(engine).get_table_names() == []
    execute(url, "CREATE TABLE members (id TEXT)")
    assert inspect(engine).get_table_names() == ["members"]
    engine.dispose()
