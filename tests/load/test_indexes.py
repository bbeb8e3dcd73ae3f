"""The ledger's indexes, set aside for its first run, are all there in the end."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, inspect, select

from migrate.databases import open_engine
from migrate.errors import InterruptedRunError
from migrate.extract.source import open_source
from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.load.ledger.indexes import complete_indexes, set_aside_indexes
from migrate.load.ledger.runs import finish_run, start_run
from migrate.load.ledger.scope import Scope
from migrate.load.ledger.target import init_target
from migrate.rulebook.mapping import load_mapping
from migrate.run.migration import _key_restored_on_failure
from migrate.schema import ledger
from tests.servers import execute

RUNS = 4
KEY = ["v2_table", "v2_id"]
MADE_ANEW = "CREATE TABLE training (training_id INTEGER, member_id INTEGER"


@pytest.fixture
def postgresql(fresh_database: Callable[[str], str]) -> Iterator[Engine]:
    engine = open_engine(fresh_database("postgresql"))
    init_target(engine)
    yield engine
    engine.dispose()


def test_first_runs_that_end_together_make_each_index_once(postgresql: Engine) -> None:
    """On PostgreSQL, where IF NOT EXISTS does not keep two of them from making the same one."""
    whole = _indexes(postgresql)
    for _ in range(3):
        assert set_aside_indexes(postgresql, "r", lambda: False)
        assert _indexes(postgresql) < whole
        with ThreadPoolExecutor(RUNS) as pool:
            list(pool.map(complete_indexes, [postgresql] * RUNS))
        assert _indexes(postgresql) == whole
        assert _key(postgresql) == KEY


def test_the_ledgers_key_is_set_aside_only_where_v2_keeps_its_own(postgresql: Engine) -> None:
    assert set_aside_indexes(postgresql, "r")
    assert _key(postgresql) == KEY
    assert set_aside_indexes(postgresql, "r", lambda: False)
    assert _key(postgresql) == []


def test_the_ledgers_key_is_there_while_two_runs_are_at_work(postgresql: Engine) -> None:
    first = start_run(postgresql, "run", Scope(("a",)), "", "")
    assert set_aside_indexes(postgresql, first.run_id, lambda: False)
    assert _key(postgresql) == []
    second = start_run(postgresql, "run", Scope(("b",)), "", "")
    assert set_aside_indexes(postgresql, second.run_id, lambda: False)
    assert _key(postgresql) == KEY
    for run in (first, second):
        finish_run(postgresql, run, "completed")


def test_the_key_that_a_killed_first_run_left_aside_is_made_by_the_next(postgresql: Engine) -> None:
    assert set_aside_indexes(postgresql, "r", lambda: False)
    _record(postgresql, "1", "migrated")
    assert not set_aside_indexes(postgresql, "r", lambda: False)
    assert _key(postgresql) == KEY


def test_the_ledgers_key_is_there_when_a_first_run_ends_before_its_time(postgresql: Engine) -> None:
    assert set_aside_indexes(postgresql, "r", lambda: False)
    with pytest.raises(InterruptedRunError), _key_restored_on_failure(postgresql):
        raise InterruptedRunError("stopped")
    assert _key(postgresql) == KEY


def test_a_row_that_a_first_run_met_twice_is_kept_as_it_was_migrated_or_seen_last(postgresql: Engine) -> None:
    """Its owner may change between the batches of the one and of the other."""
    assert set_aside_indexes(postgresql, "r", lambda: False)
    for key, fates in {
        "1": ("rejected", "dropped"),
        "2": ("migrated", "dropped"),
        "3": ("migrated",),
    }.items():
        for fate in fates:
            _record(postgresql, key, fate)
    complete_indexes(postgresql)
    assert _key(postgresql) == KEY
    with postgresql.connect() as connection:
        rows = connection.execute(select(ledger.rows.c.v2_id, ledger.rows.c.fate)).all()
    assert sorted(rows) == [("1", "dropped"), ("2", "migrated"), ("3", "migrated")]


@pytest.mark.parametrize(
    ("changed", "unique"),
    [
        ((), True),
        (
            (
                "CREATE TABLE copy AS SELECT * FROM training",
                "DROP TABLE training",
                "ALTER TABLE copy RENAME TO training",
            ),
            False,
        ),
        (("ALTER TABLE training RENAME TO copy", "CREATE VIEW training AS SELECT * FROM copy"), False),
        (("DROP TABLE training", f"{MADE_ANEW}, PRIMARY KEY (training_id, member_id))"), False),
        (("DROP TABLE training", f"{MADE_ANEW}, PRIMARY KEY (member_id))"), False),
        (("DROP TABLE training", f"{MADE_ANEW}, PRIMARY KEY (training_id))"), True),
        (("DROP TABLE training",), False),
    ],
    ids=[
        "its tables have keys",
        "a copy has none",
        "a view has none",
        "a key of two columns",
        "a key of another column",
        "a key of that column",
        "a table is missing",
    ],
)
def test_whether_v2_keeps_its_keys_is_read_from_its_tables(
    changed: tuple[str, ...], unique: bool, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url, generate(2))
    execute(url, *changed)
    source = open_source(url, load_mapping())
    assert source.keys_are_unique() is unique
    source.engine.dispose()


def _indexes(engine: Engine) -> set[str | None]:
    inspector = inspect(engine)
    return {index["name"] for name in ledger.metadata.tables for index in inspector.get_indexes(name)}


def _key(engine: Engine) -> list[str]:
    return inspect(engine).get_pk_constraint(ledger.rows.name)["constrained_columns"]


def _record(engine: Engine, key: str, fate: str) -> None:
    with engine.begin() as connection:
        row = {"v2_table": "training", "v2_id": key, "fate": fate, "run_id": "r"}
        connection.execute(insert(ledger.rows).values(row))
