"""The database servers of the tests: named in the environment, running here, or started for this session.

    CAREER_MIGRATE_TEST_POSTGRESQL   a URL without a database, of an account that may create databases
    CAREER_MIGRATE_TEST_MARIADB      the same

Where there is none of the three, the test is skipped in words that say what to type; in CI that is a failure
(`tests.conftest`).
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from tests.private_servers import PrivateServer, start_private

ENGINES = ("sqlite", "postgresql", "mariadb")
DRIVERS = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql"}
RUNNING_HERE = {
    "postgresql": "postgresql+psycopg://postgres@127.0.0.1:5432",
    "mariadb": "mariadb+pymysql://root@127.0.0.1:3306",
}
CREATE = {
    "postgresql": "CREATE DATABASE {name}",
    "mariadb": "CREATE DATABASE {name} CHARACTER SET utf8mb4",
}
DROP = {"postgresql": "DROP DATABASE {name} WITH (FORCE)", "mariadb": "DROP DATABASE {name}"}
HOW_TO = {
    "postgresql": "start one at 127.0.0.1:5432, set CAREER_MIGRATE_TEST_POSTGRESQL to a URL, "
    "or type `apt-get install postgresql`",
    "mariadb": "start one at 127.0.0.1:3306, set CAREER_MIGRATE_TEST_MARIADB to a URL, "
    "or type `apt-get install mariadb-server`",
}
SHARED_FOLDER = "CAREER_MIGRATE_TEST_SHARED"
"""In the environment: the folder in which a session and its workers find the servers they started."""


@cache
def server_url(engine_name: str) -> str:
    """Return the URL of a server, without a database. Skips the test where there is none."""
    named = os.environ.get(f"CAREER_MIGRATE_TEST_{engine_name.upper()}")
    if named:
        url = make_url(named).set(drivername=DRIVERS[engine_name], database=None)
        return url.render_as_string(hide_password=False)
    if _answers(RUNNING_HERE[engine_name]):
        return RUNNING_HERE[engine_name]
    started = start_private(engine_name, shared_folder())
    if started is None:
        pytest.skip(f"no {engine_name} server: {HOW_TO[engine_name]}")
    return started.url


@contextmanager
def new_database(engine_name: str, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database, dropped afterwards; a SQLite file is made in the folder."""
    name = f"career_{uuid4().hex[:12]}"
    if engine_name == "sqlite":
        yield f"sqlite:///{folder / name}.db"
        return
    server = server_url(engine_name)
    execute(f"{server}/", CREATE[engine_name].format(name=name))
    try:
        yield f"{server}/{name}"
    finally:
        execute(f"{server}/", DROP[engine_name].format(name=name))


def execute(url: str, *statements: str) -> None:
    """Run statements, each committed by itself."""
    with opened(url, isolation_level="AUTOCOMMIT") as engine, engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


@contextmanager
def opened(url: str, **options: str) -> Iterator[Engine]:
    """Give an engine and dispose of it."""
    engine = create_engine(url, **options)
    try:
        yield engine
    finally:
        engine.dispose()


def as_user(url: str, user: str, password: str) -> str:
    """Return the URL for another account."""
    return make_url(url).set(username=user, password=password).render_as_string(hide_password=False)


def shared_folder() -> Path:
    """Return the folder that this session shares with its workers."""
    if SHARED_FOLDER not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="career-migrate-"))
        folder.chmod(0o755)  # servers run under an account of their own
        os.environ[SHARED_FOLDER] = str(folder)
    return Path(os.environ[SHARED_FOLDER])


def stop_servers() -> None:
    """Stop what the session started."""
    folder = os.environ.pop(SHARED_FOLDER, None)
    if folder is None:
        return
    for record in Path(folder).glob("*.json"):
        PrivateServer.read(record).stop()
    shutil.rmtree(folder, ignore_errors=True)


def _answers(url: str) -> bool:
    try:
        with opened(url) as engine, engine.connect():
            return True
    except DBAPIError:
        return False
