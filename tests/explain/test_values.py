"""How one value came to be: what v2 says, how it was read, who decided, what was loaded, what came then."""

from decimal import Decimal

import pytest
from sqlalchemy import delete, insert, text, update

from migrate.schema import v2, v3
from tests.explain.world import World


def test_value_is_explained_from_text_to_hours(world: World) -> None:
    world.run()
    value = world.value("duration")
    told = (value["v2_text"], value["rule"], value["loaded"], value["now"], value["state"])
    assert told == ("2 days", "duration", "14.00", "14.00", "as-loaded")
    assert [anomaly["code"] for anomaly in value["anomalies"]] == ["assumed-day"]
    assert "A day at the policy's hours." in value["words"]


def test_blank_value_tells_what_it_might_mean(world: World) -> None:
    world.run()
    value = world.value("duration", v2_id="2")
    assert (value["loaded"], value["now"], value["state"]) == (None, None, "as-loaded")
    assert "It might mean 3 or 21." in value["words"]
    assert "It was left blank, and still is." in value["words"]


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_text_is_told_in_words_that_can_be_read_aloud(blank: str, world: World) -> None:
    world.write(world.v2, update(v2.training).values(title=blank, start_date=blank))
    world.run()
    world.write(world.v3, update(v3.trainings).values(title="Relays", provider=blank))
    assert "The old system says a blank text." in world.value("title")["words"]
    assert "it has since been made a blank text. That stays." in world.value("provider")["words"]
    assert world.value("title")["v2_text"] == blank


def test_a_member_is_not_said_to_enter_what_is_not_theirs(world: World) -> None:
    world.write(world.v2, insert(v2.schemes).values(scheme_id=1, name="Graduates"))
    world.run()
    words = world.value("coordinator_email", "schemes")["words"]
    assert "It was left blank, and still is." in words
    assert "member" not in words


def test_what_its_user_made_of_it_is_told(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    world.run()
    world.write(world.v3, update(v3.trainings).values(duration_hours=Decimal(12)))
    value = world.value("duration")
    assert (value["loaded"], value["now"], value["next"], value["state"]) == (
        "14.00",
        "12.00",
        "14.00",
        "edited",
    )
    assert "In the new system it has since been made “12.00”. That stays." in value["words"]


def test_an_edit_is_told_as_it_is_now_and_not_as_the_last_run_found_it(world: World) -> None:
    world.run()
    world.write(world.v3, update(v3.trainings).values(duration_hours=Decimal(12)))
    world.run()
    world.write(world.v3, update(v3.trainings).values(duration_hours=Decimal(13)))
    words = world.value("duration")["words"]
    assert words.count("That stays.") == 1
    assert "“13.00”" in words
    assert "12.00" not in words


def test_change_in_v2_waits_for_the_next_run(world: World) -> None:
    world.run()
    world.write(world.v2, update(v2.training).values(duration="3 days"))
    assert world.value("duration")["state"] == "next-run"
    world.write(world.v3, update(v3.trainings).values(duration_hours=Decimal(12)))
    value = world.value("duration")
    assert (value["state"], value["next"]) == ("conflict", "21.00")


def test_of_a_change_that_v3_refuses_no_certainty_is_told(world: World) -> None:
    world.run()
    rule = text(
        "CREATE TRIGGER own_rule BEFORE UPDATE ON trainings WHEN new.title = 'bad' "
        "BEGIN SELECT RAISE(ABORT, 'not bad'); END"
    )
    world.write(world.v3, rule)
    world.write(world.v2, update(v2.training).where(v2.training.c.training_id == 1).values(title="bad"))
    world.run()
    value = world.value("title")
    assert (value["state"], value["next"]) == ("refused", "bad")
    assert "has not taken that so far" in value["words"]
    assert "not bad" not in world.call("explain", "training", "1")


def test_a_number_that_somebody_else_has_in_v3_is_told_before_and_after(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    world.run()
    world.write(world.v2, delete(v2.members).where(v2.members.c.member_id == 8))
    heir = {"member_id": 10, "membership_number": "01100008", "surname": "Heir", "cohort": "2024-A"}
    world.write(world.v2, insert(v2.members).values(heir))
    assert world.explain("members", "10")["next_reason"] == "number-taken"
    world.write(world.v2, delete(v2.members).where(v2.members.c.member_id == 10))
    world.write(
        world.v2, update(v2.members).where(v2.members.c.member_id == 7).values(membership_number="01100008")
    )
    world.run()
    value = world.value("membership_number", "members", "7")
    assert (value["state"], value["now"], value["next"]) == ("withheld", "01100007", "01100008")
    assert "The next run" not in value["words"]


def test_new_fields_are_the_members_own(world: World) -> None:
    world.run()
    assert world.value("qualification", "education")["state"] == "new-field"


def test_adopted_account_is_told_to_have_been_kept(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    account = {"id": "f" * 32, "membership_number": "01100007", "surname": "Ashdown-Lee"}
    world.write(world.v3, insert(v3.members).values(account))
    world.run()
    value = world.value("surname", "members", "7")
    assert (value["state"], value["v2_text"], value["now"]) == ("kept-account", "Ashdown", "Ashdown-Lee")
    assert world.explain("training", "1")["fate"] == "migrated"
