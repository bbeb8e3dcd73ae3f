"""What users, reviewers and v2 do after a run is explained; what the next run will change is a difference."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from migrate.resources import resource
from migrate.retention.forget import forget_before
from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.end_to_end import broken
from tests.end_to_end.places import Place, Places, V2Rows
from tests.end_to_end.test_reruns import changed, without
from tests.end_to_end.verified import FOREIGN, JOB, SMALL, outcomes, told, verified
from tests.fixtures.cases import load_case


def edited(place: Place) -> None:
    place.edit("employments", v3_id("employment", "1"), employer="Westgrid")


def own_rows(place: Place) -> None:
    """A user writes down a job once more, another opens an account."""
    with place.target.begin() as connection:
        connection.execute(insert(v3.members).values(id=FOREIGN, forename="Own"))
        connection.execute(insert(v3.trainings).values(id=FOREIGN, member_id=FOREIGN, title="Own"))
        job = {**JOB, "member_id": v3_id("members", "1"), "updated_at": dt.datetime(2026, 1, 1)}  # noqa: DTZ001
        connection.execute(insert(v3.employments).values(id=FOREIGN, is_current=False, **job))


def moved(place: Place) -> None:
    place.edit("trainings", v3_id("training", "3"), member_id=v3_id("members", "1"))


def forgotten(place: Place) -> None:
    edited(place)
    with place.target.begin() as connection:
        execute_all = "UPDATE migration_runs SET finished_at = '2020-01-01 00:00:00'"
        connection.execute(text(execute_all))
        forget_before(connection, dt.date(2020, 1, 2), today=dt.date(2026, 1, 1))


def member_gone(place: Place) -> None:
    left = without(without(without(SMALL, "members", "2"), "employment", "2"), "training", "3")
    place.put_v2(left)


def given_to_a_deleted_member(place: Place) -> None:
    for table, v2_table in (("employments", "employment"), ("trainings", "training")):
        place.remove(table, v3_id(v2_table, "2" if table == "employments" else "3"))
    place.remove("members", v3_id("members", "2"))
    place.put_v2(changed(SMALL, "training", "1", member_id="2"))


def scheme_deleted(place: Place) -> None:
    place.remove("scheme_memberships", v3_id("scheme_memberships", "1"))
    place.remove("schemes", v3_id("schemes", "1"))
    other: dict[str, str | None] = {"scheme_membership_id": "2", "scheme_id": "1", "member_id": "2"}
    place.put_v2({**SMALL, "scheme_memberships": [*SMALL["scheme_memberships"], other]})


def number_passed_on(place: Place) -> None:
    left = without(without(without(SMALL, "members", "2"), "employment", "2"), "training", "3")
    new: dict[str, str | None] = {
        "member_id": "3",
        "membership_number": "0002",
        "forename": "Niamh",
        "cohort": "2024-B",
    }
    place.put_v2({**left, "members": [*left["members"], new]})


def decided(place: Place, **decision: Any) -> None:
    moment = dt.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001  # the ledger's moments have no zone
    where = {"scope": "text", "v2_table": "training", "v2_column": "duration", "decided_at": moment}
    place.decide(**where | decision)


def decided_and_run(place: Place, **decision: Any) -> None:
    decided(place, **decision)
    place.run()


def unarchived(place: Place) -> None:
    place.decide(
        scope="row", v2_table="competence_assessments", v2_column="is_archived", v2_id="2", raw_value="1",
        action="set", value="false", decided_at=dt.datetime(2026, 1, 2),  # noqa: DTZ001
    )  # fmt: skip


def archived_since(place: Place) -> None:
    place.put_v2(changed(SMALL, "competence_assessments", "1", is_archived="1"))


def deleted_and_archived_since(place: Place) -> None:
    place.remove("assessment_ratings", v3_id("assessment_responses", "1"))
    place.remove("registration_assessments", v3_id("competence_assessments", "1"))
    archived_since(place)


def move_cohort(place: Place) -> None:
    place.put_v2(changed(SMALL, "members", "1", cohort="2024-B"))


def withdrawn(place: Place) -> None:
    decided_and_run(place, raw_value="2 days", action="set", value="16")
    decided(place, raw_value="2 days", action="withdraw", decided_at=dt.datetime(2026, 1, 3))  # noqa: DTZ001


EXPLAINED: dict[str, tuple[Callable[[Place], None], Mapping[tuple[str, str], int]]] = {
    # what happens after the run → the outcomes that verify then counts
    "nothing": (lambda place: None, {}),
    "a user's edit": (edited, {("employment", "edited"): 1}),
    "a user's deletion": (
        lambda place: place.remove("trainings", v3_id("training", "1")), {("training", "deleted"): 1}
    ),
    "a user's own rows": (own_rows, {}),
    "a row moved to another member": (moved, {("training", "edited"): 1}),
    "what was loaded is forgotten": (forgotten, {("employment", "edited"): 1}),
    "a decision that no run has brought over": (
        lambda place: decided(place, raw_value="2 days", action="set", value="16"),
        {("training", "decided"): 1},
    ),
    "a text that is now left blank": (
        lambda place: decided(place, raw_value="a few hours", action="leave-blank"), {}
    ),
    "a decision that a run has brought over": (
        lambda place: decided_and_run(place, raw_value="2 days", action="set", value="16"), {}
    ),
    "a decision that was withdrawn": (withdrawn, {("training", "decided"): 1}),
    "an assessment that a decision un-archives": (unarchived, {}),
    "a row gone from v2": (
        lambda place: place.put_v2(without(SMALL, "training", "1")), {("training", "gone"): 1}
    ),
    "a member gone from v2": (
        member_gone, {("members", "gone"): 1, ("employment", "gone"): 1, ("training", "gone"): 1}
    ),
    "an assessment archived since": (archived_since, {}),
    "an assessment deleted by its user, and archived since": (
        deleted_and_archived_since,
        {("competence_assessments", "deleted"): 1, ("assessment_responses", "deleted"): 1},
    ),
    "a member who changed cohort": (move_cohort, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPLAINED)
def test_what_is_explained_is_no_difference(lone: Place, name: str) -> None:
    """Neither before the next run, nor after it."""
    happen, expected = EXPLAINED[name]
    happen(lone)
    account = verified(lone)
    assert (told(account), outcomes(account)) == (set(), expected)
    lone.run()
    assert told(verified(lone)) == set()


REFUSED: dict[str, tuple[Callable[[Place], None], tuple[str, str]]] = {
    # what v3 cannot take by now → the outcome that verify counts
    "a row given to a member who deleted their account": (given_to_a_deleted_member, ("training", "edited")),
    "a membership of a deleted scheme": (scheme_deleted, ("scheme_memberships", "rejected")),
    "a number that a departed member's account has": (number_passed_on, ("members", "rejected")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_v3_cannot_take_is_explained_once_a_run_has_told_it(lone: Place, name: str) -> None:
    happen, (table, outcome) = REFUSED[name]
    happen(lone)
    lone.run()
    account = verified(lone)
    assert (told(account), account.closed) == (set(), True)
    rows = {(v2_table, what): rows for (_, v2_table, what), rows in account.rows.items()}
    assert rows[table, outcome] == 1


def test_an_adopted_account_is_explained_whatever_v2_says(places: Places) -> None:
    for place in places.place("sqlite-to-sqlite"):
        case = load_case("adopted-member")
        place.put_case(case)
        place.run()
        place.put_v2(changed(case.v2, "members", "7", surname="Someone-Else", title="Prof"))
        account = verified(place)
        assert (account.closed, outcomes(account)["members", "edited"]) == (True, 1)


def test_a_wrong_hour_is_caught_though_a_decision_concerns_it(lone: Place) -> None:
    """A decision explains what v3 held before it, and no other value."""
    decided_and_run(lone, raw_value="2 days", action="set", value="16")
    broken.load_wrongly(lone, v3.trainings, "training", "1", duration_hours=Decimal(14))
    assert told(verified(lone)) == {("different", "training", "1", "duration_hours", "16.00", "14.00")}
    decided(lone, raw_value="2 days", action="set", value="15", decided_at=dt.datetime(2026, 1, 3))  # noqa: DTZ001
    assert told(verified(lone)) == {("different", "training", "1", "duration_hours", "15.00", "14.00")}


def new_rules(folder: Path) -> Path:
    """Write rules in which a day has 7.5 hours."""
    shipped = resource("rules/durations.yaml").read_text()
    changed_rules = shipped.replace("hours_per_day: 7 ", "hours_per_day: 7.5 ", 1)
    assert changed_rules != shipped
    (folder / "durations.yaml").write_text(changed_rules)
    return folder


CHANGES: dict[str, Callable[[Place, Path], Path | None]] = {
    # what changes after the run → the rules to verify with
    "a value in v2": lambda place, _: place.put_v2(changed(SMALL, "training", "1", duration="15 hours")),
    "the rules": lambda _, folder: new_rules(folder),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_since_is_a_difference_until_the_next_run(
    lone: Place, tmp_path: Path, name: str
) -> None:
    rules = CHANGES[name](lone, tmp_path)
    assert told(verified(lone, rules=rules)) >= {
        ("different", "training", "1", "duration_hours", "15.00", "14.00")
    }
    lone.run(rules=rules)
    assert told(verified(lone, rules=rules)) == set()


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        (lambda rows: {**rows, "employment": [*rows["employment"], {"employment_id": "9", "member_id": "1"}]},
         {("unaccounted", "employment", "9", "fate", "migrated", None)}),
        (lambda rows: changed(rows, "training", "4", member_id="2"),
         {("different", "training", "4", "fate", "migrated", "rejected: orphan")}),
        (lambda rows: changed(rows, "competence_assessments", "2", is_archived="0"),
         {("different", "competence_assessments", "2", "fate", "migrated", "dropped: archived-assessment"),
          ("different", "assessment_responses", "2", "fate", "migrated", "dropped: archived-assessment")}),
    ],
)  # fmt: skip
def test_a_fate_that_v2_has_changed_is_a_difference_until_the_next_run(
    lone: Place, change: Callable[[V2Rows], V2Rows], rows: set[tuple[str | None, ...]]
) -> None:
    lone.put_v2(change(SMALL))
    assert told(verified(lone)) == rows
    lone.run()
    assert told(verified(lone)) == set()
