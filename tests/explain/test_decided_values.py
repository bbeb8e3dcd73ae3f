"""A value that a reviewer decided is told with the decision that holds."""

from sqlalchemy import update

from migrate.decisions.decision import Decision
from migrate.schema import v2
from tests.explain.world import World


def test_decision_is_told_with_its_reviewer(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    world.run()
    set_it = Decision(
        "text", "training", "duration", "set", raw_value="3", value="21", reviewer="Robin", note="asked"
    )
    world.decide(set_it)
    before = world.value("duration", v2_id="2")
    assert (before["state"], before["next"]) == ("next-run", "21.00")
    world.run()
    value = world.value("duration", v2_id="2")
    assert (value["state"], value["now"]) == ("as-loaded", "21.00")
    assert "to set it to 21, for every record with this text. Their note: asked. “21.00”" in value["words"]
    assert value["decision"]["reviewer"] == "Robin"


def test_a_decision_about_a_text_that_v2_no_longer_has_is_not_told_as_the_one_that_holds(
    world: World,
) -> None:
    on_text = Decision("text", "training", "duration", "set", raw_value="3 days", value="20", reviewer="Lee")
    on_row = Decision(
        "row", "training", "duration", "set", v2_id="1", raw_value="2 days", value="15", reviewer="Kim"
    )
    for decision in (on_text, on_row):
        world.decide(decision)
    world.run()
    assert world.value("duration")["decision"]["reviewer"] == "Kim"
    world.write(world.v2, update(v2.training).values(duration="3 days"))
    world.run()
    value = world.value("duration")
    assert (value["now"], value["decision"]["reviewer"]) == ("20.00", "Lee")
    assert "Kim decided" not in value["words"]


def test_a_decision_is_told_of_a_text_that_the_ledger_cannot_store_to_the_letter(world: World) -> None:
    world.write(world.v2, update(v2.training).values(duration="3\0"))
    world.decide(
        Decision("text", "training", "duration", "set", raw_value="3\\u0000", value="21", reviewer="Robin")
    )
    world.run()
    value = world.value("duration")
    assert (value["now"], value["decision"]["reviewer"]) == ("21.00", "Robin")
