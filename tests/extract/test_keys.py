"""A batch finds its members, whatever type v2 gives their keys."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from migrate.databases import open_source_engine, read_table
from migrate.extract.bounds import Bounds
from migrate.extract.keys import between, values_of
from migrate.extract.tables import reflect_table
from tests.servers import execute

UUIDS = ["550e8400-e29b-41d4-a716-000000000001", "550e8400-e29b-41d4-a716-000000000002"]
BEYOND_A_FLOAT = ["9007199254740993", "9007199254740995"]
CASES = [  # engine, type of the key, keys
    ("sqlite", "INTEGER", ["1", "2"]),
    ("sqlite", "TEXT", ["M'1", "M:2"]),
    ("sqlite", "UUID", UUIDS),
    ("sqlite", "DECIMAL(18,0)", BEYOND_A_FLOAT),
    ("sqlite", "DATE", ["2020-01-01", "2020-01-02"]),
    ("postgresql", "bigint", BEYOND_A_FLOAT),
    ("postgresql", "text", ["M'1", "M:2"]),
    ("postgresql", "char(4)", ["A\\1 ", "A\\2 "]),
    ("postgresql", "uuid", UUIDS),
    ("postgresql", "date", ["2020-01-01", "2020-01-02"]),
    ("postgresql", "oid", ["1", "2"]),
    ("mariadb", "BIGINT UNSIGNED", BEYOND_A_FLOAT),
    ("mariadb", "VARCHAR(20)", ["M'1", "M:2"]),
    ("mariadb", "DECIMAL(20,0)", BEYOND_A_FLOAT),
    ("mariadb", "UUID", UUIDS),
    ("mariadb", "DATE", ["2020-01-01", "2020-01-02"]),
]


@pytest.mark.parametrize(("engine_name", "kind", "keys"), CASES)
def test_a_key_of_any_type_is_found_within_its_bounds(
    engine_name: str, kind: str, keys: list[str], fresh_database: Callable[[str], str]
) -> None:
    url = fresh_database(engine_name)
    values = ", ".join("('{}')".format(key.replace("'", "''")) for key in keys)
    execute(url, f"CREATE TABLE keyed (k {kind} PRIMARY KEY)", f"INSERT INTO keyed VALUES {values}")  # noqa: S608
    engine = open_source_engine(url)
    with engine.begin() as connection:
        key = reflect_table(connection, "keyed").c.k
        for bounds in (
            Bounds("members", first=keys[0], last=keys[1]),
            Bounds("members", members=tuple(keys)),
        ):
            wanted = select(key).where(*between(key, listed=bool(bounds.members))).order_by(key)
            assert read_table(connection, wanted, values_of(bounds, key))["k"].to_pylist() == keys
    engine.dispose()
