"""Membership numbers are compared as v3 can store them, whatever v2's own database makes of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import Connection, Select, insert

from migrate.databases import open_engine, read_table
from migrate.extract import open_source
from migrate.extract.snapshot import Snapshot
from migrate.rulebook.mapping import load_mapping
from migrate.schema import v2
from tests.servers import execute, new_database

NUMBERS = [  # of members 1, 2, 3, …
    "M1\0", "M2", "M1", "\0", "M2\0", "\0 ", "m\0\0", "M", "m", "é1", "é1\0", "M2\0\0",
]  # fmt: skip
SHARED = {"3": "1", "5": "2", "9": "7", "11": "10", "12": "2"}


@pytest.mark.parametrize("at_once", [1, 1_000])
@pytest.mark.parametrize("engine_name", ["sqlite", "mariadb"])  # PostgreSQL has no text with a NUL
def test_a_nul_is_no_part_of_a_number(
    engine_name: str, at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migrate.extract.shared_numbers._AT_ONCE", at_once)
    with new_database(engine_name, tmp_path) as url:
        _write_members(url, NUMBERS)
        with _snapshot_of(url) as snapshot:
            assert snapshot.duplicates() == SHARED
            assert snapshot.members_with_number("M1") == ["1", "3"]
            assert snapshot.numbers_of(["1", "4"], (), ()) == {"1": "M1", "4": ""}


def test_numbers_that_are_no_utf_8_are_compared_as_they_are_read(tmp_path: Path) -> None:
    with new_database("sqlite", tmp_path) as url:
        _write_members(url, ["1", "2", "3"])
        execute(url, "UPDATE members SET membership_number = CAST(X'E931' AS TEXT) WHERE member_id > 1")
        with _snapshot_of(url) as snapshot:
            assert snapshot.duplicates() == {"3": "2"}


def test_half_of_two_surrogates_is_no_part_of_a_number(tmp_path: Path) -> None:
    with new_database("mariadb", tmp_path) as url:
        _write_members(url, ["1", "2", "3", "4", "5"])
        execute(url, "UPDATE members SET membership_number = X'31EDA0BD' WHERE member_id = 2")
        execute(url, "UPDATE members SET membership_number = X'EDBFBF36' WHERE member_id > 3")
        with _snapshot_of(url) as snapshot:
            assert snapshot.duplicates() == {"2": "1", "5": "4"}
            assert snapshot.members_with_number("1") == ["1", "2"]


@pytest.mark.parametrize("end", ["", "\0", "é", "é\0"], ids=repr)
def test_v2_is_asked_as_often_for_many_odd_numbers_as_for_one(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for some of them at a time, a v2 that ends each number so took minutes."""
    asked: list[object] = []

    def count_and_read(connection: Connection, statement: Select[Any]) -> pa.Table:
        asked.append(statement)
        return read_table(connection, statement)

    monkeypatch.setattr("migrate.extract.shared_numbers._AT_ONCE", 1)
    monkeypatch.setattr("migrate.extract.shared_numbers.read_table", count_and_read)
    with new_database("sqlite", tmp_path) as url:
        _write_members(url, [f"{number}{end}" for number in range(9)])
        with _snapshot_of(url) as snapshot:
            assert snapshot.duplicates() == {}
    assert len(asked) <= 3


def _write_members(url: str, numbers: list[str]) -> None:
    """Write a v2 of members alone with these numbers, their keys counted from 1."""
    engine = open_engine(url)
    v2.metadata.create_all(engine)
    rows = [{"member_id": key, "membership_number": number} for key, number in enumerate(numbers, start=1)]
    with engine.begin() as connection:
        connection.execute(insert(v2.members), rows)
    engine.dispose()


@contextmanager
def _snapshot_of(url: str) -> Iterator[Snapshot]:
    source = open_source(url, load_mapping())
    with source.snapshot() as snapshot:
        yield snapshot
    source.engine.dispose()
