"""A v2 and the v3 that it is migrated into, on SQLite and on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.explain.world import World


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    made = World(f"sqlite:///{tmp_path / 'v2.db'}", sqlite_url)
    yield made
    made.close()


@pytest.fixture
def world_on_each_engine(target_url: str, tmp_path: Path) -> Iterator[World]:
    made = World(f"sqlite:///{tmp_path / 'v2.db'}", target_url)
    yield made
    made.close()
