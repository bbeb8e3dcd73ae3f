"""A database of each engine for a whole module: properties try hundreds of examples in it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers import new_database


class Databases(dict[str, str]):
    """Engine name → URL of a database, created where a test first asks for it."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        super().__init__()
        self._stack, self._folder = stack, folder

    def __missing__(self, engine_name: str) -> str:
        self[engine_name] = self._stack.enter_context(new_database(engine_name, self._folder))
        return self[engine_name]


@pytest.fixture(scope="module")
def module_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Engine name → URL of an empty database."""
    with ExitStack() as stack:
        yield Databases(stack, tmp_path_factory.mktemp("databases"))
