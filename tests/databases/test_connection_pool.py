"""PostgreSQL behind a pool of connections: PgBouncer, before a database of the tests' server."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from migrate.databases import open_engine, open_reading_engine, open_source_engine, open_target_engine
from migrate.errors import ConfigurationError
from tests.private_servers import start_pool

pytestmark = pytest.mark.database

OPENERS: tuple[Callable[[str], Engine], ...] = (
    open_engine,
    open_target_engine,
    open_source_engine,
    open_reading_engine,
)


@pytest.fixture
def pooled(fresh_database: Callable[[str], str]) -> Iterator[str]:
    """The URL of a pool, to which its mode is to be added."""
    server = make_url(fresh_database("postgresql"))
    known = {"host": server.host, "port": server.port, "dbname": server.database, "user": server.username}
    place = " ".join(
        f"{name}={value}" for name, value in {**known, "password": server.password}.items() if value
    )
    with tempfile.TemporaryDirectory() as folder:
        pool = start_pool(Path(folder), place)
        if pool is None:
            pytest.skip("no PgBouncer: type `apt-get install pgbouncer`")
        yield f"{pool.url}/"
        pool.stop()


def test_a_pool_that_gives_each_transaction_another_session_is_refused_in_words(pooled: str) -> None:
    """Settings would be lost, and the sign that a run is alive."""
    for opened in OPENERS:
        with pytest.raises(ConfigurationError, match="Name the server's own address, or a pool that keeps"):
            opened(f"{pooled}transaction")


def test_a_pool_that_keeps_sessions_serves_as_the_server_does(pooled: str) -> None:
    for opened in OPENERS:
        engine = opened(f"{pooled}session")
        with engine.connect() as connection:
            assert connection.execute(text("SHOW datestyle")).scalar() == "ISO, YMD"
        engine.dispose()
