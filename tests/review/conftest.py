"""The reviewers' page over the sample ledger: what asks the database runs on every engine."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from tests.ledgers import create_tables
from tests.review.browsing import Reviewer, application, enter
from tests.sample_ledger import fill_ledger


@pytest.fixture
def ledger_engine(target_engine: Engine) -> Engine:
    """The sample ledger, once on each engine."""
    with target_engine.connect() as opened:
        fill_ledger(opened)
    return target_engine


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample ledger as a SQLite file, to be copied and not to be changed."""
    path = tmp_path_factory.mktemp("sample") / "v3.db"
    url = f"sqlite:///{path}"
    create_tables(url)
    engine = create_engine(url)
    with engine.connect() as opened:
        fill_ledger(opened)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_ledger(sample_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """The sample ledger on SQLite: for what no engine can change."""
    engine = create_engine(f"sqlite:///{shutil.copy(sample_file, tmp_path / 'v3.db')}")
    yield engine
    engine.dispose()


@pytest.fixture
def reviewer(sqlite_ledger: Engine) -> Iterator[Reviewer]:
    """A reviewer who has come in by the link and said who they are."""
    app, sessions = application(sqlite_ledger)
    with enter(app, sessions, name="Kim Reviewer") as one:
        yield one
