"""v3 databases with a ledger on every engine, for tests of what reads the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, create_engine, delete, insert

from migrate.schema import ledger, v3
from tests.servers import ENGINES, new_database


@contextmanager
def target_database(engine_name: str, folder: Path) -> Iterator[str]:
    """Give the URL of an empty v3 with a ledger; it is gone afterwards."""
    with new_database(engine_name, folder) as url:
        create_tables(url)
        yield url


def create_tables(url: str) -> None:
    """Make an empty v3 with a ledger."""
    engine = create_engine(url)
    v3.metadata.create_all(engine)
    ledger.metadata.create_all(engine)
    with engine.begin() as connection:
        _write_version(connection)
    engine.dispose()


@pytest.fixture(scope="session")
def server_targets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A database on each server, created where a test first asks for it: tables take a second to create."""
    with ExitStack() as stack:
        yield _Targets(stack, tmp_path_factory.mktemp("targets"))


class _Targets(dict[str, str]):
    """Engine name → URL."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        super().__init__()
        self._stack = stack
        self._folder = folder

    def __missing__(self, engine_name: str) -> str:
        self[engine_name] = self._stack.enter_context(target_database(engine_name, self._folder))
        return self[engine_name]


@pytest.fixture(params=ENGINES)
def target_url(request: pytest.FixtureRequest, server_targets: dict[str, str]) -> str:
    """The URL of an empty v3 with a ledger, once on each engine."""
    url = server_targets[request.param]
    _empty(url)
    return url


def _empty(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in (*ledger.metadata.sorted_tables, *reversed(v3.metadata.sorted_tables)):
            connection.execute(delete(table))
        _write_version(connection)
    engine.dispose()


def _write_version(connection: Connection) -> None:
    """Mark the tables as all made, as `init-target` does."""
    put(connection, ledger.ledger, {"name": "version", "value": ledger.LEDGER_VERSION})


@pytest.fixture
def target_engine(target_url: str) -> Iterator[Engine]:
    """An engine on `target_url`."""
    engine = create_engine(target_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(target_engine: Engine) -> Iterator[Connection]:
    """A connection to `target_url`, in a transaction."""
    with target_engine.connect() as opened:
        yield opened


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[str]:
    """The URL of an empty v3 with a ledger, on SQLite: for what no engine can change."""
    with target_database("sqlite", tmp_path) as url:
        yield url


def put(connection: Connection, table: Table, *rows: Mapping[str, Any], **common: Any) -> None:
    """Insert rows; what is common to them is given once."""
    listed: Sequence[dict[str, Any]] = [{**common, **row} for row in rows]
    connection.execute(insert(table), listed)
