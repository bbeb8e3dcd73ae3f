"""The reviewers' page over the sample ledger: what asks the database runs on every engine."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from tests.ledgers import connection, server_targets, sqlite_url, target_engine, target_url
from tests.review.browsing import Reviewer, application, enter
from tests.sample_ledger import fill_ledger

__all__ = ["connection", "server_targets", "sqlite_url", "target_engine", "target_url"]


@pytest.fixture
def ledger_engine(target_engine: Engine) -> Engine:
    """The sample ledger, once on each engine."""
    with target_engine.connect() as opened:
        fill_ledger(opened)
    return target_engine


@pytest.fixture
def sqlite_ledger(sqlite_url: str) -> Iterator[Engine]:
    """The sample ledger on SQLite: for what no engine can change."""
    engine = create_engine(sqlite_url)
    with engine.connect() as opened:
        fill_ledger(opened)
    yield engine
    engine.dispose()


@pytest.fixture
def reviewer(sqlite_ledger: Engine) -> Iterator[Reviewer]:
    """A reviewer who has come in by the link and said who they are."""
    app, sessions = application(sqlite_ledger)
    with enter(app, sessions, name="Kim Reviewer") as one:
        yield one
