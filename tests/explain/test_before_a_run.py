"""What a run would make of rows that have not been migrated yet."""

from sqlalchemy import insert

from migrate.schema import v2, v3
from tests.explain.world import World


def test_row_that_waits_for_its_run_tells_what_it_would_become(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    explained = world.explain("training", "1")
    assert explained["words"] == "It has not been migrated yet."
    value = world.value("duration")
    assert (value["next"], value["state"]) == ("14.00", "not-loaded")
    assert [anomaly["code"] for anomaly in value["anomalies"]] == ["assumed-day"]


def test_nothing_is_said_to_have_been_carried_over_before_it_was(world: World) -> None:
    for words in world.call("explain", "training", "1"), world.call("explain", "--member", "7"):
        assert "It has not been migrated yet." in words
        assert "was carried over" not in words
    assert world.value("duration")["words"].endswith("As things are now, a run would load “14.00”.")


def test_a_second_member_with_a_number_is_told_not_to_arrive(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    twin = {"member_id": 9, "membership_number": "01100007", "surname": "Twin", "cohort": "2024-B"}
    world.write(world.v2, insert(v2.members).values(twin))
    world.write(world.v2, insert(v2.training).values(training_id=12, member_id=9, title="Theirs"))
    explained = world.explain("members", "9")
    told = explained["next_fate"], explained["next_reason"], explained["values"]
    assert told == ("rejected", "duplicate-member", [])
    assert "As things are now, a run could not carry it over." in explained["words"]
    assert world.explain("training", "12")["next_reason"] == "parent-rejected"
    assert world.explain("members", "7")["next_fate"] == "migrated"


def test_a_second_member_whose_number_has_a_nul_is_told_not_to_arrive(world: World) -> None:
    twin = {"member_id": 9, "membership_number": "01100007\0", "surname": "Twin", "cohort": "2024-B"}
    world.write(world.v2, insert(v2.members).values(twin))
    told = world.explain("members", "9")
    assert (told["next_fate"], told["next_reason"]) == ("rejected", "duplicate-member")


def test_an_account_that_a_run_would_adopt_is_told_to_be_kept(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    account = {"id": "f" * 32, "membership_number": "01100007", "surname": "Ashdown-Lee"}
    world.write(world.v3, insert(v3.members).values(account))
    value = world.value("surname", "members", "7")
    assert value["state"] == "would-keep-account"
    assert "a run would keep what it says" in value["words"]
    assert world.value("duration")["state"] == "not-loaded"
    assert world.explain("members", "7")["words"] == (
        "It has not been migrated yet. The member has an account in the new system already. "
        "As things are now, a run would keep what it says."
    )
