"""Opening a database: any spelling of its URL, one line of words where it cannot be, and v2 never written."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Date, Engine, Integer, Interval, Text, column, func, make_url, select, table, text
from sqlalchemy.exc import DBAPIError

from migrate.databases import (
    for_reading,
    open_engine,
    open_reading_engine,
    open_source_engine,
    open_target_engine,
    read_table,
    without_password,
)
from migrate.errors import ConfigurationError, MigrationError, PreflightError
from tests.servers import ENGINES, execute, new_database

WRONG = [  # URL, what is said of it
    ("no url at all", "not a database URL"),
    ("oracle://host/db", "not supported"),
    ("sqlite:////no/such/folder/v2.db", "create the folder first"),
    ("postgresql://u:secret@no-such-host.invalid/db", "the host is unknown"),
    ("mariadb://u:secret@no-such-host.invalid/db", "the host is unknown"),
    ("postgresql://u:secret@127.0.0.1:1/db", "nothing answers there"),
    ("mysql://u:secret@127.0.0.1:1/db", "nothing answers there"),
]


@pytest.mark.parametrize(("url", "words"), WRONG)
def test_a_wrong_url_is_told_in_one_line_without_its_password(url: str, words: str) -> None:
    with pytest.raises(MigrationError, match=words) as caught:
        open_engine(url)
    assert len(str(caught.value).splitlines()) == 1
    assert "secret" not in str(caught.value)


NO_FILE = [  # the URL of a SQLite database, what is said of it
    ("sqlite://", "gone when the command ends; give a file"),
    ("sqlite:///", "gone when the command ends; give a file"),
    ("sqlite:///:memory:", "gone when the command ends; give a file"),
    ("sqlite:///file::memory:?uri=true", "gone when the command ends; give a file"),
    ("sqlite:///file:shared?mode=memory&cache=shared&uri=true", "gone when the command ends; give a file"),
    ("sqlite:///file:v3.db?uri=true", "write sqlite:///v3.db"),
    ("sqlite:///file:///tmp/v3%2520new.db?mode=ro&uri=true", "write sqlite:////tmp/v3 new.db"),
    ("sqlite:///v3.db?uri=true", "leave uri out and write sqlite:///v3.db"),
    ("sqlite:///v3.db?nonsense=1", "has no option nonsense; leave it out"),
    ("sqlite:///v3.db?check_same_thread=true", "leave check_same_thread out or write false"),
    ("sqlite:///v3.db?timeout=5&timeout=6", "gives timeout twice; write it once"),
    ("sqlite:///v3%00.db", "there is a NUL in it"),
    ("sqlite:///v3.db?mode=ro&timeout=5", "has no option mode; leave it out"),
    ("sqlite://v3.db", "lacks a slash; write sqlite:///v3.db"),
    ("sqlite://folder/v3.db", "lacks a slash; write sqlite:///folder/v3.db"),
]


@pytest.mark.parametrize("opened", [open_engine, open_source_engine, open_target_engine])
@pytest.mark.parametrize(("url", "words"), NO_FILE)
def test_what_is_no_plain_file_of_sqlite_is_refused_with_what_to_write(
    opened: Callable[[str], Engine], url: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=re.escape(words)) as caught:
        opened(url)
    assert len(str(caught.value).splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_an_option_that_the_driver_does_not_have_is_a_mistake_in_the_url(
    engine_name: str, fresh_database: Callable[[str], str]
) -> None:
    with pytest.raises(ConfigurationError, match="nonsense") as caught:
        open_engine(f"{fresh_database(engine_name)}?nonsense=1")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("option", ["timeout=5", "check_same_thread=false"])
def test_an_option_of_the_driver_is_taken(tmp_path: Path, option: str) -> None:
    open_engine(f"sqlite:///{tmp_path / 'v3.db'}?{option}").dispose()


NO_OPTION = [  # what a driver cannot take, what is said of it
    ("sqlite:///v3.db?cached_statements=99999999999999", "too large"),
    ("sqlite:///v3.db?timeout=soon", "'soon'"),
    ("mariadb://nobody@127.0.0.1:1/v3?connect_timeout=99999999999", "connect_timeout"),
    ("mariadb://nobody@127.0.0.1:1/v3?connect_timeout=3&connect_timeout=4", "connect_timeout"),
    ("mariadb://nobody@127.0.0.1:1/v3?ssl=1", "ssl=1"),
    ("postgresql://nobody@127.0.0.1:1/v3?connect_timeout=soon", "cannot be taken"),
    ("postgresql://nobody@127.0.0.1:1/v3?sslmode=nonsense", "cannot be taken"),
]


@pytest.mark.parametrize(("url", "words"), NO_OPTION)
def test_an_option_that_a_driver_cannot_take_is_told_in_a_line(
    url: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=words) as caught:
        open_engine(url)
    assert len(str(caught.value).splitlines()) == 1


SECRETS = [
    "postgresql://nobody@127.0.0.1:1/v3?password=geheim",
    "postgresql://nobody@127.0.0.1:1/v3?PassWord=geheim",
    "mariadb://nobody@127.0.0.1:1/v3?password=geheim",
    "mariadb://nobody:geheim@127.0.0.1:1/v3?nonsense=1",
]


@pytest.mark.parametrize("url", SECRETS)
def test_a_password_is_not_shown_wherever_in_the_url_it_stands(url: str) -> None:
    with pytest.raises(MigrationError) as caught:
        open_engine(url)
    assert "geheim" not in str(caught.value) + without_password(url)
    assert "***" in str(caught.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "v2.db"
    path.write_text("member_id,forename\n" * 100)
    with pytest.raises(MigrationError, match="not a SQLite database"):
        open_engine(f"sqlite:///{path}")


def test_a_file_in_another_encoding_is_told_and_not_misread(tmp_path: Path) -> None:
    path = tmp_path / "v2.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA encoding = 'UTF-16le'")
        connection.execute("CREATE TABLE members (member_id integer)")
    with pytest.raises(MigrationError, match="keeps its texts as UTF-16le"):
        open_source_engine(f"sqlite:///{path}")


def test_a_v2_that_is_not_there_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="does not exist"):
        open_source_engine(f"sqlite:///{tmp_path / 'v2.db'}")
    assert not (tmp_path / "v2.db").exists()


@pytest.mark.parametrize("engine_name", ENGINES)
def test_v2_refuses_writes_of_an_account_that_could(
    engine_name: str, fresh_database: Callable[[str], str]
) -> None:
    """The server itself says no, whatever the statement."""
    url = fresh_database(engine_name)
    execute(url, "CREATE TABLE members (member_id INTEGER PRIMARY KEY)", "INSERT INTO members VALUES (1)")
    engine = open_source_engine(url)
    for statement in (
        "INSERT INTO members VALUES (2)",
        "UPDATE members SET member_id = 3",
        "DELETE FROM members",
        "DROP TABLE members",
        "CREATE TABLE more (id INTEGER)",
    ):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT member_id FROM members")).scalars().all() == [1]
    engine.dispose()


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_a_snapshot_does_not_see_what_comes_later(
    engine_name: str, fresh_database: Callable[[str], str]
) -> None:
    url = fresh_database(engine_name)
    execute(url, "CREATE TABLE members (member_id INTEGER PRIMARY KEY)", "INSERT INTO members VALUES (1)")
    for number, engine in enumerate((open_source_engine(url), for_reading(open_engine(url))), start=1):
        with engine.connect() as connection:
            count = text("SELECT count(*) FROM members")
            assert connection.execute(count).scalar() == number
            execute(url, f"INSERT INTO members VALUES ({number + 1})")  # noqa: S608  # a number
            assert connection.execute(count).scalar() == number
        engine.dispose()


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_a_connection_that_was_lent_still_sees_what_users_commit(
    engine_name: str, fresh_database: Callable[[str], str]
) -> None:
    """Otherwise a row that is locked and looked at again looks as it did before its user's edit."""
    url = fresh_database(engine_name)
    execute(url, "CREATE TABLE members (member_id INTEGER PRIMARY KEY)", "INSERT INTO members VALUES (1)")
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT"):
        pass
    with engine.begin() as connection:
        count = text("SELECT count(*) FROM members")
        assert connection.execute(count).scalar() == 1
        execute(url, "INSERT INTO members VALUES (2)")
        assert connection.execute(count).scalar() == 2
    engine.dispose()


