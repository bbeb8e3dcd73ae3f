"""A v2 and a v3 with its ledger on each engine."""

from pathlib import Path

import pytest

from migrate.schema import v2
from tests.check.migrated import migrate_v2, write_v2
from tests.ledgers import create_tables
from tests.servers import opened


@pytest.fixture
def v2_url(engine_url: str) -> str:
    """The URL of a v2 without rows, once on each engine."""
    with opened(engine_url) as engine:
        v2.metadata.create_all(engine)
    return engine_url


@pytest.fixture
def new_target(engine_url: str) -> str:
    """The URL of a v3 with its ledger that the test may change, once on each engine."""
    create_tables(engine_url)
    return engine_url


@pytest.fixture
def v2_file(tmp_path: Path) -> str:
    """The URL of a small v2."""
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url)
    return url


@pytest.fixture
def migrated(v2_file: str, engine_url: str) -> str:
    """The URL of the v3 that the small v2 was migrated into, once on each engine."""
    migrate_v2(v2_file, engine_url)
    return engine_url
