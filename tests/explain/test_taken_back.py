"""After a rollback `explain` says that it was one, and not that nobody has migrated the row yet."""

import re

import pytest
from sqlalchemy import insert

from migrate.schema import v2
from tests.explain.world import World

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
