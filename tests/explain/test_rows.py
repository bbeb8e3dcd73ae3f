"""What became of a row, or of a member with all that they own."""

import pytest
from sqlalchemy import delete, insert, update

from migrate.errors import ConfigurationError
from migrate.schema import v2, v3
from tests.explain.world import World

FATES = [  # table, key, fate, reason
    ("training", "9", "rejected", "orphan"),
    ("competence_assessments", "1", "dropped", "archived-assessment"),
    ("assessment_responses", "1", "dropped", "archived-assessment"),
    ("education", "1", "migrated", None),
]


@pytest.mark.parametrize(("table", "key", "fate", "reason"), FATES)
def test_fate_is_told_with_its_reason(
    table: str, key: str, fate: str, reason: str | None, world: World
) -> None:
    world.run()
    explained = world.explain(table, key)
    assert (explained["fate"], explained["reason"]) == (fate, reason)
    if fate == "dropped":
        assert explained["values"] == []


def test_why_a_row_was_rejected_is_told_once(world: World) -> None:
    world.run()
    assert world.explain("training", "9")["words"] == (
        "It could not be carried over. It refers to something that the old system does not have. "
        "The member that it belongs to is not in v2."
    )


def test_of_what_will_be_dropped_nothing_is_told_before_either(world: World) -> None:
    world.run()
    told = {"verification_id": 1, "assessment_id": 1, "verifier_name": "Alex Penrose", "decision": "agreed"}
    world.write(world.v2, insert(v2.verifications).values(told))
    assert "Penrose" not in world.call("explain", "verifications", "1")


def test_deleted_row_is_told_to_stay_deleted(world: World) -> None:
    world.run()
    world.write(world.v3, delete(v3.trainings))
    explained = world.explain("training", "1")
    assert explained["in_v3"] is False
    assert "It will not be made again." in explained["words"]


def test_a_deletion_is_told_once_before_and_after_the_run_that_finds_it(world: World) -> None:
    world.run()
    world.write(world.v3, delete(v3.trainings))
    before = world.call("explain", "training", "1")
    world.run()
    after = world.call("explain", "training", "1")
    assert before.count("deleted") == after.count("deleted") == 1


def test_row_gone_from_v2_is_still_explained(world: World) -> None:
    world.run()
    world.write(world.v2, delete(v2.training))
    explained = world.explain("training", "1")
    assert (explained["in_v2"], explained["fate"]) == (False, "migrated")
    assert "The old system does not have this record any more." in explained["words"]


def test_a_row_that_has_changed_hands_is_told_from_both_sides(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    world.run()
    world.write(world.v2, update(v2.training).where(v2.training.c.training_id == 1).values(member_id=8))
    rows = {
        member: {
            row["v2_id"]: row
            for row in world.explain("--member", member)["rows"]
            if "training" in row["v2_table"]
        }
        for member in ("7", "8")
    }
    assert "It belongs to another member of the old system by now." in rows["7"]["1"]["words"]
    assert "does not have this record" not in rows["7"]["1"]["words"]
    assert "It was carried over for another member" in rows["8"]["1"]["words"]
    assert rows["8"]["1"]["fate"] == "migrated"


def test_member_is_explained_with_all_they_own(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    world.run()
    rows = world.explain("--member", "7")["rows"]
    assert [(row["v2_table"], row["v2_id"]) for row in rows] == [
        ("members", "7"), ("education", "1"), ("training", "1"), ("training", "2"),
        ("competence_assessments", "1"), ("assessment_responses", "1"),
    ]  # fmt: skip
    words = world.call("explain", "--member", "7")
    assert "duration hours: The old system says “2 days”." in words
    assert words.startswith("members 7, cohort 2024-A\n  It was carried over.\n")
    assert "1 record was carried over, with nothing to tell. " in words
    assert "or said “present” and the like, which leaves a date open." in words
    assert "Penrose" not in words


NAME_ONE = "Name either a TABLE and a V2_ID, or --member V2_ID, or --number NUMBER."
WRONG = [  # arguments, what is said
    (("trainings", "1"), "'trainings' is not a table of v2."),
    (("training", "77"), "training '77': neither v2 nor the ledger has such a row."),
    (("training", "one"), "training 'one': v2's keys are whole numbers, without leading zeros"),
    (("--member", "77"), "member '77': neither v2 nor the ledger has such a member."),
    (("training",), NAME_ONE),
    (("training", "1", "--member", "7"), NAME_ONE),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_what_is_unknown_is_refused_in_words(arguments: tuple[str, ...], words: str, world: World) -> None:
    with pytest.raises(ConfigurationError) as refused:
        world.explain(*arguments)
    assert words in str(refused.value)
