"""Any value can be explained: what v2 says, how it was read, who decided, what was loaded, what came then."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, Table, create_engine, delete, insert, text, update

from migrate.cli import cli
from migrate.decisions.decision import Decision
from migrate.errors import ConfigurationError
from migrate.schema import v2, v3
from tests.recording import record_decision

V2_ROWS: dict[Table, list[dict[str, Any]]] = {
    v2.members: [
        {"member_id": 7, "membership_number": "01100007", "surname": "Ashdown", "cohort": "2024-A"},
        {"member_id": 8, "membership_number": "01100008", "surname": "Penrose", "cohort": "2024-A"},
    ],
    v2.training: [
        {"training_id": 1, "member_id": 7, "title": "Manual Handling", "duration": "2 days"},
        {
            "training_id": 2,
            "member_id": 7,
            "title": "COSHH awareness",
            "duration": "3",
            "description": "x" * 300,
        },
        {"training_id": 9, "member_id": 99, "title": "Fire Marshal", "duration": "2 days"},
    ],
    v2.competence_assessments: [{"assessment_id": 1, "member_id": 7, "is_archived": "1"}],
    v2.assessment_responses: [{"response_id": 1, "assessment_id": 1, "competence_code": "A1"}],
    v2.education: [{"education_id": 1, "member_id": 7, "course": "HNC Electrical Engineering"}],
}


pytestmark = [  # `run` keeps its engines for as long as the process lives
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


class World:
    """A v2 of two members and a v3 to migrate it into."""

    def __init__(self, source: str, target: str) -> None:
        self.options = ["--source", source, "--target", target]
        self.v2, self.v3 = create_engine(source), create_engine(target)
        v2.metadata.create_all(self.v2)
        for table, rows in V2_ROWS.items():
            for row in rows:
                self.write(self.v2, insert(table).values(row))

    def write(self, engine: Engine, statement: Any) -> None:
        with engine.begin() as connection:
            connection.execute(statement)

    def decide(self, decision: Decision) -> None:
        with self.v3.begin() as connection:
            record_decision(connection, decision)

    def run(self) -> None:
        self.call("run", "--no-checks")

    def explain(self, *arguments: str) -> Any:
        return json.loads(self.call("explain", "--json", *arguments))

    def value(self, column: str, table: str = "training", v2_id: str = "1") -> Mapping[str, Any]:
        """Return the explanation of one value."""
        values = self.explain(table, v2_id)["values"]
        found: Mapping[str, Any] = next(
            each for each in values if column in (each["v2_column"], each["v3_column"])
        )
        return found

    def call(self, command: str, *arguments: str) -> str:
        result = CliRunner().invoke(cli, [command, *self.options, *arguments], catch_exceptions=True)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    def close(self) -> None:
        self.v2.dispose()
        self.v3.dispose()


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    made = World(f"sqlite:///{tmp_path / 'v2.db'}", sqlite_url)
    yield made
    made.close()


@pytest.fixture
def world_on_each_engine(target_url: str, tmp_path: Path) -> Iterator[World]:
    made = World(f"sqlite:///{tmp_path / 'v2.db'}", target_url)
    yield made
    made.close()


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
    assert "The member has since made it “12.00”. That stays." in value["words"]


def test_change_in_v2_waits_for_the_next_run(world: World) -> None:
    world.run()
    world.write(world.v2, update(v2.training).values(duration="3 days"))
    assert world.value("duration")["state"] == "next-run"
    world.write(world.v3, update(v3.trainings).values(duration_hours=Decimal(12)))
    value = world.value("duration")
    assert (value["state"], value["next"]) == ("conflict", "21.00")


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
    assert "to set it to 21, for every record with this text. Their note: asked" in value["words"]
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


def test_an_edit_is_told_as_it_is_now_and_not_as_the_last_run_found_it(world: World) -> None:
    world.run()
    world.write(world.v3, update(v3.trainings).values(duration_hours=Decimal(12)))
    world.run()
    world.write(world.v3, update(v3.trainings).values(duration_hours=Decimal(13)))
    words = world.value("duration")["words"]
    assert words.count("That stays.") == 1
    assert "“13.00”" in words
    assert "12.00" not in words


def test_why_a_row_was_rejected_is_told_once(world: World) -> None:
    world.run()
    assert world.explain("training", "9")["words"] == (
        "It could not be carried over. It refers to something that the old system does not have. "
        "v2 has no row that its member_id refers to."
    )


def test_row_gone_from_v2_is_still_explained(world: World) -> None:
    world.run()
    world.write(world.v2, delete(v2.training))
    explained = world.explain("training", "1")
    assert (explained["in_v2"], explained["fate"]) == (False, "migrated")
    assert "The old system does not have this record any more." in explained["words"]


NAME_ONE = "Name either a TABLE and a V2_ID, or --member V2_ID, or --number NUMBER."
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


def test_row_that_waits_for_its_run_tells_what_it_would_become(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    explained = world.explain("training", "1")
    assert explained["words"] == "It has not been migrated yet."
    value = world.value("duration")
    assert (value["next"], value["state"]) == ("14.00", "not-loaded")
    assert [anomaly["code"] for anomaly in value["anomalies"]] == ["assumed-day"]


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


def test_an_account_that_a_run_would_adopt_is_told_to_be_kept(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    account = {"id": "f" * 32, "membership_number": "01100007", "surname": "Ashdown-Lee"}
    world.write(world.v3, insert(v3.members).values(account))
    value = world.value("surname", "members", "7")
    assert value["state"] == "would-keep-account"
    assert "a run would keep what it says" in value["words"]
    assert world.value("duration")["state"] == "not-loaded"


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


def test_new_fields_are_the_members_own(world: World) -> None:
    world.run()
    assert world.value("qualification", "education")["state"] == "new-field"


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


def test_nothing_is_said_to_have_been_carried_over_before_it_was(world: World) -> None:
    for words in world.call("explain", "training", "1"), world.call("explain", "--member", "7"):
        assert "It has not been migrated yet." in words
        assert "was carried over" not in words
    assert world.value("duration")["words"].endswith("As things are now, a run would load “14.00”.")


def test_adopted_account_is_told_to_have_been_kept(world_on_each_engine: World) -> None:
    world = world_on_each_engine
    account = {"id": "f" * 32, "membership_number": "01100007", "surname": "Ashdown-Lee"}
    world.write(world.v3, insert(v3.members).values(account))
    world.run()
    value = world.value("surname", "members", "7")
    assert (value["state"], value["v2_text"], value["now"]) == ("kept-account", "Ashdown", "Ashdown-Lee")
    assert world.explain("training", "1")["fate"] == "migrated"


WRONG = [  # arguments, what is said
    (("trainings", "1"), "'trainings' is not a table of v2."),
    (("training", "77"), "training '77': neither v2 nor the ledger has such a row."),
    (("training", "one"), "training 'one': v2's keys are whole numbers, without leading zeros"),
    (("--member", "77"), "member '77': neither v2 nor the ledger has such a member."),
    (("training",), NAME_ONE),
    (
        ("training", "1", "--member", "7"),
        NAME_ONE,
    ),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_what_is_unknown_is_refused_in_words(arguments: tuple[str, ...], words: str, world: World) -> None:
    with pytest.raises(ConfigurationError) as refused:
        world.explain(*arguments)
    assert words in str(refused.value)


def test_of_what_will_be_dropped_nothing_is_told_before_either(world: World) -> None:
    world.run()
    told = {"verification_id": 1, "assessment_id": 1, "verifier_name": "Alex Penrose", "decision": "agreed"}
    world.write(world.v2, insert(v2.verifications).values(told))
    assert "Penrose" not in world.call("explain", "verifications", "1")
