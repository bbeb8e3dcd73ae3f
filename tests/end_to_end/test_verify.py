"""`verify` as a whole: its exit code, its cohorts, its balance, and the least it needs."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from migrate.check.balance import balance_of, hours_of
from migrate.errors import PreflightError
from migrate.extract.snapshot import Snapshot
from migrate.fixtures.sample import generate
from migrate.schema import v3
from migrate.schema.arrow import TEXT
from migrate.transform.identity import v3_id
from tests.cli.calling import career_migrate
from tests.end_to_end import broken
from tests.end_to_end.places import Place, Places
from tests.end_to_end.verified import SMALL, told, verified
from tests.servers import as_user, execute, new_database, opened


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


def test_a_cohort_is_verified_by_itself(lone: Place) -> None:
    broken.load_wrongly(lone, v3.trainings, "training", "3", duration_hours=Decimal(1))
    assert told(verified(lone, "2024-A")) == set()
    assert len(told(verified(lone, "2024-B"))) == 1
    assert {cohort for cohort, table, _ in verified(lone, "2024-A").rows if table != "schemes"} == {"2024-A"}


def test_the_balance_is_read_as_what_became_of_each_row(lone: Place) -> None:
    """By cohort and table, in rows; users' deletions and edits change nothing of it."""
    lone.remove("trainings", v3_id("training", "1"))
    lone.edit("employments", v3_id("employment", "1"), employer="Westgrid")
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


@pytest.mark.parametrize(
    ("breaks", "hours"),
    [(broken.lose, ["14.00", "0.00", "0.00", "14.00", "0.00"]),
     (broken.lose_as_refused, ["14.00", "0.00", "14.00", "0.00", "0.00"])],
)  # fmt: skip
def test_hours_that_did_not_arrive_are_told_from_those_that_users_changed(
    lone: Place, breaks: Callable[..., None], hours: list[str]
) -> None:
    breaks(lone, v3.trainings, "training", "1")
    row = next(row for row in hours_of(verified(lone)) if row["cohort"] == "2024-A")
    names = ("read", "migrated", "rejected", "unaccounted", "changed_in_v3")
    assert [str(row[name]) for name in names] == hours


def test_a_row_that_no_batch_reads_is_missed(lone: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """v2's own database counts its rows: were verify to overlook one as the run does, the count tells."""
    monkeypatch.setattr(Snapshot, "orphan_keys", lambda *_: pa.array([], TEXT))
    account = verified(lone)
    assert told(account) == {("unaccounted", "training", None, "rows", "4", "3")}
    assert not account.closed


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
