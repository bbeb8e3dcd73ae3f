"""What changes while a run works, or between two: a run is of one state, the next brings the rest over."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, text, update

from migrate.errors import PreflightError
from migrate.load.applying.apply import apply_load
from migrate.load.ledger.scope import Scope
from migrate.load.planning.plan import LoadPlan
from migrate.resources import resource
from migrate.run import batch
from migrate.run import workplace as workplaces
from migrate.run.checked_run import Checks, checked_run
from migrate.run.migration import Progress, RunOptions
from migrate.run.workplace import Workplace
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.run.places import Place

TRAINING_1 = v3_id("training", "1")


def run(
    place: Place, *cohorts: str, rules: Path | None = None, size: int = 5000, progress: Progress | None = None
) -> None:
    """Run as a process of its own would, after a look at both databases."""
    workplaces._rules.cache_clear()
    workplaces._source.cache_clear()
    workplace = Workplace(place.source_url, place.target_url, Scope(cohorts), rules)
    checked_run(workplace, RunOptions(batch_size=size), Checks(suites=False), progress)


def titles(place: Place) -> dict[str, str]:
    return {row["id"]: row["title"] for row in place.rows(v3.trainings)}


def test_a_v2_row_that_changes_while_its_batch_is_applied_comes_with_the_next_run(
    each_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_then_apply(connection: Connection, plan: LoadPlan, *arguments: Any, **named: Any) -> Any:
        if "trainings" in plan.tables:
            each_place.change("training", 1, title="changed meanwhile")
            each_place.put("training", 9, member_id=1, title="new meanwhile", duration="2 hours")
        return apply_load(connection, plan, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(batch, "apply_load", change_then_apply)
        each_place.run("A")
    assert titles(each_place)[TRAINING_1] == "First aid"
    each_place.run("A")
    assert titles(each_place)[TRAINING_1] == "changed meanwhile"
    assert "new meanwhile" in titles(each_place).values()


def test_rules_that_are_edited_between_two_batches_are_the_next_runs(place: Place, tmp_path: Path) -> None:
    """No member is read by other rules than the one before; days have 7 hours here, 7.5 there."""
    rules = tmp_path / "rules"
    rules.mkdir()
    shipped = resource("rules/durations.yaml").read_text()
    for key, member in enumerate((1, 2, 3, 4), start=10):
        place.put("training", key, member_id=member, title="A day", duration="1 day")
    (rules / "durations.yaml").write_text(shipped)

    def edit(*_: object) -> None:
        (rules / "durations.yaml").write_text(shipped.replace("hours_per_day: 7 ", "hours_per_day: 7.5 ", 1))

    def hours() -> set[str]:
        return {str(row["duration_hours"]) for row in place.rows(v3.trainings) if row["title"] == "A day"}

    run(place, rules=rules, size=1, progress=edit)
    assert hours() == {"7.00"}
    run(place, rules=rules, size=1)
    assert hours() == {"7.50"}
    versions = [row["rules_version"] for row in place.rows(ledger.runs) if row["command"] == "run"]
    assert len(set(versions)) == 2


V3_CHANGES = [  # what happens to v3 between two cohorts, what the second is told; None: it migrates
    ("ALTER TABLE trainings RENAME COLUMN provider TO vendor", "provider"),
    ("ALTER TABLE trainings DROP COLUMN description", "description"),
    ("ALTER TABLE trainings ADD COLUMN of_v3_alone VARCHAR(20)", None),
    ("ALTER TABLE trainings ADD COLUMN needed VARCHAR(20) DEFAULT '-' NOT NULL", None),
]


@pytest.mark.parametrize(("statement", "told"), V3_CHANGES)
def test_v3_that_changes_between_two_cohorts_is_looked_at_before_the_second(
    each_place: Place, statement: str, told: str | None
) -> None:
    run(each_place, "A")
    before = each_place.fates("members")
    with each_place.v3.begin() as connection:
        connection.execute(text(statement))
    if told is None:
        run(each_place, "B")
        assert set(each_place.fates("members")) == {"1", "2", "3"}
        return
    with pytest.raises(PreflightError, match=told):
        run(each_place, "B")
    assert each_place.fates("members") == before


V2_CHANGES = [  # what happens to v2 between two runs, what the second is told; None: it migrates
    ("ALTER TABLE training RENAME COLUMN duration TO how_long", "duration"),
    ("ALTER TABLE training ADD COLUMN cost TEXT DEFAULT '£20'", "cost"),
    ("ALTER TABLE training ADD COLUMN unused TEXT", None),
]


@pytest.mark.parametrize(("statement", "told"), V2_CHANGES)
def test_v2_that_changes_between_two_runs_is_looked_at_before_the_second(
    place: Place, statement: str, told: str | None
) -> None:
    run(place)
    before = place.state()
    with place.v2.begin() as connection:
        connection.execute(text(statement))
    if told is None:
        run(place)
    else:
        with pytest.raises(PreflightError, match=told):
            run(place)
    assert place.state() == before


CLOCKED: list[tuple[Table, tuple[str, ...]]] = [
    (ledger.runs, ("started_at", "finished_at")),
    (ledger.batches, ("finished_at",)),
]


def test_a_clock_that_is_set_back_changes_nothing(each_place: Place) -> None:
    """The first run is of a year to come, v2 then changes and changes back."""
    each_place.run(size=1)
    before = each_place.state()
    with each_place.v3.begin() as connection:
        for table, columns in CLOCKED:
            connection.execute(update(table).values(dict.fromkeys(columns, datetime(2100, 1, 1))))  # noqa: DTZ001
    each_place.change("training", 1, title="changed")
    each_place.run(size=1)
    assert titles(each_place)[TRAINING_1] == "changed"
    each_place.change("training", 1, title="First aid")
    each_place.run(size=1)
    assert each_place.state() == before
    assert list(each_place.statuses().values()) == ["completed"] * 3


def test_what_no_database_can_store_is_written_out_beside_what_a_user_has_made_of_it(
    each_place: Place,
) -> None:
    each_place.run()
    each_place.edit(v3.trainings, v3_id("training", "1"), title="Theirs")
    each_place.change("training", 1, title="Second\0 aid")
    each_place.run()
    said = {
        row["code"]: row["raw_value"]
        for row in each_place.rows(ledger.anomalies)
        if row["v2_column"] == "title"
    }
    assert said == dict.fromkeys(("text-cleaned", "conflict"), r"Second\u0000 aid")
