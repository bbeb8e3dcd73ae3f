"""A database of each engine, and a v3 with its ledger on each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.schema import ledger, v2, v3
from tests.check.migrated import migrate_v2, write_v2
from tests.ledgers import server_targets, target_engine, target_url
from tests.servers import ENGINES, new_database, opened

__all__ = ["server_targets", "target_engine", "target_url"]


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, once on each engine."""
    with new_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def v2_url(database_url: str) -> str:
    """The URL of a v2 without rows, once on each engine."""
    with opened(database_url) as engine:
        v2.metadata.create_all(engine)
    return database_url


@pytest.fixture
def new_target(database_url: str) -> str:
    """The URL of a v3 with its ledger that the test may change, once on each engine."""
    with opened(database_url) as engine:
        v3.metadata.create_all(engine)
        ledger.metadata.create_all(engine)
    return database_url


@pytest.fixture
def v2_file(tmp_path: Path) -> str:
    """The URL of a small v2."""
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url)
    return url


@pytest.fixture
def migrated(v2_file: str, database_url: str) -> str:
    """The URL of the v3 that the small v2 was migrated into, once on each engine."""
    migrate_v2(v2_file, database_url)
    return database_url
