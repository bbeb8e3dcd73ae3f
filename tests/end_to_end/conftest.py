"""A place on each engine or in each direction, and what comes of the hand-made cases there."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.end_to_end.outcomes import Outcomes
from tests.end_to_end.places import DIRECTIONS, WITHIN_ONE_ENGINE, Place, Places
from tests.end_to_end.verified import lone, migrated

__all__ = ["lone", "migrated"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "direction" in metafunc.fixturenames:
        names = WITHIN_ONE_ENGINE if "place" in metafunc.fixturenames else DIRECTIONS
        grouped = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names]
        metafunc.parametrize("direction", grouped, scope="session")


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with ExitStack() as stack:
        yield Places(stack, tmp_path_factory.mktemp("places"))


@pytest.fixture(scope="session")
def outcomes(places: Places, direction: str) -> Outcomes:
    return Outcomes(places, direction)


@pytest.fixture
def place(places: Places, direction: str) -> Iterator[Place]:
    """A place on each engine."""
    yield from places.place(direction)


@pytest.fixture
def place_each_way(places: Places, direction: str) -> Iterator[Place]:
    """A place in each direction."""
    yield from places.place(direction)
