"""A v2, an empty v3 on each engine, and what an undisturbed run makes of them: made once an engine."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.faults.campaign import Campaign, campaign, sqlite_v2
from tests.servers import ENGINES, new_database

SERVERS = ("postgresql", "mariadb")


class _Campaigns(dict[str, Campaign]):
    def __init__(self, stack: ExitStack, factory: pytest.TempPathFactory) -> None:
        super().__init__()
        self._stack, self._factory = stack, factory

    def __missing__(self, engine_name: str) -> Campaign:
        folder = self._factory.mktemp(engine_name)
        url = self._stack.enter_context(new_database(engine_name, folder))
        self[engine_name] = self._stack.enter_context(campaign(sqlite_v2(folder), url))
        return self[engine_name]


@pytest.fixture(scope="session")
def campaigns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Campaign]]:
    """Engine name → its campaign, made when first asked for."""
    with ExitStack() as stack:
        yield _Campaigns(stack, tmp_path_factory)


@pytest.fixture(params=ENGINES)
def on_each_engine(request: pytest.FixtureRequest, campaigns: dict[str, Campaign]) -> Campaign:
    """A campaign on each engine."""
    return campaigns[request.param]


@pytest.fixture(params=SERVERS)
def on_each_server(request: pytest.FixtureRequest, campaigns: dict[str, Campaign]) -> Campaign:
    """A campaign on each engine that is a server."""
    return campaigns[request.param]
