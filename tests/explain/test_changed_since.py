"""Explanations are true of v2 and v3 as they are now, whatever has happened since the last run."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, update

from migrate.errors import ConfigurationError
from migrate.schema import v2, v3
from migrate.transform.identity import v3_id
from tests.explain.world import World

OWN = "f" * 32  # an account that its user opened in v3
WOULD = "As things are now, a run would carry it over."


def change_number(world: World, member: int, number: str) -> None:
    members = v2.members
    change = update(members).where(members.c.member_id == member).values(membership_number=number)
    world.write(world.v2, change)


def unarchive(world: World) -> None:
    world.write(world.v2, update(v2.competence_assessments).values(is_archived="0"))


def find_owner(world: World) -> None:
    world.write(world.v2, insert(v2.members).values(member_id=99, membership_number="01100099"))


MENDED: dict[str, tuple[Callable[[World], None], str, str]] = {  # what happens, of which row
    "an assessment is archived no more": (unarchive, "competence_assessments", "1"),
    "its assessment is archived no more": (unarchive, "assessment_responses", "1"),
    "what it belongs to has come": (find_owner, "training", "9"),
}


@pytest.mark.parametrize("mended", MENDED)
def test_a_row_that_was_left_out_is_told_to_arrive_once_nothing_is_in_its_way(
    world_on_each_engine: World, mended: str
) -> None:
    world = world_on_each_engine
    happen, table, v2_id = MENDED[mended]
    world.run()
    assert WOULD not in world.explain(table, v2_id)["words"]
    happen(world)
    explained = world.explain(table, v2_id)
    assert (explained["next_fate"], explained["words"].endswith(WOULD)) == ("migrated", True)
    assert {value["state"] for value in explained["values"]} <= {"not-loaded", "not-carried"}
    world.run()
    assert world.explain(table, v2_id)["fate"] == "migrated"


def test_of_a_row_whose_owner_was_deleted_in_v3_nothing_is_foretold_but_that(
    world_on_each_engine: World,
) -> None:
    world = world_on_each_engine
    world.run()
    world.write(world.v3, delete(v3.trainings).where(v3.trainings.c.member_id.is_not(None)))
    for table in (v3.educations, v3.members):
        world.write(world.v3, delete(table))
    world.write(world.v2, insert(v2.training).values(training_id=3, member_id=7, duration="2 hours"))
    before = world.explain("training", "3")
    world.run()
    after = world.explain("training", "3")
    assert before["next_reason"] == after["reason"] == "parent-deleted"
    assert "a run would load" not in world.value("duration", v2_id="3")["words"]


def test_a_row_whose_member_has_left_v2_is_not_given_to_another(world: World) -> None:
    world.run()
    world.write(world.v2, delete(v2.members).where(v2.members.c.member_id == 7))
    words = {row["v2_id"]: row["words"] for row in world.explain("--member", "7")["rows"]}
    assert "no longer what it belonged to. In the new system it stays as it is." in words["2"]
    assert "another member" not in words["2"]
    assert "a run would not carry it over any more" in world.explain("training", "2")["words"]


def test_a_number_that_cannot_be_had_in_turn_is_not_promised(world_on_each_engine: World) -> None:
    """Member 7 is to get the number of member 8, who is to get one that a user has in v3."""
    world = world_on_each_engine
    world.run()
    world.write(world.v3, insert(v3.members).values(id=OWN, membership_number="Z"))
    change_number(world, 8, "Z")
    change_number(world, 7, "01100008")
    before = [world.value("membership_number", "members", member) for member in "78"]
    world.run()
    after = [world.value("membership_number", "members", member) for member in "78"]
    assert before == [{**value, "anomalies": []} for value in after]
    assert {value["state"] for value in before} == {"withheld"}
    world.write(world.v3, delete(v3.members).where(v3.members.c.id == OWN))
    now = [world.value("membership_number", "members", member) for member in "78"]
    assert {value["state"] for value in now} == {"next-run"}
    assert "Somebody else" not in now[0]["words"]


def test_a_number_that_changes_hands_names_nobody_by_mistake(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    world.run()
    change_number(world, 7, "01100008")
    change_number(world, 8, "01100007")
    with pytest.raises(ConfigurationError) as refused:
        world.explain("--number", "01100007")
    assert "Member 8 has the number '01100007' in v2, member 7 in v3" in str(refused.value)
    world.run()
    assert world.explain("--number", "01100007")["member_id"] == "8"


def test_a_member_who_has_left_v2_is_found_by_the_number_that_v3_has(world: World) -> None:
    world.run()
    world.write(world.v2, delete(v2.members).where(v2.members.c.member_id == 7))
    assert world.explain("--number", "01100007")["member_id"] == "7"
    with pytest.raises(ConfigurationError):
        world.explain("--number", "01100009")


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("1100007", " Is '01100007' meant?"),
        (" 0110 0007", " Is '01100007' meant?"),
        ("0001100007", " Is '01100007' meant?"),
        ("ab1", " Is 'AB1' meant?"),
        ("cd  2", " Is 'CD 2' meant?"),
        ("110000", ""),
        ("\0", ""),
        (" ", ""),
        ("7" * 300, ""),
    ],
)
def test_a_number_told_without_its_zeros_is_asked_about(world: World, told: str, meant: str) -> None:
    world.run()
    change_number(world, 8, "AB1")
    world.write(world.v2, insert(v2.members).values(member_id=9, membership_number="CD 2"))
    with pytest.raises(ConfigurationError) as refused:
        world.explain("--number", told)
    assert str(refused.value).endswith("nobody migrated has it in v3." + meant)


@pytest.mark.parametrize("blank", ["", " "])
def test_no_number_is_no_way_to_a_member_who_has_none(world: World, blank: str) -> None:
    change_number(world, 8, blank)
    world.run()
    with pytest.raises(ConfigurationError, match="No member of v2 has the number"):
        world.explain("--number", blank)


def test_what_was_said_of_an_earlier_text_is_told_with_that_text(world: World) -> None:
    world.run()
    assert "When it was last looked at" not in world.value("duration", v2_id="2")["words"]
    world.write(world.v2, update(v2.training).values(duration="call me"))
    words = world.value("duration", v2_id="2")["words"]
    assert "When it was last looked at, the old system said “3”. A number without a unit." in words
    world.write(world.v2, delete(v2.training))
    words = world.value("duration", v2_id="2")["words"]
    assert words.startswith("When it was last looked at, the old system said “3”.")


def test_what_a_coordinator_changed_is_not_said_to_be_a_members(world: World) -> None:
    world.write(
        world.v2, insert(v2.schemes).values(scheme_id=1, name="Graduates", coordinator_email="a@b.org")
    )
    world.run()
    world.write(world.v3, update(v3.schemes).values(coordinator_email="c@d.org"))
    words = world.value("coordinator_email", "schemes")["words"]
    assert "In the new system it has since been made “c@d.org”. That stays." in words
    assert "member" not in words


def test_a_value_that_was_emptied_in_v3_is_told_to_have_been(world: World) -> None:
    world.run()
    world.write(world.v3, update(v3.trainings).values(duration_hours=None))
    assert "In the new system it has since been emptied. That stays." in world.value("duration")["words"]
    world.write(world.v2, update(v2.training).values(duration="3 hours"))
    assert "has since been emptied, and the old system" in world.value("duration")["words"]


def test_the_status_of_an_application_is_told_beside_that_of_its_intent(world: World) -> None:
    """v2 has no application's status: it is the only value of which v2 has no column."""
    intent = {"intent_id": 1, "member_id": 7, "status": "received"}
    world.write(world.v2, insert(v2.intents_to_register).values(intent))
    assert world.value("status", "intents_to_register")["v3_column"] == "intent_status"
    world.run()
    world.write(world.v3, update(v3.registration_applications).values(status="submitted"))
    world.run()
    values = {value["v3_column"]: value for value in world.explain("intents_to_register", "1")["values"]}
    assert (values["intent_status"]["state"], values["intent_status"]["now"]) == ("as-loaded", "received")
    status = values["status"]
    assert (status["loaded"], status["now"], status["state"]) == ("draft", "submitted", "edited")
    assert "“draft” was loaded. In the new system it has since been made “submitted”." in status["words"]
    assert "status: “draft” was loaded." in world.call("explain", "--member", "7")


def test_a_row_that_a_user_of_v3_gave_to_another_member_is_not_said_to_be_where_it_was(
    world_on_each_engine: World,
) -> None:
    world = world_on_each_engine
    world.run()
    theirs = update(v3.educations).values(member_id=v3_id("members", "8"))
    assert "member id" not in world.call("explain", "--member", "7")
    world.write(world.v3, theirs)
    value = world.value("member_id", "education")
    assert (value["state"], value["v2_text"], value["now"]) == ("edited", "7", v3_id("members", "8"))
    assert "member id: The old system says “7”. It says what" in world.call("explain", "--member", "7")
    world.write(world.v2, insert(v2.members).values(member_id=9, membership_number="01100009"))
    world.write(world.v2, update(v2.education).values(member_id=9))
    assert world.value("member_id", "education")["state"] == "conflict"
    assert "The next run moves it" not in world.explain("education", "1")["words"]
