"""SQLite's scratch files: every row arrives, whatever becomes of the files or of the transaction."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import Boolean, Column, Connection, Engine, Integer, MetaData, Numeric, Table, Text, select
from sqlalchemy.exc import IntegrityError

from migrate.databases import open_engine, write_table
from migrate.databases.sqlite import paths, scratch

TEXT = pa.large_string()
MOVED = Table(
    "moved",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("words", Text),
    Column("flag", Boolean),
    Column("hours", Numeric(8, 2)),
)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A file for which every frame of two rows is worth a scratch file."""
    monkeypatch.setattr(paths, "FEWEST_CELLS", 8)
    monkeypatch.setattr(scratch, "_folder", lambda _: tmp_path)
    opened = open_engine(f"sqlite:///{tmp_path / 'v3.db'}")
    MOVED.metadata.create_all(opened)
    yield opened
    opened.dispose()


CASES = {  # column → the values of three rows, and as SQLite stores them
    "words of their own": ("words", ["a", "", None], ["a", "", None]),
    "a shared word": ("words", ["a", "a", "a"], ["a", "a", "a"]),
    "no word at all": ("words", [None, None, None], [None, None, None]),
    "the first and the last alike": ("words", ["a", None, "a"], ["a", None, "a"]),
    "digits": ("words", ["1.50", "007", "1e3"], ["1.50", "007", "1e3"]),
    "flags": ("flag", ["true", "false", None], [1, 0, None]),
    "a shared flag": ("flag", ["true", "true", "true"], [1, 1, 1]),
    "a shared false": ("flag", ["false", "false", "false"], [0, 0, 0]),
    "hours": ("hours", ["7.00", "7.25", None], [7, 7.25, None]),
    "shared hours": ("hours", ["7.50", "7.50", "7.50"], [7.5, 7.5, 7.5]),
}


@pytest.mark.parametrize(("column", "written", "stored"), CASES.values(), ids=CASES)
def test_values_are_stored_as_the_driver_stores_them(
    engine: Engine, column: str, written: list[str | None], stored: list[object]
) -> None:
    frame = _frame(3).set_column(_frame(3).column_names.index(column), column, pa.array(written, TEXT))
    with engine.begin() as connection:
        assert scratch.insert_by_scratch(connection, MOVED, frame)
        query = f"SELECT {column} FROM moved ORDER BY number"  # noqa: S608  # of the table above
        found = connection.exec_driver_sql(query).scalars().all()
    assert [(type(value), value) for value in found] == [(type(value), value) for value in stored]


def test_more_frames_than_files_can_be_attached_arrive_in_one_transaction(engine: Engine) -> None:
    with engine.begin() as connection:
        for start in range(0, 60, 3):
            write_table(connection, MOVED, _frame(3, start))
        assert _numbers(connection) == list(range(60))


def test_each_transaction_has_all_files_to_itself(engine: Engine, tmp_path: Path) -> None:
    for start in range(0, 90, 9):
        with engine.begin() as connection:
            for number in range(start, start + 9, 3):
                write_table(connection, MOVED, _frame(3, number))
            assert _attached(connection) == 3
    with engine.begin() as connection:
        assert _numbers(connection) == list(range(90))
    assert [path.name for path in tmp_path.iterdir()] == ["v3.db"]


def test_what_is_rolled_back_is_not_there_and_the_next_write_is(engine: Engine) -> None:
    with engine.connect() as connection:
        write_table(connection, MOVED, _frame(3))
        connection.rollback()
        write_table(connection, MOVED, _frame(3, 10))
        connection.commit()
        assert _numbers(connection) == [10, 11, 12]


def test_a_refused_row_is_told_as_such_and_the_transaction_goes_on(engine: Engine) -> None:
    with engine.begin() as connection:
        write_table(connection, MOVED, _frame(3))
        with pytest.raises(IntegrityError, match="UNIQUE"), connection.begin_nested():
            write_table(connection, MOVED, _frame(3, 2))
        write_table(connection, MOVED, _frame(3, 3))
        assert _numbers(connection) == list(range(6))


def _no_disk(_: int) -> Path:
    raise OSError("no space left on device")


@pytest.mark.parametrize("folder", [lambda _: Path("/gone"), _no_disk], ids=["no folder", "no disk"])
def test_rows_arrive_without_a_scratch_file_where_none_can_be_made(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, folder: Callable[[int], Path]
) -> None:
    monkeypatch.setattr(scratch, "_folder", folder)
    with engine.begin() as connection:
        write_table(connection, MOVED, _frame(3))
        assert not scratch.insert_by_scratch(connection, MOVED, _frame(3, 3))
        assert _numbers(connection) == [0, 1, 2]


def test_few_rows_need_no_file(engine: Engine) -> None:
    with engine.begin() as connection:
        write_table(connection, MOVED, _frame(1))
        assert _attached(connection) == 0


def _frame(count: int, start: int = 0) -> pa.Table:
    rows = range(start, start + count)
    return pa.table(
        {
            "number": pa.array([str(row) for row in rows], TEXT),
            "words": pa.array([f"word {row}" for row in rows], TEXT),
            "flag": pa.array(["true"] * count, TEXT),
            "hours": pa.array([None] * count, TEXT),
        }
    )


def _attached(connection: Connection) -> int:
    databases = connection.exec_driver_sql("PRAGMA database_list").all()
    return sum(name.startswith("scratch") for _, name, _ in databases)


def _numbers(connection: Connection) -> list[int]:
    return list(connection.execute(select(MOVED.c.number).order_by(MOVED.c.number)).scalars())
