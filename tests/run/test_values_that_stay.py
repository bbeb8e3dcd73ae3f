"""A value that stays is not written back either, even one that nobody could write again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from migrate.run.verification import verify
from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.run.conftest import filled_place
from tests.run.places import Place

LAX = {"mariadb": "SET sql_mode = ''"}
ODD = [  # engine, v3 column, v2 table and key, what its user's program has put there
    ("sqlite", "employments.is_current", ("employment", 1), "'yes'"),
    ("sqlite", "employments.employer", ("employment", 1), "x'ff00'"),
    ("sqlite", "employments.started_on", ("employment", 1), "'12/03/2010'"),
    ("sqlite", "trainings.duration_hours", ("training", 1), "''"),
    ("mariadb", "employments.is_current", ("employment", 1), "2"),
    ("mariadb", "employments.started_on", ("employment", 1), "'0000-00-00'"),
    ("mariadb", "members.created_at", ("members", 1), "'2010-00-00 00:00:00'"),
    ("postgresql", "employments.started_on", ("employment", 1), "'infinity'"),
    ("postgresql", "trainings.duration_hours", ("training", 1), "'NaN'"),
]


@pytest.mark.parametrize(("engine_name", "column", "row", "value"), ODD)
def test_what_only_a_user_could_write_stays_to_the_letter(
    tmp_path: Path,
    fresh_database: Callable[[str], str],
    engine_name: str,
    column: str,
    row: tuple[str, int],
    value: str,
) -> None:
    for place in filled_place(f"sqlite:///{tmp_path / 'v2.db'}", fresh_database(engine_name)):
        for key in (1, 2):  # the second takes what stays in the first
            place.put("employment", key, member_id=1, employer="Acme", start_date="2010", is_current="1")
        place.run()
        table, name = column.split(".")
        own = v3_id(row[0], str(row[1]))
        _write(place, f"UPDATE {table} SET {name} = {value} WHERE id = '{own}'")  # noqa: S608  # the test's
        before = _as_stored(place, table, name)
        for key in (1, 2):
            place.change("employment", key, employer="Bolt", job_title="Welder", is_current="0")
            place.change("employment", key, start_date="2011")
            place.change("training", key, title="Slinging", duration="9 hours")
            place.change("members", key, forename="Alex", created_at="2012-01-01")
        place.run()
        assert _as_stored(place, table, name)[own] == before[own]
        assert all("Welder" in str(title) for title in _as_stored(place, "employments", "job_title").values())
        assert verify(place.workplace()).closed


def test_rows_of_one_batch_each_take_what_changed_in_them(each_place: Place) -> None:
    """Beside two members who swap their numbers: an empty text, NULL and what a user made of a value stay."""
    columns = ("title", "forename", "surname", "email")
    before = {"title": "", "forename": None, "surname": "Elm", "email": "e@example.org"}
    for key in range(10, 30):
        each_place.put("members", key, membership_number=f"M{key}", **before)
    each_place.run()
    changes: dict[int, dict[str, str | None]] = {}
    for key in range(10, 30):  # each of the sets of columns but none, and some of them twice
        taken = [name for place, name in enumerate(columns) if (key - 9) % 16 >> place & 1]
        changes[key] = {name: None if before[name] else f"New {key}" for name in taken}
    changes[10]["membership_number"], changes[12]["membership_number"] = "M12", "M10"
    for key, values in changes.items():
        if values:
            each_place.change("members", key, **values)
    each_place.edit(v3.members, v3_id("members", "29"), membership_category="Their own")
    each_place.run()
    for key, values in changes.items():
        row = each_place.row("members", key, v3.members)
        wanted = {"membership_number": f"M{key}", **before, **values}
        assert row is not None
        assert {name: row[name] for name in wanted} == wanted
    assert verify(each_place.workplace()).closed


def _write(place: Place, statement: str) -> None:
    with place.v3.begin() as connection:
        lax = LAX.get(connection.dialect.name)
        if lax:
            connection.execute(text(lax))
        connection.execute(text(statement))
        if lax:
            connection.execute(text("SET sql_mode = DEFAULT"))


def _as_stored(place: Place, table: str, column: str) -> dict[str, str | None]:
    """Return id → what a column holds, as the engine writes it."""
    shown = {"sqlite": f"quote({column})", "mariadb": f"CAST({column} AS CHAR)"}
    with place.v3.connect() as connection:
        engine_name = connection.dialect.name
        asked = shown.get(engine_name, f"CAST({column} AS TEXT)")
        rows = connection.execute(text(f"SELECT id, {asked} FROM {table}"))  # noqa: S608  # the test's names
        return {str(key).replace("-", ""): value for key, value in rows}
