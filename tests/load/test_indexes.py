"""The ledger's indexes, set aside for its first run, are all there in the end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, inspect

from migrate.databases import open_engine
from migrate.load.indexes import complete_indexes, set_aside_indexes
from migrate.load.target import init_target
from migrate.schema import ledger

RUNS = 4


def test_first_runs_that_end_together_make_each_index_once(fresh_database: Callable[[str], str]) -> None:
    """On PostgreSQL, where IF NOT EXISTS does not keep two of them from making the same one."""
    engine = open_engine(fresh_database("postgresql"))
    init_target(engine)
    whole = _indexes(engine)
    for _ in range(3):
        assert set_aside_indexes(engine)
        assert _indexes(engine) < whole
        with ThreadPoolExecutor(RUNS) as pool:
            list(pool.map(complete_indexes, [engine] * RUNS))
        assert _indexes(engine) == whole
    engine.dispose()


def _indexes(engine: Engine) -> set[str | None]:
    inspector = inspect(engine)
    return {index["name"] for name in ledger.metadata.tables for index in inspector.get_indexes(name)}
