"""The rows without a parent are found whoever looks for their owners: the tool or v2's server."""

from collections.abc import Callable, Iterator

import pytest

from migrate.extract import V2Source, open_source
from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.rulebook.mapping import load_mapping
from tests.servers import execute

MISSING = (9_000_001, 9_000_002, -5, None)


@pytest.fixture
def source(engine_url: str) -> Iterator[V2Source]:
    """A v2 in which four trainings have no owner, and no other has lost its own."""
    write_v2(engine_url, generate(60, seed=3))
    execute(engine_url, "DELETE FROM training WHERE member_id NOT IN (SELECT member_id FROM members)")
    rows = ", ".join(
        f"({9_000_000 + place}, {'NULL' if owner is None else owner})" for place, owner in enumerate(MISSING)
    )
    execute(engine_url, f"INSERT INTO training (training_id, member_id) VALUES {rows}")  # noqa: S608
    source = open_source(engine_url, load_mapping())
    yield source
    source.engine.dispose()


@pytest.mark.parametrize("most", [0, 3, 1_000])
def test_rows_whose_owner_is_no_member_are_orphans(
    source: V2Source, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("migrate.extract.orphans._MOST_NAMED", most)
    assert _orphans(source) == ["9000000", "9000001", "9000002", "9000003"]


def test_a_table_of_owned_rows_alone_has_no_orphans(source: V2Source) -> None:
    execute(_url(source), "DELETE FROM training WHERE training_id >= 9000000")
    assert _orphans(source) == []


def test_owners_of_another_kind_than_numbers_are_looked_for_by_v2s_server(
    fresh_database: Callable[[str], str],
) -> None:
    url = fresh_database("mariadb")
    write_v2(url, generate(5))
    execute(
        url,
        "ALTER TABLE members MODIFY member_id VARCHAR(20)",
        "ALTER TABLE training MODIFY member_id VARCHAR(20)",
        "DELETE FROM training",
        "UPDATE members SET member_id = 'm1' WHERE member_id = '1'",
        "INSERT INTO training (training_id, member_id) VALUES (1, 'M1'), (2, 'm2')",
    )
    source = open_source(url, load_mapping())
    assert _orphans(source) == ["2"]  # to this v2, M1 is m1
    source.engine.dispose()


@pytest.mark.parametrize("owner", ["'somebody'", "'1_0'", "'007.5'", "' 1'", "X'31'"])
def test_what_sqlite_keeps_in_a_column_of_numbers_is_an_owner_like_any_other(
    fresh_database: Callable[[str], str], owner: str
) -> None:
    url = fresh_database("sqlite")
    write_v2(url, generate(12))
    execute(url, "DELETE FROM training")
    rows = f"(1, {owner}), (2, 2), (3, 9000001)"
    execute(url, f"INSERT INTO training (training_id, member_id) VALUES {rows}")  # noqa: S608
    source = open_source(url, load_mapping())
    is_member_1 = owner == "' 1'"  # SQLite makes a number of it, but not of octets
    assert _orphans(source) == (["3"] if is_member_1 else ["1", "3"])
    source.engine.dispose()


def _orphans(source: V2Source) -> list[str]:
    with source.snapshot() as snapshot:
        found: list[str] = snapshot.orphan_keys("training", snapshot.member_keys()).to_pylist()
    return found


def _url(source: V2Source) -> str:
    return source.engine.url.render_as_string(hide_password=False)
