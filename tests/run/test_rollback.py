"""Rollback takes back what the migration brought and nothing that a user has made of it."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from unittest.mock import Mock

import pytest
from click.testing import CliRunner
from sqlalchemy import text, update

from migrate.cli import cli
from migrate.errors import ConfigurationError, InterruptedRunError, ScopeHeldError
from migrate.load.ledger.runs import finish_run, start_run
from migrate.load.ledger.scope import Scope
from migrate.run.rollback import RollbackResult
from migrate.run.verification import verify
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.run.places import Place

Edit = Callable[[Place], None]


ID_TYPES = {
    "postgresql": "UUID",
    "mariadb": "CHAR(32) CHARACTER SET ascii COLLATE ascii_bin",
    "sqlite": "CHAR(32)",
}


def why(result: RollbackResult) -> set[tuple[str, str | None, str]]:
    """Return v3 table, v2 id and why of what was kept."""
    return {(row.v3_table, row.v2_id, row.why) for row in result.kept}


def member(key: int) -> str:
    return v3_id("members", str(key))


def test_what_no_one_touched_is_gone_with_its_ledger_rows_and_anomalies(each_place: Place) -> None:
    empty = each_place.state()
    run = each_place.run()
    result = each_place.roll_back(run=run.run_id)
    assert each_place.state() == empty
    assert result.kept == []
    assert result.deleted == {
        "members": 4, "trainings": 5, "educations": 1, "registration_assessments": 2,
        "assessment_ratings": 2, "schemes": 1, "scheme_memberships": 2,
    }  # fmt: skip
    assert each_place.statuses() == {run.run_id: "rolled-back", result.run_id: "completed"}


def test_what_was_rolled_back_can_be_migrated_again(each_place: Place) -> None:
    each_place.run()
    before = each_place.state()
    each_place.roll_back(cohort="A")
    each_place.run("A")
    assert each_place.state() == before


def test_somebody_gone_from_v2_does_not_stand_in_for_who_was_rolled_back(each_place: Place) -> None:
    each_place.change("training", 3, duration="4 hours")  # the only row of member 2, as 5 is of member 4
    each_place.change(
        "training", 5, duration="call me", start_date="soon"
    )  # as many anomalies as leaving gives
    each_place.change("members", 4, cohort="C")
    each_place.run()
    each_place.remove("training", member_id=2)
    each_place.remove("members", member_id=2)
    each_place.run()
    each_place.run()
    each_place.roll_back(cohort="C")
    assert each_place.row("members", 4, v3.members) is None
    each_place.run()
    assert each_place.row("members", 4, v3.members) is not None


@pytest.mark.parametrize("size", [1, 5000])
def test_a_cohort_goes_with_what_v2_still_has_of_a_member_who_is_gone_from_there(
    each_place: Place, size: int
) -> None:
    each_place.run("B")
    each_place.run(members=("4",))
    without = {table.name: each_place.rows(table) for table in v3.LOAD_ORDER}
    each_place.run()
    each_place.remove("members", member_id=1)
    each_place.remove("competence_assessments", assessment_id=1)  # of which v2 keeps the response
    each_place.run()
    told = [row for row in each_place.rows(ledger.anomalies) if row["code"] == "orphan"]
    assert {row["cohort"] for row in told if row["v2_id"] != "6"} == {"A"}
    assert verify(each_place.workplace()).differences == []
    assert each_place.roll_back(cohort="A", size=size).kept == []
    assert {table.name: each_place.rows(table) for table in v3.LOAD_ORDER} == without


def test_what_another_cohort_has_of_a_scheme_is_not_called_added(each_place: Place) -> None:
    run = each_place.run("A")
    each_place.run("B")
    each_place.add(v3.scheme_memberships, id="f" * 32, scheme_id=v3_id("schemes", "1"), member_id=member(3))
    result = each_place.roll_back(run=run.run_id)
    assert why(result) == {("schemes", "1", "in-use"), ("scheme_memberships", None, "added")}


@pytest.mark.parametrize("size", [1, 2, 5000])
def test_a_cohort_goes_and_the_others_stay_with_the_scheme_they_share(each_place: Place, size: int) -> None:
    each_place.run("B")
    only_b = each_place.state()
    each_place.run("A")
    each_place.roll_back(cohort="A", size=size)
    assert each_place.state() == only_b
    each_place.roll_back(cohort="B", size=size)
    assert [row["name"] for row in each_place.rows(v3.schemes)] == ["Northgrid"]


def forget(place: Place, v2_id: str) -> None:
    """Remove what was last loaded of a training, as `forget` does."""
    rows = ledger.rows
    with place.v3.begin() as connection:
        training = (rows.c.v2_table == "training", rows.c.v2_id == v2_id)
        connection.execute(update(rows).values(base=None).where(*training))


KEPT: list[tuple[str, Edit, set[tuple[str, str | None, str]]]] = [
    (
        "a value was edited",
        lambda place: place.edit(v3.trainings, v3_id("training", "1"), title="Mine now"),
        {("trainings", "1", "edited"), ("members", "1", "in-use")},
    ),
    (
        "a value was emptied",
        lambda place: place.edit(v3.trainings, v3_id("training", "1"), title=None),
        {("trainings", "1", "edited"), ("members", "1", "in-use")},
    ),
    (
        "a column that is v3's own was filled",
        lambda place: place.edit(v3.trainings, v3_id("training", "2"), cpd_hours=3),
        {("trainings", "2", "edited"), ("members", "1", "in-use")},
    ),
    (
        "a rating was edited: its assessment stays too",
        lambda place: place.edit(v3.assessment_ratings, v3_id("assessment_responses", "1"), level="5"),
        {("assessment_ratings", "1", "edited"), ("registration_assessments", "1", "in-use"),
         ("members", "1", "in-use")},
    ),
    (
        "the member was edited",
        lambda place: place.edit(v3.members, member(1), surname="Ash"),
        {("members", "1", "edited")},
    ),
    (
        "what was loaded is forgotten: whether it was edited nobody can tell",
        lambda place: forget(place, "1"),
        {("trainings", "1", "forgotten"), ("members", "1", "in-use")},
    ),
    (
        "a user added a row",
        lambda place: place.add(v3.trainings, id="f" * 32, member_id=member(2), title="Later"),
        {("members", "2", "in-use"), ("trainings", None, "added")},
    ),
    (
        "a user moved a row to another cohort's member",
        lambda place: place.edit(v3.trainings, v3_id("training", "1"), member_id=member(3)),
        {("trainings", "1", "edited")},
    ),
    (
        "a user deleted a row",
        lambda place: place.erase(v3.trainings, v3_id("training", "1")),
        {("trainings", "1", "deleted")},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "kept"), [case[1:] for case in KEPT], ids=[case[0] for case in KEPT])
def test_what_a_user_touched_stays_and_is_listed(
    each_place: Place, edit: Edit, kept: set[tuple[str, str | None, str]]
) -> None:
    each_place.run()
    edit(each_place)
    theirs = each_place.state()
    result = each_place.roll_back(cohort="A")
    assert why(result) == kept
    each_place.run("A")
    again = each_place.state()
    tables = [table.name for table in v3.LOAD_ORDER]
    assert {name: again[name] for name in tables} == {name: theirs[name] for name in tables}


def test_an_adopted_account_stays_and_its_ledger_row_goes(each_place: Place) -> None:
    each_place.add(v3.members, id="f" * 32, membership_number="N1", surname="Before")
    each_place.run()
    result = each_place.roll_back(cohort="A")
    assert why(result) == {("members", "1", "adopted")}
    assert [row["surname"] for row in each_place.rows(v3.members) if row["id"] == "f" * 32] == ["Before"]
    assert "1" not in each_place.fates("members")
    each_place.run("A")
    assert ("adopted-member", "members", "1", None) in each_place.anomalies("adopted-member")


def test_an_adopted_account_keeps_its_ledger_row_while_it_owns_an_edited_one(each_place: Place) -> None:
    each_place.add(v3.members, id="f" * 32, membership_number="N1")
    each_place.run()
    each_place.edit(v3.trainings, v3_id("training", "1"), title="Mine now")
    before = each_place.state()
    each_place.roll_back(cohort="A")
    assert each_place.fates("members")["1"] == ("migrated", None)
    each_place.run("A")
    after = each_place.state()
    assert after["trainings"] == before["trainings"]
    assert after["educations"] == before["educations"]  # their key in v2 is the member's own


def test_a_run_gives_back_what_it_created_and_lists_what_it_only_updated(each_place: Place) -> None:
    each_place.run("A")
    before = each_place.state()
    each_place.change("training", 3, title="Rigging II")
    each_place.put("training", 7, member_id=2, title="New", duration="2 hours")
    second = each_place.run("A")
    each_place.change("training", 3, title="Rigging III")
    each_place.run("A")
    result = each_place.roll_back(run=second.run_id)
    assert why(result) == {("trainings", "3", "updated")}
    assert result.deleted == {"trainings": 1}
    assert len(each_place.state()["trainings"]) == len(before["trainings"])


def test_a_run_has_updated_nothing_that_was_rolled_back_and_migrated_again_since(each_place: Place) -> None:
    each_place.run("A")
    each_place.change("training", 3, title="Rigging II")
    second = each_place.run("A")
    each_place.roll_back(cohort="A")
    each_place.run("A")
    assert each_place.roll_back(run=second.run_id).kept == []


def test_a_member_stays_with_what_another_run_gave_them(each_place: Place) -> None:
    first = each_place.run("A")
    each_place.put("training", 7, member_id=2, title="New", duration="2 hours")
    each_place.run("A")
    assert why(each_place.roll_back(run=first.run_id)) == {
        ("members", "2", "in-use"),
    }


def test_a_member_who_changed_cohort_is_still_of_the_run_that_created_them(each_place: Place) -> None:
    first = each_place.run("A")
    each_place.change("members", 2, cohort="B")
    each_place.run("B")
    assert {row["run_id"] for row in each_place.rows(ledger.rows) if row["member_id"] == "2"} == {
        first.run_id
    }
    each_place.roll_back(cohort="A")
    assert {row["surname"] for row in each_place.rows(v3.members)} == {"Birch", "Cole"}


def test_a_table_that_others_added_to_v3_keeps_the_rows_it_refers_to(each_place: Place) -> None:
    kind = ID_TYPES[each_place.v3.dialect.name]
    each_place.run()
    with each_place.v3.begin() as connection:
        connection.execute(
            text(
                f"CREATE TABLE mentors (number INTEGER, member_id {kind}, "
                "FOREIGN KEY (member_id) REFERENCES members (id))"
            )
        )
        connection.execute(text("INSERT INTO mentors VALUES (1, :id)"), {"id": member(2)})
    assert why(each_place.roll_back(cohort="A")) == {("members", "2", "in-use")}
    with each_place.v3.begin() as connection:
        connection.execute(text("DROP TABLE mentors"))


def test_an_interrupted_run_does_not_pass_over_what_was_rolled_back(place: Place) -> None:
    def stop(finished: int, _: int, __: object) -> None:
        if finished == 3:  # the schemes and members 1 and 2
            raise InterruptedRunError("stopped")

    with pytest.raises(InterruptedRunError):
        place.run(size=1, progress=stop)
    place.roll_back(cohort="A")
    result = place.run(size=1)
    assert result.resumed
    assert set(place.fates("members")) == {"1", "2", "3", "4"}


def test_an_interrupted_rollback_goes_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = place.state()
    run = place.run()
    place.edit(v3.trainings, v3_id("training", "1"), title="Mine now")
    request = Mock(is_set=Mock(side_effect=[False, True]))
    monkeypatch.setattr("migrate.run.attended.stop_requests", lambda: nullcontext(request))
    with pytest.raises(InterruptedRunError):
        place.roll_back(run=run.run_id, size=1)
    monkeypatch.undo()
    assert place.statuses()[run.run_id] == "completed"
    result = place.roll_back(run=run.run_id, size=1)
    assert why(result) == {("trainings", "1", "edited"), ("members", "1", "in-use")}
    assert sum(result.deleted.values()) == 15
    assert place.statuses() == {run.run_id: "rolled-back", result.run_id: "completed"}
    assert len(place.state()["members"]) == len(empty["members"]) + 1


UNKNOWN: list[tuple[str | None, str | None, str]] = [
    ("20240101-000000-abcdef", None, "Run '20240101-000000-abcdef' is not in the ledger"),
    (None, "a", "Nothing of cohort 'a' that was migrated is in this v3"),
]


def test_a_cohort_that_was_rolled_back_is_not_said_never_to_have_been_migrated(place: Place) -> None:
    place.run()
    place.roll_back(cohort="B")
    with pytest.raises(ConfigurationError, match="Nothing of cohort 'B' that was migrated is in this v3"):
        place.roll_back(cohort="B")


@pytest.mark.parametrize(("run", "cohort", "words"), UNKNOWN)
def test_what_the_ledger_does_not_know_is_refused_and_nothing_is_written(
    each_place: Place, run: str | None, cohort: str | None, words: str
) -> None:
    each_place.run("A")
    before, runs = each_place.state(), each_place.statuses()
    with pytest.raises(ConfigurationError, match=words):
        each_place.roll_back(run=run, cohort=cohort)
    assert (each_place.state(), each_place.statuses()) == (before, runs)


def test_a_rollback_is_no_run_to_take_back(place: Place) -> None:
    place.run("A")
    result = place.roll_back(cohort="A")
    with pytest.raises(ConfigurationError, match="is a rollback and brought nothing into v3"):
        place.roll_back(run=result.run_id)


def test_a_cohort_that_somebody_migrates_is_not_rolled_back_meanwhile(each_place: Place) -> None:
    each_place.run("A")
    alive = start_run(each_place.workplace().target, "run", Scope(("A",)), "1", "other")
    with pytest.raises(ScopeHeldError, match=f"Run {alive.run_id} is working on A now"):
        each_place.roll_back(cohort="A")
    finish_run(each_place.workplace().target, alive, "completed")
    assert each_place.roll_back(cohort="A").deleted["members"] == 2


def test_the_command_says_what_went_and_what_stays(place: Place) -> None:
    place.run()
    place.edit(v3.members, member(1), surname="Ash")
    command = ["rollback", "--target", place.target_url, "--cohort", "A"]
    document = json.loads(CliRunner().invoke(cli, [*command, "--json"]).stdout)
    assert document["deleted"]["trainings"] == 3
    assert [(row["v3_table"], row["v2_id"], row["why"]) for row in document["kept"]] == [
        ("members", "1", "edited")
    ]
    again = CliRunner().invoke(cli, command)
    assert "A user has edited it." in again.stdout
    assert "Deleted" not in again.stdout  # nothing is left to take back


@pytest.mark.parametrize("options", [[], ["--run", "1", "--cohort", "A"]])
def test_the_command_takes_a_run_or_a_cohort(place: Place, options: list[str]) -> None:
    result = CliRunner().invoke(cli, ["rollback", "--target", place.target_url, *options])
    assert isinstance(result.exception, ConfigurationError)
