"""After a rollback `explain` says that it was one, and not that nobody has migrated the row yet."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from migrate.databases import open_engine
from migrate.explain.evidence import RowFate
from migrate.explain.taken_back import rollbacks
from migrate.load.ledger.scope import Scope
from migrate.schema import ledger, v2
from tests.explain.world import World
from tests.ledgers import put

NEVER = "It has not been migrated yet."
TAKEN_BACK = r"What had been carried over of its cohort was taken back on \d{1,2} [A-Z][a-z]+ \d{4}\."
ADDED = {"training_id": 30, "member_id": 7, "title": "Ladders", "duration": "1 day"}


def roll_back(world: World, *what: str) -> None:
    world.call("rollback", *what, source=False)


def words_of(world: World, table: str = "training", v2_id: str = "1") -> str:
    return str(world.explain(table, v2_id)["words"])


@pytest.mark.parametrize("ran_by_cohort", [True, False])
def test_what_a_rollback_took_back_is_told_with_the_day(
    world_on_each_engine: World, ran_by_cohort: bool
) -> None:
    world = world_on_each_engine
    world.call("run", "--no-checks", *(("--cohort", "2024-A") if ran_by_cohort else ()))
    roll_back(world, "--cohort", "2024-A")
    for table, v2_id in ("training", "1"), ("members", "7"):
        assert re.match(TAKEN_BACK, words_of(world, table, v2_id))
    assert NEVER not in world.call("explain", "--member", "7")
    assert not re.match(TAKEN_BACK, words_of(world, "training", "9")), "an orphan is of no cohort"


def test_a_run_that_was_taken_back_is_told_to_those_whom_it_was_about(world: World) -> None:
    run = next(iter(re.findall(r"\d{8}-\d{6}-\w+", world.call("run", "--no-checks"))))
    roll_back(world, "--run", run)
    assert re.match(TAKEN_BACK, words_of(world))


def test_once_migrated_again_nothing_is_said_of_the_rollback(world: World) -> None:
    world.run()
    roll_back(world, "--cohort", "2024-A")
    world.run()
    assert words_of(world).startswith("It was carried over.")
    world.write(world.v2, insert(v2.training).values(ADDED))
    assert words_of(world, v2_id="30").startswith(NEVER)


def test_the_rollback_of_another_cohort_is_not_told(world: World) -> None:
    twin = {"member_id": 9, "membership_number": "01100009", "surname": "Ridley", "cohort": "2024-B"}
    world.call("run", "--no-checks", "--cohort", "2024-A")
    roll_back(world, "--cohort", "2024-A")
    world.write(world.v2, insert(v2.members).values(twin))
    assert words_of(world, "members", "9").startswith(NEVER)


Move = tuple[str, str, str]
"""Command, status, cohort; "" for all."""

RUN, BACK, BACK_A = ("run", "completed", ""), ("rollback", "completed", ""), ("rollback", "completed", "A")
MOVES: list[tuple[list[Move], int | None]] = [  # what was done in turn → which of it took member 7 of A back
    ([], None),
    ([("run", "rolled-back", ""), BACK_A], 1),
    ([RUN, BACK, BACK_A], 2),
    ([BACK, RUN], None),
    ([BACK, ("run", "interrupted", "")], 0),
    ([BACK, ("run", "completed", "B")], 0),
    ([RUN, ("rollback", "completed", "B")], None),
    ([BACK_A, ("verify", "completed", "")], 0),
]


@pytest.mark.parametrize(("moves", "taken_back"), MOVES)
def test_the_last_to_go_through_a_cohort_decides_whether_it_is_taken_back(
    moves: list[Move], taken_back: int | None, sqlite_url: str
) -> None:
    began = datetime.fromisoformat("2024-05-02T10:00")
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        for day, (command, status, cohort) in reversed([*enumerate(moves)]):
            scope = Scope((cohort,) if cohort else ()).as_json("")
            row = {"run_id": str(day), "command": command, "status": status, "scope": scope}
            put(connection, ledger.runs, row, rules_version="1", started_at=began + timedelta(day))
        found = rollbacks(connection)(RowFate("migrated", None, "trainings", "a1", "", "7", "A"))
    engine.dispose()
    assert found == (None if taken_back is None else began + timedelta(taken_back))