def test_an_option_of_the_url_is_understood_however_v2_is_read(
    fresh_database: Callable[[str], str],
) -> None:
    """SQLAlchemy writes a blank in it as +, libpq reads %20."""
    execute(url := fresh_database("postgresql"), "CREATE TABLE members (member_id INTEGER)")
    engine = open_source_engine(f"{url}?options=-c+lock_timeout%3D300+-c+statement_timeout%3D60000")
    timeouts = select(
        func.current_setting("lock_timeout").label("a"), func.current_setting("statement_timeout").label("b")
    )
    with engine.begin() as connection:
        assert read_table(connection, timeouts).to_pylist() == [{"a": "300ms", "b": "1min"}]
    engine.dispose()


DATABASES_OWN = (  # settings that a database gives to each session that says nothing else
    ("datestyle", "'SQL, MDY'"),  # as 03/04/2010 it would be read as the 3rd of April
    ("client_encoding", "'LATIN1'"),
    ("intervalstyle", "'iso_8601'"),
    ("standard_conforming_strings", "off"),
)
WORDING = "a \\ and a –"


@pytest.mark.parametrize("open_as", [open_source_engine, open_reading_engine, open_engine])
def test_a_value_of_postgresql_reads_the_same_whatever_its_database_is_set_to(
    fresh_database: Callable[[str], str], open_as: Callable[[str], Engine]
) -> None:
    url = fresh_database("postgresql")
    execute(
        url,
        "CREATE TABLE said (day DATE, spent INTERVAL, wording TEXT)",
        f"INSERT INTO said VALUES ('2010-03-04', '2 hours', '{WORDING}')",  # noqa: S608
        *(f"ALTER DATABASE {make_url(url).database} SET {name} = {own}" for name, own in DATABASES_OWN),
    )
    engine = open_as(url)
    said = table("said", column("day", Date), column("spent", Interval), column("wording", Text))
    with engine.begin() as connection:
        found = read_table(connection, select(said).where(said.c.wording == WORDING))
    assert found.to_pylist() == [{"day": "2010-03-04", "spent": "02:00:00", "wording": WORDING}]
    engine.dispose()


