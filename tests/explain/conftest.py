"""Explanations read v3's database: every test runs on each engine that it names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.explain.world import World
from tests.ledgers import connection, server_targets, sqlite_url, target_engine, target_url

__all__ = ["connection", "server_targets", "sqlite_url", "target_engine", "target_url"]


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
