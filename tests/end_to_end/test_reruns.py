"""A migration is run many times: what v2, users, reviewers and rules change in between (contract, part 5)."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from migrate.fixtures.sample import generate
from migrate.resources import resource
from migrate.schema import ledger
from tests.end_to_end.places import Place, V2Rows
from tests.fixtures.cases import Row, load_case

SMALL: dict[str, list[Row]] = {
    "members": [
        {"member_id": "1", "membership_number": "0001", "forename": "Maeve", "cohort": "2024-A"},
        {"member_id": "2", "membership_number": "0002", "forename": "Idris", "cohort": "2024-A"},
    ],
    "employment": [
        {"employment_id": "1", "member_id": "1", "employer": "Northgrid", "job_title": "Engineer"},
        {"employment_id": "2", "member_id": "1", "employer": "Orbis", "job_title": "Planner"},
        {"employment_id": "3", "member_id": "2", "employer": "Cobalt", "job_title": "Associate"},
    ],
    "training": [{"training_id": "1", "member_id": "1", "title": "Course", "duration": "2 days"}],
    "competence_assessments": [{"assessment_id": "1", "member_id": "2", "is_archived": "0"}],
    "assessment_responses": [{"response_id": "1", "assessment_id": "1", "competence_code": "A1"}],
    "schemes": [{"scheme_id": "1", "name": "Graduates", "coordinator_email": "one@example.com"}],
    "scheme_memberships": [{"scheme_membership_id": "1", "scheme_id": "1", "member_id": "1"}],
}

EDITS = [  # v2 afterwards, v3 edited to, v3 in the end, what is reported
    ("Northgrid", None, "Northgrid", None),
    ("Southgrid", None, "Southgrid", None),
    ("Northgrid", "Westgrid", "Westgrid", "kept-user-edit"),
    ("Southgrid", "Westgrid", "Westgrid", "conflict"),
    ("Southgrid", "Southgrid", "Southgrid", None),
    ("Northgrid", "", "", "kept-user-edit"),
    (None, None, None, None),
    (None, "Westgrid", "Westgrid", "conflict"),
    ("", None, "", None),
]


def changed(rows: V2Rows, table: str, key: str, **values: str | None) -> V2Rows:
    """Return v2 with one row changed."""
    name = next(iter(rows[table][0]))
    listed = [row | values if row[name] == key else row for row in rows[table]]
    return {**rows, table: listed}


def without(rows: V2Rows, table: str, key: str) -> V2Rows:
    """Return v2 with one row less."""
    name = next(iter(rows[table][0]))
    return {**rows, table: [row for row in rows[table] if row[name] != key]}


@pytest.fixture
def loaded(place: Place) -> Place:
    """A place whose v2 is migrated."""
    place.put_v2(SMALL)
    place.run()
    return place


def test_a_second_run_writes_nothing(place_each_way: Place) -> None:
    """Not a row of v3, of the ledger or of the anomalies: even their numbers stay."""
    place = place_each_way
    place.put_sample(list(generate(120, seed=3)))
    place.run(batch_size=50)
    before = place.dump()
    again = place.run(batch_size=70)
    assert place.dump() == before
    assert {(name, counts["created"], counts["updated"]) for name, counts in again.counts["v3"].items()} == {
        (name, 0, 0) for name in again.counts["v3"]
    }


def test_edits_and_changes_meet_as_the_contract_says(place: Place) -> None:
    jobs: list[Row] = [
        {"employment_id": str(key), "member_id": "1", "employer": "Northgrid", "job_title": "Engineer"}
        for key in range(len(EDITS))
    ]
    place.put_v2({**SMALL, "employment": jobs})
    place.run()
    for job, (_, edited, _, _) in zip(jobs, EDITS, strict=True):
        if edited is not None:
            key = place.v3_id("employment", str(job["employment_id"]))
            place.edit("employments", key, employer=edited)
    changes = [job | {"employer": now} for job, (now, _, _, _) in zip(jobs, EDITS, strict=True)]
    place.put_v2({**SMALL, "employment": changes})
    place.run()
    settled = place.dump()
    employers = {row["id"]: row["employer"] for row in settled["employments"]}
    codes = {found[1]: found[3] for found in place.anomalies() if found[0] == "employment"}
    came = [
        (employers[place.v3_id("employment", str(key))], codes.get(str(key))) for key in range(len(EDITS))
    ]
    assert came == [(expected, code) for _, _, expected, code in EDITS]
    place.run()
    assert place.dump() == settled


def test_a_conflict_shows_all_three_values(loaded: Place) -> None:
    loaded.edit("employments", loaded.v3_id("employment", "1"), employer="Westgrid")
    loaded.put_v2(changed(SMALL, "employment", "1", employer="Southgrid"))
    loaded.run()
    (conflict,) = [row for row in loaded.dump()[ledger.anomalies.name] if row["code"] == "conflict"]
    said = " ".join(str(value) for value in conflict.values())
    assert all(name in said for name in ("Northgrid", "Southgrid", "Westgrid"))


def test_columns_are_decided_one_by_one(loaded: Place) -> None:
    """A member's new job title does not keep v2's new employer out."""
    loaded.edit("employments", loaded.v3_id("employment", "1"), job_title="Senior Engineer")
    loaded.put_v2(changed(SMALL, "employment", "1", employer="Southgrid", job_title="Engineer"))
    loaded.run()
    assert loaded.value("employment", "1", "employer") == "Southgrid"
    assert loaded.value("employment", "1", "job_title") == "Senior Engineer"


def test_an_edit_taken_back_is_no_edit(loaded: Place) -> None:
    key = loaded.v3_id("employment", "1")
    loaded.edit("employments", key, employer="Westgrid")
    loaded.run()
    loaded.edit("employments", key, employer="Northgrid")
    loaded.put_v2(changed(SMALL, "employment", "1", employer="Southgrid"))
    loaded.run()
    assert loaded.value("employment", "1", "employer") == "Southgrid"
    assert not {place for place in loaded.anomalies() if place[3] in ("kept-user-edit", "conflict")}


def test_a_row_deleted_in_v3_is_not_made_again(loaded: Place) -> None:
    loaded.remove("employments", loaded.v3_id("employment", "1"))
    loaded.put_v2(changed(SMALL, "employment", "1", employer="Southgrid"))
    for _ in range(2):
        loaded.run()
        assert [row["employer"] for row in loaded.dump()["employments"]] == ["Orbis", "Cobalt"]
        assert ("employment", "1", None, "kept-user-delete") in loaded.anomalies()


def test_of_a_row_deleted_in_v3_its_doubts_are_said_no_more(loaded: Place) -> None:
    assert ("training", "1", "duration", "assumed-day") in loaded.anomalies()
    loaded.remove("trainings", loaded.v3_id("training", "1"))
    loaded.run()
    assert [found[3] for found in loaded.anomalies() if found[0] == "training"] == ["kept-user-delete"]


def test_a_row_gone_from_v2_leaves_its_v3_row(loaded: Place) -> None:
    before = loaded.dump()["employments"]
    loaded.put_v2(without(SMALL, "employment", "2"))
    loaded.run()
    assert loaded.dump()["employments"] == before
    assert ("employment", "2", None, "gone-from-v2") in loaded.anomalies()


def test_a_member_gone_from_v2_leaves_all_that_is_theirs(loaded: Place) -> None:
    before = loaded.dump()
    gone = without(without(without(SMALL, "members", "2"), "employment", "3"), "competence_assessments", "1")
    loaded.put_v2(without(gone, "assessment_responses", "1"))
    loaded.run()
    assert {name: loaded.dump()[name] for name in ("members", "employments", "assessment_ratings")} == {
        name: before[name] for name in ("members", "employments", "assessment_ratings")
    }
    assert ("members", "2", None, "gone-from-v2") in loaded.anomalies()


def test_of_what_did_not_arrive_and_is_gone_from_v2_nothing_is_said_any_more(place: Place) -> None:
    """Two members are merged in v2 and an orphan is deleted there: a reviewer has nothing left to settle."""
    doubled = changed(SMALL, "members", "2", membership_number="0001")
    orphan: Row = {"training_id": "2", "member_id": "99", "title": "Nobody's"}
    place.put_v2({**doubled, "training": [*SMALL["training"], orphan]})
    place.run()
    assert {"duplicate-member", "parent-rejected", "orphan"} <= {found[3] for found in place.anomalies()}
    place.put_v2(changed(without(SMALL, "members", "2"), "employment", "3", member_id="1"))
    place.run()
    assert {found[:2] for found in place.anomalies() if found[3] == "orphan"} == {
        ("competence_assessments", "1")
    }
    assert "duplicate-member" not in {found[3] for found in place.anomalies()}


def test_a_migrated_row_that_lost_its_owner_in_v2_is_said_to_be_gone_once_it_is(loaded: Place) -> None:
    loaded.put_v2(changed(SMALL, "employment", "3", member_id="99"))
    loaded.run()
    assert ("employment", "3", None, "orphan") in loaded.anomalies()
    loaded.put_v2(without(SMALL, "employment", "3"))
    loaded.run()
    assert [found[3] for found in loaded.anomalies() if found[:2] == ("employment", "3")] == ["gone-from-v2"]


def test_what_comes_back_to_v2_is_gone_no_more(loaded: Place) -> None:
    before = loaded.dump()
    loaded.put_v2(without(SMALL, "employment", "2"))
    loaded.run()
    loaded.put_v2(SMALL)
    loaded.run()
    assert _contents(loaded.dump()) == _contents(before)


def test_a_row_whose_parent_comes_to_v2_later_is_migrated_then(place: Place) -> None:
    """Until then it is rejected by name; a parent that never comes leaves it so."""
    place.put_v2(without(without(SMALL, "members", "2"), "competence_assessments", "1"))
    for _ in range(2):
        place.run()
        assert {found[:2] for found in place.anomalies() if found[3] == "orphan"} == {
            ("employment", "3"), ("assessment_responses", "1"),
        }  # fmt: skip
    place.put_v2(SMALL)
    place.run()
    assert "orphan" not in {found[3] for found in place.anomalies()}
    assert place.value("employment", "3", "employer") == "Cobalt"
    assert place.value("assessment_responses", "1", "competence_code") == "A1"


def test_an_assessment_archived_after_its_migration_stays_and_is_reported(loaded: Place) -> None:
    before = loaded.dump()["registration_assessments"]
    loaded.put_v2(changed(SMALL, "competence_assessments", "1", is_archived="1"))
    loaded.run()
    assert loaded.dump()["registration_assessments"] == before
    assert ("competence_assessments", "1", None, "archived-since") in loaded.anomalies()


def test_a_change_of_rules_counts_as_a_change_of_v2(loaded: Place, tmp_path: Path) -> None:
    """Days of 7.5 hours: what nobody edited follows, what was edited stays and is a conflict."""
    loaded.put_v2({**SMALL, "training": [*SMALL["training"], SMALL["training"][0] | {"training_id": "2"}]})
    loaded.run()
    assert loaded.value("training", "1", "duration_hours") == "14.00"
    loaded.edit("trainings", loaded.v3_id("training", "2"), duration_hours=12)
    shipped = resource("rules/durations.yaml").read_text()
    changed_rules = shipped.replace("hours_per_day: 7 ", "hours_per_day: 7.5 ", 1)
    assert changed_rules != shipped
    (tmp_path / "durations.yaml").write_text(changed_rules)
    loaded.run(rules=tmp_path)
    assert loaded.value("training", "1", "duration_hours") == "15.00"
    assert loaded.value("training", "2", "duration_hours") == "12.00"
    assert ("training", "2", "duration", "conflict") in loaded.anomalies()


DECISIONS: list[tuple[str, dict[str, Any], str | None, str | None]] = [
    # v2's text, a decision, the hours that v3 then has, what is reported
    ("2 days", {"scope": "text", "action": "set", "value": "16"}, "16.00", None),
    ("3 days", {"scope": "text", "action": "leave-blank"}, None, None),
    ("4 days", {"scope": "text", "action": "accept"}, "28.00", None),
    (
        "5 days",
        {"scope": "text", "raw_value": "5 days ", "action": "set", "value": "1"},
        "35.00",
        "assumed-day",
    ),
    ("6 days", {"scope": "row", "action": "set", "value": "15.5"}, "15.50", None),
    (
        "7 days",
        {"scope": "row", "raw_value": "8 days", "action": "set", "value": "1"},
        "49.00",
        "decision-stale",
    ),
]


def test_a_new_decision_counts_as_a_change_of_v2(place: Place) -> None:
    trainings: list[Row] = [
        {"training_id": str(key), "member_id": "1", "duration": text}
        for key, (text, *_) in enumerate(DECISIONS)
    ]
    place.put_v2({**SMALL, "training": trainings})
    place.run()
    moment = dt.datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001  # the ledger's moments have no zone
    for key, (text, decision, _, _) in enumerate(DECISIONS):
        where = {"v2_table": "training", "v2_column": "duration", "raw_value": text, "decided_at": moment}
        row = {"v2_id": str(key)} if decision["scope"] == "row" else {}
        place.decide(**where | row | decision)
    place.run()
    hours = [place.value("training", str(key), "duration_hours") for key in range(len(DECISIONS))]
    assert hours == [expected for _, _, expected, _ in DECISIONS]
    found = {(each[1], each[3]) for each in place.anomalies() if each[0] == "training"}
    reported = {(str(key), code) for key, (_, _, _, code) in enumerate(DECISIONS) if code}
    assert reported <= found
    assert not [each for each in found - reported if each[1] == "decision-stale"]


APPROVED = [  # a decision on '2 days', read as 14 hours; the hours once a day has 7.5
    ({"action": "set", "value": "14"}, "14.00"),  # the reviewer's number, whatever the rules say
    ({"action": "accept"}, "15.00"),  # the reviewer's word for the reading of the rules, which the plan shows
]


@pytest.mark.parametrize(("decision", "hours"), APPROVED)
def test_a_rule_that_changes_after_a_value_was_approved(
    loaded: Place, tmp_path: Path, decision: dict[str, str], hours: str
) -> None:
    where = {"scope": "text", "v2_table": "training", "v2_column": "duration", "raw_value": "2 days"}
    loaded.decide(**where, **decision, decided_at=dt.datetime(2026, 1, 2))  # noqa: DTZ001
    loaded.run()
    assert loaded.value("training", "1", "duration_hours") == "14.00"
    changed_rules = (
        resource("rules/durations.yaml").read_text().replace("hours_per_day: 7 ", "hours_per_day: 7.5 ", 1)
    )
    (tmp_path / "durations.yaml").write_text(changed_rules)
    loaded.run(rules=tmp_path)
    assert loaded.value("training", "1", "duration_hours") == hours


def test_a_scheme_changed_in_v2_follows(loaded: Place) -> None:
    loaded.put_v2(changed(SMALL, "schemes", "1", coordinator_email="two@example.com"))
    loaded.run()
    assert loaded.value("schemes", "1", "coordinator_email") == "two@example.com"


def test_an_adopted_account_stays_as_its_user_has_it(place: Place) -> None:
    """v2 changes later do not reach it, not even where both said the same, nor does a second run."""
    case = load_case("adopted-member")
    place.put_case(case)
    place.run()
    before = place.dump()["members"]
    place.put_v2(changed(case.v2, "members", "7", forename="Mave", surname="Someone-Else", title="Prof"))
    place.run()
    assert place.dump()["members"] == before


def test_rows_without_their_ledger_are_taken_as_loaded_earlier(loaded: Place) -> None:
    """Nothing is inserted; what differs from v2 is kept as the user's, and the ledger is written again."""
    loaded.edit("employments", loaded.v3_id("employment", "1"), employer="Westgrid")
    before = loaded.dump()
    with loaded.target.begin() as connection:
        connection.execute(ledger.rows.delete())
        connection.execute(ledger.anomalies.delete())
    loaded.run()
    after = loaded.dump()
    assert {name: rows for name, rows in after.items() if not name.startswith("migration_")} == {
        name: rows for name, rows in before.items() if not name.startswith("migration_")
    }
    assert len(after[ledger.rows.name]) == len(before[ledger.rows.name])
    assert ("employment", "1", "employer", "kept-user-edit") in loaded.anomalies()


def _contents(dump: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return a dump without the numbers of anomalies and the runs that wrote rows."""
    passing = ("anomaly_id", "run_id")
    return {
        name: [{key: value for key, value in row.items() if key not in passing} for row in rows]
        for name, rows in dump.items()
    }