@pytest.mark.parametrize("asked", ["latin1", "nonsense"])
@pytest.mark.parametrize("open_as", [open_source_engine, open_engine])
def test_postgresql_is_read_in_utf_8_whatever_letters_its_url_asks_for(
    fresh_database: Callable[[str], str], open_as: Callable[[str], Engine], asked: str
) -> None:
    execute(url := fresh_database("postgresql"), "CREATE TABLE said (wording TEXT)")
    execute(url, f"INSERT INTO said VALUES ('{WORDING}')")  # noqa: S608  # ours
    engine = open_as(f"{url}?client_encoding={asked}")
    with engine.begin() as connection:
        found = read_table(connection, select(table("said", column("wording", Text))))
    assert found.to_pylist() == [{"wording": WORDING}]
    engine.dispose()


@pytest.mark.parametrize("mode", ["ANSI_QUOTES", "ORACLE", "PAD_CHAR_TO_FULL_LENGTH", ""])
@pytest.mark.parametrize("open_as", [open_source_engine, open_engine])
def test_mariadb_is_asked_in_its_own_words_whatever_mode_it_is_set_to(
    fresh_database: Callable[[str], str], open_as: Callable[[str], Engine], mode: str
) -> None:
    execute(url := fresh_database("mariadb"), "CREATE TABLE said (`order` CHAR(20))")
    execute(url, "INSERT INTO said VALUES ('a b')")
    engine = open_as(f"{url}?init_command=SET+sql_mode%3D%27{mode}%27")
    said = table("said", column("order", Text))
    with engine.begin() as connection:
        found = read_table(connection, select(said).where(said.c.order == "a b"))
    assert found.to_pylist() == [{"order": "a b"}]
    engine.dispose()


@pytest.mark.parametrize("limit", ["sql_select_limit=1", "sql_big_selects=0,max_join_size=1"])
@pytest.mark.parametrize("open_as", [open_source_engine, open_engine])
def test_mariadb_gives_every_row_whatever_limit_the_account_is_set_to(
    fresh_database: Callable[[str], str], open_as: Callable[[str], Engine], limit: str
) -> None:
    execute(url := fresh_database("mariadb"), "CREATE TABLE said (n INT)")
    execute(url, "INSERT INTO said VALUES (1), (2), (3)")
    engine = open_as(f"{url}?init_command=SET+{limit.replace('=', '%3D').replace(',', '%2C')}")
    said = table("said", column("n", Integer))
    with engine.begin() as connection:
        found = connection.execute(select(said).order_by(said.c.n)).scalars().all()
    assert found == [1, 2, 3]
    engine.dispose()


SHOWN = [  # URL, as it may be shown
    ("postgresql://ann:a@secret@host/db", "host/db"),
    ("postgresql://u:secret@host/db", "postgresql://u:***@host/db"),
    ("sqlite:///v3.db", "sqlite:///v3.db"),
    ("nonsense:secret@host", "host"),
]


@pytest.mark.parametrize(("url", "shown"), SHOWN)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown


@pytest.mark.parametrize("opens", [open_source_engine, open_target_engine, open_engine])
def test_a_database_that_does_not_say_what_its_letters_are_is_refused_with_the_way_out(
    opens: Callable[[str], Engine], tmp_path: Path
) -> None:
    with new_database("postgresql", tmp_path) as url:
        other = make_url(url).set(database=f"{make_url(url).database}_a")
        execute(url, f"CREATE DATABASE {other.database} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
        try:
            with pytest.raises(PreflightError, match=r"SQL_ASCII.*ENCODING 'UTF8'"):
                opens(other.render_as_string(hide_password=False))
        finally:
            execute(url, f"DROP DATABASE {other.database} WITH (FORCE)")
