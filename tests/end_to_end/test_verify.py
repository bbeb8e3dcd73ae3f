"""`verify` finds each way in which a migration can be broken, and takes nothing else for one."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from migrate.check.account import Account
from migrate.check.balance import balance_of, hours_of
from migrate.errors import PreflightError
from migrate.fixtures.cases import Row, load_case
from migrate.fixtures.sample import generate
from migrate.load.runs import Scope
from migrate.resources import resource
from migrate.retention.forget import forget_before
from migrate.run.verification import verify
from migrate.run.workplace import Workplace
from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.cli.calling import career_migrate
from tests.end_to_end import broken
from tests.end_to_end.places import Place, Places, V2Rows, forget
from tests.end_to_end.test_reruns import changed, without
from tests.servers import as_user, execute, new_database, opened

FOREIGN = "f" * 32
"""An id that a user's own row may have."""
MOMENT = "2020-05-06 07:08:09"
JOB = {"employer": "Northgrid", "job_title": "Engineer", "responsibilities": "Relays", "updated_at": MOMENT}
SMALL: dict[str, list[Row]] = {
    "members": [
        {"member_id": "1", "membership_number": "0001", "forename": "Maeve", "cohort": "2024-A"},
        {"member_id": "2", "membership_number": "0002", "forename": "Idris", "cohort": "2024-B"},
    ],
    "employment": [
        {"employment_id": "1", "member_id": "1", **JOB},
        {"employment_id": "2", "member_id": "2", **JOB, "employer": "Orbis"},
    ],
    "training": [
        {"training_id": "1", "member_id": "1", "title": "HV", "duration": "2 days", "updated_at": MOMENT},
        {"training_id": "2", "member_id": "1", "title": "LV", "duration": "a few hours"},
        {"training_id": "3", "member_id": "2", "title": "EMC", "duration": "6 hours"},
        {"training_id": "4", "member_id": "99", "title": "of nobody", "duration": "3 hours"},
    ],
    "competence_assessments": [
        {"assessment_id": "1", "member_id": "1", "title": "Mine", "is_archived": "0"},
        {"assessment_id": "2", "member_id": "1", "title": "Old", "is_archived": "1"},
    ],
    "assessment_responses": [
        {"response_id": "1", "assessment_id": "1", "competence_code": "A1", "level": "3"},
        {"response_id": "2", "assessment_id": "2", "competence_code": "A1", "level": "1"},
    ],
    "schemes": [{"scheme_id": "1", "name": "Graduates", "coordinator_email": "one@example.com"}],
    "scheme_memberships": [{"scheme_membership_id": "1", "scheme_id": "1", "member_id": "1"}],
}
ENGINES = ("sqlite-to-sqlite", "postgresql-to-postgresql", "mariadb-to-mariadb")


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ENGINES])
def migrated(places: Places, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A finished migration on each engine."""
    yield from _migrated(places, request.param)


@pytest.fixture
def lone(places: Places) -> Iterator[Place]:
    """A finished migration on SQLite: for what does not depend on the engine."""
    yield from _migrated(places, ENGINES[0])


def _migrated(places: Places, direction: str) -> Iterator[Place]:
    for place in places.place(direction):
        place.put_v2(SMALL)
        place.run()
        yield place


def verified(place: Place, *cohorts: str, rules: Path | None = None) -> Account:
    """Verify as a process of its own would."""
    workplace = Workplace(place.source_url, place.target_url, Scope(tuple(cohorts)), rules)
    try:
        return verify(workplace)
    finally:
        forget(workplace)


def told(account: Account) -> set[tuple[str | None, ...]]:
    """Return kind, v2 row, column, what was expected and what was found of each difference."""
    return {
        (each.kind, each.v2_table, each.v2_id, each.column, each.expected, each.found)
        for each in account.differences
    }


def outcomes(account: Account) -> dict[tuple[str, str], int]:
    """Return (v2 table, outcome) → rows, of what is not simply equal."""
    found: dict[tuple[str, str], int] = {}
    for (_, table, outcome), rows in account.rows.items():
        if rows and outcome not in ("equal", "dropped", "rejected"):
            found[table, outcome] = found.get((table, outcome), 0) + rows
    return found


BREAKS: dict[str, tuple[Callable[[Place], None], set[tuple[str | None, ...]]]] = {
    # what the loader does wrongly → what verify then lists
    "a row is lost": (
        lambda place: broken.lose(place, v3.employments, "employment", "1"),
        {("unaccounted", "employment", "1", "fate", "migrated", None)},
    ),
    "a row's fate is lost": (
        lambda place: broken.note_wrongly(place, "employment", "1", v3_id=None),
        {("unaccounted", "employment", "1", "fate", "migrated", "migrated"),},
    ),
    "a row is doubled": (
        lambda place: broken.double(place, v3.employments, "employment", "1", FOREIGN),
        {("surplus", "employment", None, None, None, None)},
    ),
    "a scheme is doubled": (
        lambda place: broken.double(place, v3.schemes, "schemes", "1", FOREIGN),
        {("surplus", "schemes", None, None, None, None)},
    ),
    "columns are shifted": (
        lambda place: broken.load_wrongly(
            place, v3.employments, "employment", "1",
            employer="Engineer", job_title="Relays", responsibilities=None,
        ),
        {
            ("different", "employment", "1", "employer", "Northgrid", "Engineer"),
            ("different", "employment", "1", "job_title", "Engineer", "Relays"),
            ("different", "employment", "1", "responsibilities", "Relays", None),
        },
    ),
    "a character is changed": (
        lambda place: broken.load_wrongly(place, v3.employments, "employment", "1", employer="Nørthgrid"),
        {("different", "employment", "1", "employer", "Northgrid", "Nørthgrid")},
    ),
    "a space is lost": (
        lambda place: broken.load_wrongly(place, v3.employments, "employment", "1", employer="Northgrid "),
        {("different", "employment", "1", "employer", "Northgrid", "Northgrid ")},
    ),
    "nothing becomes an empty text": (
        lambda place: broken.load_wrongly(place, v3.trainings, "training", "1", provider=""),
        {("different", "training", "1", "provider", None, "")},
    ),
    "an id is wrong": (
        lambda place: broken.give_id(place, v3.employments, "employment", "1", FOREIGN),
        {("different", "employment", "1", "id", v3_id("employment", "1"), FOREIGN)},
    ),
    "an owner is wrong": (
        lambda place: broken.load_wrongly(
            place, v3.employments, "employment", "1", member_id=v3_id("members", "2")
        ),
        {
            ("different", "employment", "1", "member_id", v3_id("members", "1"), v3_id("members", "2")),
        },
    ),
    "an hour is wrong": (
        lambda place: broken.load_wrongly(place, v3.trainings, "training", "1", duration_hours=Decimal(15)),
        {("different", "training", "1", "duration_hours", "14.00", "15.00")},
    ),
    "a dropped row is there": (
        lambda place: broken.put(
            place, v3.registration_assessments, "competence_assessments", "2", member_id=v3_id("members", "1")
        ),
        {("surplus", "competence_assessments", None, None, None, None)},
    ),
    "a rejected row is there": (
        lambda place: broken.put(place, v3.trainings, "training", "4", member_id=v3_id("members", "2")),
        {("surplus", "training", None, None, None, None)},
    ),
    "a row of nobody is there": (
        lambda place: broken.put(place, v3.trainings, "training", "77", member_id=v3_id("members", "2")),
        {("surplus", "training", None, None, None, None)},
    ),
    "a member of nobody is there": (
        lambda place: broken.put(place, v3.members, "members", "77"),
        {("surplus", "members", None, None, None, None)},
    ),
    "a row is dropped that is to arrive": (
        lambda place: broken.note_wrongly(
            place, "employment", "1", fate="dropped", reason="archived-assessment"
        ),
        {("different", "employment", "1", "fate", "migrated", "dropped: archived-assessment")},
    ),
    "a row is rejected that is to arrive": (
        lambda place: broken.note_wrongly(
            place, "employment", "1", fate="rejected", reason="orphan", v3_table=None, v3_id=None
        ),
        {
            ("different", "employment", "1", "fate", "migrated", "rejected: orphan"),
        },
    ),
    "a reason is wrong": (
        lambda place: broken.note_wrongly(place, "training", "4", reason="parent-rejected"),
        {("different", "training", "4", "fate", "rejected: orphan", "rejected: parent-rejected")},
    ),
    "a row that has to stay has arrived by the ledger": (
        lambda place: broken.note_wrongly(place, "assessment_responses", "2", fate="migrated", reason=None),
        {
            (
                "unaccounted", "assessment_responses", "2", "fate",
                "dropped: archived-assessment", "migrated",
            )
        },
    ),
    "a text is left blank in silence": (
        lambda place: broken.keep_silent(place, "training", "2"),
        {("different", "training", "2", "duration", "vague", None)},
    ),
    "a row is rejected in silence": (
        lambda place: broken.keep_silent(place, "training", "4"),
        {("different", "training", "4", "anomaly", "orphan", None)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_migration_is_caught(migrated: Place, name: str) -> None:
    """Each break is a difference, listed with what was expected and what was found, and nothing else is."""
    do_break, expected = BREAKS[name]
    do_break(migrated)
    account = verified(migrated)
    assert not account.closed
    assert told(account) == expected


def test_a_whole_migration_is_closed(migrated: Place) -> None:
    account = verified(migrated)
    assert (account.closed, told(account), outcomes(account)) == (True, set(), {})


def test_a_difference_ends_with_exit_code_5(lone: Place) -> None:
    whole = ("--source", lone.source_url, "--target", lone.target_url)
    assert career_migrate("verify", *whole).code == 0
    broken.load_wrongly(lone, v3.trainings, "training", "1", duration_hours=Decimal(15))
    called = career_migrate("verify", *whole, "--json")
    assert called.code == 5
    (difference,) = called.document["differences"]
    assert (difference["expected"], difference["found"]) == ("14.00", "15.00")
    assert not called.document["closed"]
    assert career_migrate("verify", *whole, "--cohort", "2024-B").code == 0


def test_a_v3_without_tables_is_refused_in_words(lone: Place, tmp_path: Path) -> None:
    with pytest.raises(PreflightError, match="nothing has been migrated into it yet"):
        verified(replace(lone, target_url=f"sqlite:///{tmp_path / 'empty.db'}"))


def test_before_the_first_run_every_row_is_unaccounted_for(places: Places) -> None:
    for place in places.place("sqlite-to-sqlite"):
        place.put_v2(SMALL)
        account = verified(place)
        assert {outcome for (_, _, outcome), rows in account.rows.items() if rows} == {"unaccounted"}
        assert sum(account.rows.values()) == sum(len(rows) for rows in SMALL.values())


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


def test_a_cohort_is_verified_by_itself(lone: Place) -> None:
    broken.load_wrongly(lone, v3.trainings, "training", "3", duration_hours=Decimal(1))
    assert told(verified(lone, "2024-A")) == set()
    assert len(told(verified(lone, "2024-B"))) == 1
    assert {cohort for cohort, table, _ in verified(lone, "2024-A").rows if table != "schemes"} == {"2024-A"}


def test_the_balance_is_read_as_what_became_of_each_row(lone: Place) -> None:
    """By cohort and table, in rows; users' deletions and edits change nothing of it."""
    lone.remove("trainings", v3_id("training", "1"))
    edited(lone)
    balance = {(row["cohort"], row["v2_table"]): row for row in balance_of(verified(lone))}
    parts = ("read", "migrated", "dropped", "rejected", "open")
    assert [balance[place][part] for place in [("2024-A", "training")] for part in parts] == [2, 2, 0, 0, 0]
    assert [balance[None, "training"][part] for part in parts] == [1, 0, 0, 1, 0]
    assert [balance["2024-A", "competence_assessments"][part] for part in parts] == [2, 1, 1, 0, 0]
    assert balance["2024-A", "training"]["deleted"] == balance["2024-A", "employment"]["edited"] == 1
    assert sum(row["read"] for row in balance.values()) == sum(len(rows) for rows in SMALL.values())
    for row in balance.values():
        assert row["read"] == row["migrated"] + row["dropped"] + row["rejected"]


def test_hours_balance_with_those_of_rejected_trainings(lone: Place) -> None:
    lone.edit("trainings", v3_id("training", "3"), duration_hours=Decimal(8))
    hours = {row["cohort"]: row for row in hours_of(verified(lone))}
    names = ("read", "migrated", "rejected", "unaccounted", "in_v3", "changed_in_v3")
    assert {cohort: [str(row[name]) for name in names] for cohort, row in hours.items()} == {
        "2024-A": ["14.00", "14.00", "0.00", "0.00", "14.00", "0.00"],
        "2024-B": ["6.00", "6.00", "0.00", "0.00", "8.00", "2.00"],
        None: ["3.00", "0.00", "3.00", "0.00", "0.00", "0.00"],
    }


def test_hours_that_were_lost_are_told_from_those_that_users_changed(lone: Place) -> None:
    broken.lose(lone, v3.trainings, "training", "1")
    hours = next(row for row in hours_of(verified(lone)) if row["cohort"] == "2024-A")
    assert [str(hours[name]) for name in ("read", "migrated", "unaccounted", "changed_in_v3")] == [
        "14.00", "0.00", "14.00", "0.00",
    ]  # fmt: skip


def test_one_wrong_row_of_many_is_seen(places: Places) -> None:
    """A share that would round to nothing is shown as a count."""
    chunks = list(generate(1_500, seed=11))
    for place in places.place("sqlite-to-sqlite"):
        place.put_sample(chunks)
        place.run()
        assert verified(place).closed
        key = str(chunks[0]["employment"]["employment_id"][0])
        broken.load_wrongly(place, v3.employments, "employment", key, employer="another")
        rows = [row for row in balance_of(verified(place)) if row["open"]]
        assert [(row["v2_table"], row["different"], row["balanced"]) for row in rows] == [
            ("employment", 1, False)
        ]
        assert sum(row["read"] for row in balance_of(verified(place))) > 10_000


def test_an_account_that_may_only_read_v3_can_verify(tmp_path: Path) -> None:
    """Its finding is kept nowhere, which is said nowhere as an error."""
    with new_database("postgresql", tmp_path) as target, new_database("postgresql", tmp_path) as source:
        with opened(target) as engine:
            place = Place("postgresql-to-postgresql", source, target, engine)
            place.put_v2(SMALL)
            place.run()
        role = "career_verifier"
        execute(target, f"DROP ROLE IF EXISTS {role}", f"CREATE ROLE {role} LOGIN PASSWORD 'reader'")
        execute(target, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        try:
            reading = replace(place, target_url=as_user(target, role, "reader"))
            assert told(verified(reading)) == set()
        finally:
            execute(target, f"DROP OWNED BY {role}", f"DROP ROLE {role}")
