"""What every test can ask for: an empty database, and an empty v3 with a ledger, on each engine.

In CI a skipped test fails the session: a test that did not run has shown nothing.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from tests.ledgers import connection, server_targets, sqlite_url, target_engine, target_url
from tests.servers import ENGINES, new_database, shared_folder, stop_servers

__all__ = ["connection", "server_targets", "sqlite_url", "target_engine", "target_url"]

settings.register_profile("untimed", settings(), deadline=None)  # a timed test is no test
settings.load_profile("untimed")

_skipped: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "database: needs a PostgreSQL or MariaDB server")
    config.addinivalue_line("markers", "browser: needs Chromium")
    gc.disable()  # but between tests: see migrate.run.garbage
    if _is_session(config):
        shared_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _is_session(config):
        stop_servers()


def pytest_collection_finish() -> None:
    """Leave what was imported out of all that is looked through for garbage from here on."""
    gc.freeze()


@pytest.hookimpl(trylast=True)  # when its fixtures have let go of it
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Close what a test has left open. What has outlived a collection is looked through between modules."""
    is_last = nextitem is None or nextitem.path != item.path
    gc.collect(2 if is_last else 1)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if os.environ.get("CI") and _skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("CI") and _skipped:
        terminalreporter.section("skipped, which CI does not allow", red=True)
        for name in _skipped:
            terminalreporter.line(name)


@pytest.fixture
def fresh_database(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Give a function from an engine's name to the URL of an empty database, dropped after the test."""
    with ExitStack() as stack:
        yield lambda engine_name: stack.enter_context(new_database(engine_name, tmp_path))


@pytest.fixture(params=ENGINES)
def engine_url(request: pytest.FixtureRequest, fresh_database: Callable[[str], str]) -> str:
    """The URL of an empty database, once on each engine."""
    return fresh_database(request.param)


def _is_session(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")
