"""A run's hold is one process's: who does not get it does not go on as if it had."""

from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from migrate.databases import open_engine
from migrate.load import holds, locks


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_a_hold_that_another_connection_keeps_is_not_taken(
    fresh_database: Callable[[str], str], engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "TAKE_SECONDS", 0.2)
    engine = open_engine(fresh_database(engine_name))
    first = holds.take_hold(engine, "run-1")
    with pytest.raises(OperationalError, match="run-1"):
        holds.take_hold(engine, "run-1")
    first.release()
    second = holds.take_hold(engine, "run-1")
    assert holds.is_held(engine, "run-1")
    second.release()
    engine.dispose()
