"""A v3 into which a small v2 was migrated, on each engine."""

from pathlib import Path

import pytest

from tests.check.conftest import database_url
from tests.check.migrated import migrate_v2, write_v2

__all__ = ["database_url"]


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
