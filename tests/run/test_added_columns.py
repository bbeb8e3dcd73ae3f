"""Columns that others added to v3: what their users put there stays when its row would be taken back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import MetaData, Table, text

from migrate.check.preflight import check_target
from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.run.conftest import filled_place
from tests.run.places import Place


def fill_added_columns(place: Place, row_id: str, default: str = "") -> None:
    """Add a column to v3's trainings that its users fill in, and one that its database does."""
    with place.v3.begin() as connection:
        connection.execute(text(f"ALTER TABLE trainings ADD COLUMN reflection VARCHAR(40) {default}"))
        connection.execute(text("ALTER TABLE trainings ADD COLUMN visible VARCHAR(40) DEFAULT 'all'"))
    place.edit(Table("trainings", MetaData(), autoload_with=place.v3), row_id, reflection="Mine")


ADDED = (
    "shared BOOLEAN NOT NULL DEFAULT false",
    "weight NUMERIC(5, 2) DEFAULT 1",
    "label VARCHAR(40) NOT NULL DEFAULT '50% it''s'",
)


def change_added_column(place: Place, row_id: str, column: str, value: object) -> None:
    """Add columns in which something stands by default, and make something else of one as a user does."""
    with place.v3.begin() as connection:
        for added in ADDED:
            connection.execute(text(f"ALTER TABLE trainings ADD COLUMN {added}"))
    place.edit(Table("trainings", MetaData(), autoload_with=place.v3), row_id, **{column: value})


FILLED: dict[str, Callable[[Place, str], None]] = {
    "a column": fill_added_columns,
    "one in which there is nothing by default": lambda place, key: fill_added_columns(
        place, key, "default null"
    ),
    "a flag": lambda place, key: change_added_column(place, key, "shared", True),
    "a number": lambda place, key: change_added_column(place, key, "weight", None),
    "a text": lambda place, key: change_added_column(place, key, "label", "50% It's"),
}


@pytest.mark.parametrize("filled", FILLED)
def test_a_row_in_which_a_user_filled_an_added_column_stays(each_place: Place, filled: str) -> None:
    each_place.run()
    FILLED[filled](each_place, v3_id("training", "2"))
    theirs = each_place.state()
    kept = each_place.roll_back(cohort="A").kept
    assert {(row.v3_table, row.v2_id, row.why) for row in kept} == {
        ("trainings", "2", "edited"),
        ("members", "1", "in-use"),
    }
    each_place.run("A")
    again = each_place.state()
    for table in v3.LOAD_ORDER:
        assert again[table.name] == theirs[table.name]


BY_DEFAULT = {  # engine → columns whose default is told otherwise than it then stands in a row
    "sqlite": ("share FLOAT DEFAULT 0.1", "figure VARCHAR(9) DEFAULT 1"),
    "postgresql": (
        "share REAL DEFAULT 0.1",
        "paid MONEY DEFAULT 0",
        "seen TIMESTAMP DEFAULT '2020-01-01'::date",
    ),
    "mariadb": (
        "share FLOAT DEFAULT 0.1",
        "shared BIT(1) DEFAULT b'0'",
        "seen BIT(1) NOT NULL DEFAULT b'0'",
        "path VARCHAR(9) DEFAULT 'a\\\\b'",
    ),
}


def test_what_stands_by_default_is_no_users_whatever_the_type_of_an_added_column(each_place: Place) -> None:
    with each_place.v3.begin() as connection:
        for added in BY_DEFAULT[each_place.v3.dialect.name]:
            connection.execute(text(f"ALTER TABLE trainings ADD COLUMN {added}"))
    each_place.run()
    assert each_place.roll_back(cohort="A").kept == []


def test_bits_that_a_user_has_set_are_kept_and_those_that_stand_by_default_refuse_no_run(
    tmp_path: Path, fresh_database: Callable[[str], str]
) -> None:
    for place in filled_place(f"sqlite:///{tmp_path / 'v2.db'}", fresh_database("mariadb")):
        place.run("A")
        with place.v3.begin() as connection:
            added = "ALTER TABLE trainings ADD COLUMN seen BIT(1) NOT NULL DEFAULT b'0'"
            connection.execute(text(added))
            connection.execute(text("UPDATE trainings SET seen = b'1' WHERE title = 'Rigging'"))
        assert check_target(place.workplace().target) == []
        kept = {(row.v2_table, row.v2_id, row.why) for row in place.roll_back(cohort="A").kept}
        assert kept >= {("training", "3", "edited")}


def test_a_column_in_which_a_users_change_cannot_be_seen_is_named_by_the_rollback(each_place: Place) -> None:
    """What the database put there itself was another value in each row; a formula's is nobody's to change."""
    moment = "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"
    each_place.v3.dispose()
    with each_place.v3.begin() as connection:
        connection.execute(text(f"ALTER TABLE trainings ADD COLUMN opened_at {moment}"))
        length = "INTEGER GENERATED ALWAYS AS (length(title)) "
        kind = "VIRTUAL" if connection.dialect.name == "sqlite" else "STORED"
        connection.execute(text(f"ALTER TABLE trainings ADD COLUMN title_length {length}{kind}"))
        connection.execute(text("ALTER TABLE trainings ADD COLUMN colour VARCHAR(9) DEFAULT 'red'"))
    each_place.run()
    result = each_place.roll_back(cohort="A")
    assert result.not_looked_at == result.as_document()["not_looked_at"] == ["trainings.opened_at"]
    assert result.kept == []
