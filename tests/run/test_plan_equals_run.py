"""`plan` says to the row what `run` then does, and writes nothing."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, inspect, select

from migrate.load.ledger.scope import Scope
from migrate.resources import resource
from migrate.run.batches import DEFAULT_SIZE
from migrate.run.migration import RunOptions, migrate
from migrate.run.rehearsal import Rehearsal, rehearse
from migrate.run.workplace import Workplace
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.cli.calling import career_migrate
from tests.end_to_end.places import forget
from tests.run.conftest import CAREERS
from tests.run.places import Place, fill_v2, opened_place
from tests.servers import new_database, opened

Happening = Callable[[Place, Path], Path | None]
"""Something that happens between two runs; the rules that hold from then on, where it changes them."""


def workplace_of(place: Place, rules: Path | None, *cohorts: str) -> Workplace:
    return Workplace(place.source_url, place.target_url, Scope(cohorts), rules)


def planned(place: Place, rules: Path | None = None, *cohorts: str, size: int = DEFAULT_SIZE) -> Rehearsal:
    """Plan as a process of its own would."""
    workplace = workplace_of(place, rules, *cohorts)
    try:
        return rehearse(workplace, size=size)
    finally:
        forget(workplace)


def run(place: Place, rules: Path | None = None, *cohorts: str, size: int = DEFAULT_SIZE) -> dict[str, Any]:
    """Run as a process of its own would, and return its counts."""
    workplace = workplace_of(place, rules, *cohorts)
    try:
        return migrate(workplace, RunOptions(batch_size=size)).counts
    finally:
        forget(workplace)


def nothing_happens(_: Place, __: Path) -> None:
    """A second run of the same."""


def v2_changes(place: Place, _: Path) -> None:
    place.change("training", 1, title="First aid at work", duration="3 hours")
    place.change("members", 3, surname="Coleman")
    place.put("training", 8, member_id=2, title="New", duration="a few hours")
    place.change("competence_assessments", 2, is_archived="0")
    place.change("competence_assessments", 3, is_archived="1")
    place.remove("training", training_id=3)
    place.remove("members", member_id=4)


def users_edit(place: Place, _: Path) -> None:
    place.edit(v3.trainings, v3_id("training", "1"), title="Mine")
    place.edit(v3.trainings, v3_id("training", "2"), duration_hours=Decimal(9))
    place.erase(v3.educations, v3_id("education", "1"))
    place.erase(v3.assessment_ratings, v3_id("assessment_responses", "3"))
    place.erase(v3.registration_assessments, v3_id("competence_assessments", "3"))
    place.add(v3.members, id="e" * 32, membership_number="N9")
    place.change("training", 1, title="Theirs")
    place.put("assessment_responses", 9, assessment_id=3, competence_code="C1")
    place.put("members", 5, membership_number="N9", surname="Eaves", cohort="A")


def reviewers_decide(place: Place, _: Path) -> None:
    common = {"reviewer": "reviewer", "decided_at": datetime(2026, 1, 2), "value": None, "v2_id": None}  # noqa: DTZ001
    training = {**common, "v2_table": "training", "v2_column": "duration"}
    assessment = {**common, "v2_table": "competence_assessments", "v2_column": "is_archived"}
    rows: list[dict[str, Any]] = [
        {**training, "scope": "text", "raw_value": "1 day", "action": "set", "value": "6"},
        {**training, "scope": "row", "v2_id": "2", "raw_value": "call me", "action": "leave-blank"},
        {**training, "scope": "row", "v2_id": "4", "raw_value": "another", "action": "set", "value": "1"},
        {**assessment, "scope": "row", "v2_id": "2", "raw_value": "1", "action": "set", "value": "false"},
    ]
    with place.v3.begin() as connection:
        connection.execute(insert(ledger.decisions), rows)


def rules_change(_: Place, folder: Path) -> Path:
    shipped = resource("rules/durations.yaml").read_text()
    changed_rules = shipped.replace("hours_per_day: 7 ", "hours_per_day: 7.5 ", 1)
    assert changed_rules != shipped
    (folder / "durations.yaml").write_text(changed_rules)
    return folder


def rows_change_owner(place: Place, _: Path) -> None:
    """One moves from member to member, one had no owner, one has none now."""
    place.change("training", 1, member_id=3)
    place.change("training", 6, member_id=2)
    place.change("training", 5, member_id=99)


def numbers_change(place: Place, _: Path) -> None:
    place.change("members", 3, membership_number="N1")
    place.change("members", 4, cohort="A")


def ledger_is_lost(place: Place, _: Path) -> None:
    with place.v3.begin() as connection:
        connection.execute(ledger.rows.delete())
        connection.execute(ledger.anomalies.delete())


HAPPENINGS: dict[str, Happening] = {
    "nothing": nothing_happens,
    "v2 changes": v2_changes,
    "users edit and delete": users_edit,
    "reviewers decide": reviewers_decide,
    "the rules change": rules_change,
    "rows change their owner": rows_change_owner,
    "membership numbers and cohorts change": numbers_change,
    "the ledger is lost": ledger_is_lost,
}


@pytest.mark.parametrize("size", [1, DEFAULT_SIZE])
@pytest.mark.parametrize("name", HAPPENINGS)
def test_the_plan_is_what_the_run_does(place: Place, tmp_path: Path, name: str, size: int) -> None:
    """In v3, in fates and in anomalies: the first time, and after whatever happens; batches of any size."""
    assert planned(place, size=size).counts == run(place, size=size)
    rules = HAPPENINGS[name](place, tmp_path)
    assert planned(place, rules, size=size).counts == run(place, rules, size=size)


def test_the_plan_is_what_the_run_does_after_all_of_it(each_place: Place, tmp_path: Path) -> None:
    """On each engine, cohort by cohort; and the plan changes nothing of v3 or the ledger."""
    for cohorts in (("A",), ()):
        assert planned(each_place, None, *cohorts).counts == run(each_place, None, *cohorts)
    for happen in (users_edit, reviewers_decide, v2_changes):
        happen(each_place, tmp_path)
    rules = rules_change(each_place, tmp_path)
    before = everything(each_place)
    found = planned(each_place, rules)
    assert everything(each_place) == before
    assert found.counts == run(each_place, rules)
    kinds = {kind for counted in found.counts["v3"].values() for kind, rows in counted.items() if rows}
    assert kinds == {"created", "updated", "unchanged", "kept_edits", "conflicts", "kept_deletes"}


def everything(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    """Return all of v3 and of the ledger, its runs included."""
    tables = [*v3.metadata.tables.values(), *ledger.metadata.tables.values()]
    with place.v3.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in tables
        }


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mariadb"])
def test_a_plan_makes_no_tables(tmp_path: Path, engine: str) -> None:
    with opened_place(f"sqlite:///{tmp_path / 'v2.db'}", f"sqlite:///{tmp_path / 'v3.db'}") as place:
        fill_v2(place, CAREERS)
        with new_database(engine, tmp_path) as target:
            empty = Place(place.source_url, target)
            found = planned(empty)
            with opened(target) as opened_target:
                assert inspect(opened_target).get_table_names() == []
        assert found.counts == run(place)


def test_the_plan_lists_by_v2_id_what_will_not_arrive(place: Place) -> None:
    place.put("members", 5, membership_number="N1", cohort="B")
    place.put("training", 8, member_id=5, title="Theirs")
    called = career_migrate("plan", "--source", place.source_url, "--target", place.target_url, "--json")
    assert called.code == 0, called.err
    listed = {
        (row["v2_table"], row["v2_id"], row["member_id"], row["cohort"], row["fate"], row["reason"])
        for name in ("dropped", "rejected")
        for row in called.document[name]
        if row["fate"] == name
    }
    assert listed == {
        ("competence_assessments", "2", "1", "A", "dropped", "archived-assessment"),
        ("assessment_responses", "2", "1", "A", "dropped", "archived-assessment"),
        ("members", "5", "5", "B", "rejected", "duplicate-member"),
        ("training", "8", "5", "B", "rejected", "parent-rejected"),
        ("training", "6", "99", None, "rejected", "orphan"),
    }


def test_a_change_of_rules_is_told_text_by_text(place: Place, tmp_path: Path) -> None:
    """What was loaded, what would be, for which text, by which rule, and of how many rows."""
    place.put("training", 8, member_id=3, title="Another", duration="1 day")
    place.put("training", 9, member_id=3, title="Edited", duration="1 day")
    run(place)
    place.edit(v3.trainings, v3_id("training", "9"), duration_hours=Decimal(5))
    changes = planned(place, rules_change(place, tmp_path)).as_document()["changes"]
    assert changes == [
        {
            "v3_table": "trainings",
            "v3_column": "duration_hours",
            "raw_value": "1 day",
            "code": "assumed-day",
            "before": "7.00",
            "after": "7.50",
            "rows": 2,
        }
    ]
