"""A run's hold is one process's: who does not get it does not go on as if it had."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from migrate.databases import open_engine
from migrate.load.ledger import holds, locks
from migrate.load.ledger.runs import start_run
from migrate.load.ledger.scope import Scope
from migrate.load.ledger.target import init_target
from tests.faults.children import wait_until
from tests.servers import ENGINES


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


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_run_is_at_work_for_as_long_as_its_hold_is_kept(
    fresh_database: Callable[[str], str], engine_name: str
) -> None:
    """Looking takes nothing away from whoever takes it next."""
    url = fresh_database(engine_name)
    engine, other = open_engine(url), open_engine(url)
    for taking in (engine, other):
        hold = holds.take_hold(taking, "run-1")
        assert holds.status_now(engine, "run-1", "running") == "running"
        hold.release()  # by ending its connection, which a busy server notices a moment later
        wait_until(lambda: holds.status_now(engine, "run-1", "running") == "interrupted")
    assert holds.status_now(engine, "run-1", "completed") == "completed"
    engine.dispose()
    other.dispose()


def test_a_hold_is_a_sign_of_life_whoever_looks_for_one_and_whoever_had_it(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'v3.db'}")
    seen = {True}

    def look() -> None:
        for _ in range(2_000):
            holds.is_held(engine, "run-1")

    def take() -> None:
        for _ in range(500):
            hold = holds.take_hold(engine, "run-1")
            seen.add(holds.is_held(engine, "run-1"))
            hold.release()

    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(work) for work in (look, look, take, take)]:
            each.result()
    assert seen == {True}
    assert list(tmp_path.glob("*.lock")) == []
    engine.dispose()


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_who_asks_after_a_dead_run_is_not_taken_for_it(
    fresh_database: Callable[[str], str], engine_name: str
) -> None:
    """Two runs that begin at once ask at the same time; neither may be refused for a run that is gone."""
    engine = open_engine(fresh_database(engine_name))

    def look(_: int) -> set[bool]:
        return {holds.is_held(engine, "run-1") for _ in range(100)}

    with ThreadPoolExecutor(4) as threads:
        assert set().union(*threads.map(look, range(4))) == {False}
    engine.dispose()


def test_a_run_that_cannot_be_written_down_leaves_no_hold_behind(tmp_path: Path) -> None:
    """Its file stayed beside v3's where the disk was full."""
    engine = open_engine(f"sqlite:///{tmp_path / 'v3.db'}")
    init_target(engine)
    with engine.begin() as connection:
        refuse = "BEFORE INSERT ON migration_runs BEGIN SELECT RAISE(ABORT, 'no room'); END"
        connection.execute(text(f"CREATE TRIGGER refuse {refuse}"))
    with pytest.raises(IntegrityError, match="no room"):
        start_run(engine, "run", Scope(), "1", "s")
    assert list(tmp_path.glob("*.lock")) == []
    engine.dispose()
