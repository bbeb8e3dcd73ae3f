"""What a database refuses in a place where nobody expected it is told with what to do."""

from pathlib import Path

import pymysql
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from migrate.cli.failures import words_of
from tests.servers import execute, new_database


def test_a_table_that_is_altered_while_it_is_read_asks_to_call_again(tmp_path: Path) -> None:
    """As a report may meet it on MariaDB, while a first run makes the indexes, or a survey of a v2 in use."""
    with new_database("mariadb", tmp_path) as url:
        execute(url, "CREATE TABLE one (id INTEGER)", "CREATE TABLE other (id INTEGER)")
        engine = create_engine(url, isolation_level="REPEATABLE READ")
        said: str | None = None
        with engine.connect() as connection:
            connection.execute(text("SELECT * FROM other")).all()
            execute(url, "ALTER TABLE one ADD COLUMN more INTEGER, ALGORITHM=COPY")
            try:
                connection.execute(text("SELECT * FROM one")).all()
            except DBAPIError as error:
                said = words_of(error)
        engine.dispose()
    assert said
    assert "A table was altered meanwhile, as by a first run: call again." in said


@pytest.mark.parametrize(
    ("engine_name", "own_end"),
    [
        ("postgresql", "SELECT pg_terminate_backend(pg_backend_pid())"),
        ("mariadb", "KILL CONNECTION_ID()"),
    ],
)
def test_a_connection_that_its_server_ends_asks_to_call_again(
    engine_name: str, own_end: str, tmp_path: Path
) -> None:
    with new_database(engine_name, tmp_path) as url:
        engine = create_engine(url)
        with engine.connect() as connection, pytest.raises(DBAPIError) as raised:
            connection.execute(text(own_end))
        engine.dispose()
    assert "see that the server runs, and call again" in str(words_of(raised.value))


def test_a_file_that_another_program_keeps_asks_to_let_that_end(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'v3.db'}", connect_args={"timeout": 0})
    with engine.connect() as other, engine.connect() as connection:
        other.execute(text("BEGIN IMMEDIATE"))
        with pytest.raises(DBAPIError) as raised:
            connection.execute(text("BEGIN IMMEDIATE"))
    engine.dispose()
    assert "database is locked. Another program, such as a run, uses the file" in str(words_of(raised.value))


@pytest.mark.parametrize("driver", ["postgresql+psycopg", "mariadb+pymysql"])
def test_a_server_that_is_down_asks_to_call_again(driver: str) -> None:
    engine = create_engine(f"{driver}://kim@127.0.0.1:1/v3")  # nobody listens there
    with pytest.raises(DBAPIError) as raised:
        engine.connect()
    told = "No connection could be made: see that the server runs, and call again."
    assert told in str(words_of(raised.value))


def test_a_connection_lost_while_it_is_set_up_is_told_in_words() -> None:
    """SQLAlchemy passes on what the driver says there, as it is."""
    lost = pymysql.err.OperationalError(2013, "Lost connection to MySQL server during query")
    assert "Lost connection" in str(words_of(lost))
    assert words_of(ValueError("a fault of the program")) is None
