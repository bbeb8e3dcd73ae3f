"""A run is resumed and not repeated; two runs never work on the same members."""

import multiprocessing
import re
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from datetime import datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from migrate.cli import cli
from migrate.databases.sqlite import paths
from migrate.errors import InterruptedRunError, MigrationError, PreflightError, ScopeHeldError
from migrate.load.ledger.batches import (
    Claim,
    claim_batch,
    finish_batch,
    renumber_done,
    withdraw_batches,
    write_batches,
)
from migrate.load.ledger.runs import finish_run, start_run
from migrate.load.ledger.scope import Scope
from migrate.run import retry
from migrate.run.checked_run import Checks, checked_run
from migrate.run.migration import RunOptions
from migrate.run.verification import verify
from migrate.schema import ledger, v2, v3
from migrate.transform.identity import v3_id
from tests.run.places import Place, stop_after

NOTHING = dict.fromkeys(("created", "updated", "unchanged", "kept_edits", "conflicts", "kept_deletes"), 0)
"""What becomes of a table's rows, in counts."""


def test_an_interrupted_run_goes_on_and_repeats_no_finished_batch(each_place: Place) -> None:
    with pytest.raises(InterruptedRunError, match="Run the same command again to go on"):
        each_place.run(size=1, progress=stop_after(3))
    finished = _finished_batches(each_place)
    result = each_place.run(size=1)
    assert result.resumed
    assert list(each_place.statuses().values()) == ["completed"]
    assert finished.items() <= _finished_batches(each_place).items()
    assert len(finished) == 2


def _finished_batches(place: Place) -> dict[str, datetime]:
    """Return bounds → when it was done, of members' batches: that of schemes is always looked at in full."""
    return {
        row["bounds"]: row["finished_at"]
        for row in place.rows(ledger.batches)
        if row["finished_at"] and row["kind"] != "schemes"
    }


def test_what_changes_while_a_run_is_stopped_is_met_when_it_goes_on(each_place: Place) -> None:
    """In v2 and in v3, in batches that it had done as well: here schemes, and members 1 and 2."""
    with pytest.raises(InterruptedRunError):
        each_place.run(size=1, progress=stop_after(3))
    each_place.change("schemes", 1, name="Renamed")
    each_place.change("members", 1, surname="Corrected")
    each_place.edit(v3.members, v3_id("members", "2"), surname="Their own")
    assert each_place.run(size=1).resumed
    assert [row["name"] for row in each_place.rows(v3.schemes)] == ["Renamed"]
    surnames = {row["membership_number"]: row["surname"] for row in each_place.rows(v3.members)}
    assert surnames == {"N1": "Corrected", "N2": "Their own", "N3": "Cole", "N4": "Dunn"}
    assert ("kept-user-edit", "members", "2", "surname") in each_place.anomalies()
    assert verify(each_place.workplace()).closed


def test_a_row_that_two_halves_of_a_run_created_and_corrected_counts_once(place: Place) -> None:
    with pytest.raises(InterruptedRunError):
        place.run(size=1, progress=stop_after(3))
    place.change("members", 1, surname="Corrected")
    place.put("training", 50, member_id=1, title="Added", duration="2 hours")
    counts = place.run(size=1).counts["v3"]
    assert counts["members"] == NOTHING | {"created": 4}
    assert counts["trainings"] == NOTHING | {"created": 6}


def test_a_run_that_goes_on_again_and_again_meets_what_changed_each_time(each_place: Place) -> None:
    for done in (3, 2, 3, 4, 5):
        with pytest.raises(InterruptedRunError):
            each_place.run(size=1, progress=stop_after(done))
        for key in (1, 2):
            each_place.change("members", key, surname=f"After {done}")
    result = each_place.run(size=1)
    assert result.resumed
    assert result.counts["v3"]["members"] == NOTHING | {"created": 4}
    surnames = {row["membership_number"]: row["surname"] for row in each_place.rows(v3.members)}
    assert surnames == {"N1": "After 5", "N2": "After 5", "N3": "Cole", "N4": "Dunn"}
    assert verify(each_place.workplace()).closed


def test_a_row_that_two_halves_of_a_run_updated_counts_once(each_place: Place) -> None:
    each_place.run()
    for surname in ("Corrected", "Corrected again"):
        each_place.change("members", 1, surname=surname)
        with pytest.raises(ZeroDivisionError):
            each_place.run(progress=_fail_after_the_last)
    each_place.change("members", 2, surname="Later")
    counts = each_place.run().counts["v3"]
    assert counts["members"] == NOTHING | {"updated": 2, "unchanged": 2}


def test_what_a_batch_did_that_v2_cuts_otherwise_by_now_is_counted(place: Place) -> None:
    with pytest.raises(InterruptedRunError):
        place.run(size=2, progress=stop_after(2))
    place.put("members", 0, membership_number="N0", surname="Abel", cohort="A")
    counts = place.run(size=2).counts["v3"]
    assert counts["members"] == NOTHING | {"created": 5}
    assert counts["trainings"] == NOTHING | {"created": 5}


def test_a_row_that_was_updated_in_batches_cut_otherwise_counts_once(place: Place) -> None:
    place.run(size=2)
    place.change("members", 1, surname="Corrected")
    with pytest.raises(ZeroDivisionError):
        place.run(size=2, progress=_fail_after_the_last)
    place.put("members", 0, membership_number="N0", surname="Abel", cohort="A")
    place.change("members", 1, surname="Corrected again")
    counts = place.run(size=2).counts["v3"]
    assert counts["members"] == NOTHING | {"created": 1, "updated": 1, "unchanged": 3}


@pytest.mark.parametrize("endings", [(True, False), (False, False), (False, True)], ids=str)
def test_what_changed_and_changed_back_while_v2_cut_its_batches_otherwise_is_met(
    place: Place, endings: tuple[bool, bool]
) -> None:
    """Only an anomaly's text tells of it: what v2 and v3 hold is what it was."""
    is_first_completed, is_second_completed = endings
    place.change("training", 1, duration="who knows")
    _run_in_twos(place, done=2, is_completed=is_first_completed)
    place.change("training", 1, duration="nobody knows")
    place.put("members", 0, membership_number="N0", surname="Abel", cohort="A")
    _run_in_twos(place, done=3, is_completed=is_second_completed)
    place.change("training", 1, duration="who knows")
    place.remove("members", member_id=0)
    place.run(size=2)
    assert verify(place.workplace()).closed


def _run_in_twos(place: Place, *, done: int, is_completed: bool) -> None:
    """Run in batches of two members; unless it is to be completed, so many batches, schemes among them."""
    if is_completed:
        place.run(size=2)
        return
    with pytest.raises(InterruptedRunError):
        place.run(size=2, progress=stop_after(done))


def test_members_who_waited_for_a_number_are_counted_though_their_batch_is_not_repeated(place: Place) -> None:
    place.run(size=1)
    place.change("members", 1, membership_number="N3")
    place.change("members", 3, membership_number="N1")
    with pytest.raises(ZeroDivisionError):
        place.run(size=1, progress=_fail_after_the_last)
    result = place.run(size=1)
    assert result.resumed
    assert result.counts["v3"]["members"] == NOTHING | {"updated": 2, "unchanged": 2}


def _fail_after_the_last(done: int, total: int, _: object) -> None:
    if done == total:
        raise ZeroDivisionError


def test_a_run_that_meets_a_fault_of_the_program_is_failed_and_the_next_goes_on(each_place: Place) -> None:
    def progress(done: int, _: int, __: object) -> None:
        if done == 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        each_place.run(size=1, progress=progress)
    assert list(each_place.statuses().values()) == ["failed"]
    assert each_place.run(size=1).resumed
    assert list(each_place.statuses().values()) == ["completed"]


@pytest.mark.parametrize("size", [1, 2, 5000])
def test_the_counts_of_a_resumed_run_are_those_of_an_unbroken_one(place: Place, size: int) -> None:
    """Whatever size of batches it is asked to go on with: it keeps its own."""
    with pytest.raises(InterruptedRunError):
        place.run(size=1, progress=stop_after(2))
    resumed = place.run(size=size).counts
    place.roll_back(run=next(iter(place.statuses())))
    assert place.run(size=1).counts == resumed


def test_a_resumed_run_counts_nothing_of_batches_that_v2_no_longer_gives(place: Place) -> None:
    with pytest.raises(InterruptedRunError):
        place.run(size=1, progress=stop_after(3))
    place.remove("training", member_id=2)
    place.remove("members", member_id=2)
    resumed = place.run(size=1)
    assert resumed.resumed
    assert resumed.counts["rows"] == place.run(size=1).counts["rows"]


@pytest.mark.parametrize("change", ["rules or decisions", "scope"])
def test_a_run_of_something_else_begins_anew(place: Place, change: str) -> None:
    with pytest.raises(InterruptedRunError):
        place.run(size=1, progress=stop_after(2))
    if change == "scope":
        assert not place.run("A").resumed
        return
    decision = {"scope": "text", "v2_table": "training", "v2_column": "duration", "raw_value": "call me"}
    place.add(ledger.decisions, **decision, action="set", value="5")
    assert not place.run(size=1).resumed


@pytest.mark.parametrize(("cohorts", "members", "resumed"), [(("B",), (), True), ((), ("1",), False)])
def test_a_run_whose_members_one_by_other_rules_has_met_since_begins_anew(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    cohorts: tuple[str, ...],
    members: tuple[str, ...],
    *,
    resumed: bool,
) -> None:
    """What it had done would stay as the other left it."""
    with pytest.raises(InterruptedRunError):
        place.run("A", size=1, progress=stop_after(2))
    with monkeypatch.context() as other:
        other.setattr("migrate.run.migration.code_version", lambda: "other")
        place.run(*cohorts, members=members)
    assert place.run("A", size=1).resumed is resumed


MEETING = [  # one that is alive, another, whether they may meet
    (Scope(("A",)), Scope(("A",)), True),
    (Scope(("A", "B")), Scope(("B",)), True),
    (Scope(), Scope(("A",)), True),
    (Scope(("A",)), Scope(), True),
    (Scope(members=("1",)), Scope(("B",)), True),
    (Scope(("A",)), Scope(("B",)), False),
    (Scope(("A",)), Scope(("a",)), False),
]


@pytest.mark.parametrize(("first", "second", "meet"), MEETING)
def test_a_scope_that_another_run_holds_is_refused_naming_it(
    each_place: Place, first: Scope, second: Scope, meet: bool
) -> None:
    engine = each_place.workplace().target
    alive = start_run(engine, "run", first, "1", "s")
    try:
        if meet:
            with pytest.raises(ScopeHeldError, match=alive.run_id) as refused:
                start_run(engine, "run", second, "1", "t")
            assert refused.value.exit_code == 3
        else:
            finish_run(engine, start_run(engine, "run", second, "1", "t"), "completed")
    finally:
        finish_run(engine, alive, "completed")
    finish_run(engine, start_run(engine, "run", second, "1", "u"), "completed")


def test_a_scope_that_another_run_holds_is_refused_before_v2_is_looked_at(each_place: Place) -> None:
    """A preflight of a large v2 takes minutes; what it would refuse shows here that nobody has asked."""
    with each_place.v2.begin() as connection:
        v2.metadata.tables["supporters"].drop(connection)
    workplace = each_place.workplace(Scope(("A",)))
    alive = start_run(workplace.target, "run", Scope(), "1", "s")
    try:
        with pytest.raises(ScopeHeldError, match=f"Run {alive.run_id} is working on all cohorts now"):
            checked_run(workplace, RunOptions(), Checks(suites=False))
    finally:
        finish_run(workplace.target, alive, "completed")
    with pytest.raises(PreflightError, match="v2 has no table supporters"):
        checked_run(workplace, RunOptions(), Checks(suites=False))


def test_a_scope_that_another_run_holds_is_refused_while_that_run_writes_to_sqlite(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To wait for its batch would be to wait a minute, only to be refused."""
    monkeypatch.setattr(paths, "BUSY_MILLISECONDS", 10)
    monkeypatch.setattr(retry, "ATTEMPTS", 1)
    workplace = place.workplace(Scope(("A",)))
    alive = start_run(workplace.target, "run", Scope(), "1", "s")
    with workplace.target.begin(), pytest.raises(ScopeHeldError, match=alive.run_id):
        checked_run(workplace, RunOptions(), Checks(suites=False))
    finish_run(workplace.target, alive, "completed")


def test_a_second_worker_at_a_batch_waits_for_the_first_and_finds_it_done(each_place: Place) -> None:
    """A worker that was taken for dead may still be alive when its batch is given to another."""
    engine = each_place.workplace().target
    with engine.begin() as connection:
        numbers = write_batches(connection, "r", [("members", "{}"), ("members", "[]")])
    with ThreadPoolExecutor(1) as beside:
        with engine.begin() as connection:
            assert claim_batch(connection, "r", numbers[0]) == (None, False)
            second = beside.submit(_claim, engine, "r", numbers[0])
            with pytest.raises(StillWaiting):
                second.result(timeout=0.5)
            finish_batch(connection, "r", numbers[0], {"rows": 1})
        assert second.result(timeout=30) == ({"rows": 1}, True)
    assert _claim(engine, "r", numbers[1]) == (None, False)


def test_a_batch_that_another_run_took_over_is_not_written_by_a_late_worker(each_place: Place) -> None:
    engine = each_place.workplace().target
    with engine.begin() as connection:
        done, begun = write_batches(connection, "r", [("members", "{}"), ("members", "[]")])
        finish_batch(connection, "r", done, {"rows": 1})
    with engine.begin() as connection:
        highest = renumber_done(connection, "r", after=withdraw_batches(connection, "r"))
        (anew,) = write_batches(connection, "r", [("members", "[]")], after=highest)
    for late in (begun, done):  # what is done would be done again, from what v2 held before
        with pytest.raises(MigrationError, match=f"Batch {late} of run r was taken over"):
            _claim(engine, "r", late)
    assert _claim(engine, "r", anew) == (None, False)
    assert _claim(engine, "r", highest) == ({"rows": 1}, True)


def test_a_batch_is_done_once_more_by_one_worker_alone(each_place: Place) -> None:
    """A worker of a process that was taken for dead may have been told to look at it as well."""
    engine = each_place.workplace().target
    with engine.begin() as connection:
        (number,) = write_batches(connection, "r", [("members", "{}")])
        finish_batch(connection, "r", number, {"rows": 1})
    (row,) = each_place.rows(ledger.batches)
    once_more = row["finished_at"]
    with engine.begin() as connection:
        assert claim_batch(connection, "r", number, again=once_more) == ({"rows": 1}, False)
        finish_batch(connection, "r", number, {"rows": 2})
    assert _claim(engine, "r", number, once_more) == ({"rows": 2}, True)


def _claim(engine: Engine, run_id: str, number: int, again: datetime | None = None) -> Claim:
    with engine.begin() as connection:
        return claim_batch(connection, run_id, number, again=again)


def _die_holding(target_url: str) -> None:
    """Begin a run and end without a word, as a killed process does."""
    import os

    from migrate.databases import open_engine

    start_run(open_engine(target_url), "run", Scope(), "1", "dead")
    os._exit(1)


def test_a_dead_run_is_taken_over_without_anyones_help(each_place: Place) -> None:
    process = multiprocessing.get_context("forkserver").Process(
        target=_die_holding, args=(each_place.target_url,)
    )
    process.start()
    process.join(60)
    assert list(each_place.statuses().values()) == ["running"]
    each_place.run()
    assert sorted(each_place.statuses().values()) == ["completed", "interrupted"]
    assert len(each_place.rows(v3.members)) == 4


def test_a_second_run_writes_nothing(each_place: Place) -> None:
    each_place.run()
    before = each_place.state()
    counts = each_place.run().counts
    assert each_place.state() == before
    assert {name: table["created"] + table["updated"] for name, table in counts["v3"].items()} == {
        "members": 0, "trainings": 0, "educations": 0, "registration_assessments": 0,
        "assessment_ratings": 0, "schemes": 0, "scheme_memberships": 0,
    }  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 3, 5000])
def test_the_size_of_a_batch_changes_nothing(place: Place, size: int) -> None:
    place.run()
    whole = place.state()
    place.roll_back(run=next(iter(place.statuses())))
    place.run(size=size)
    assert place.state() == whole


def test_two_workers_do_what_one_does(place: Place) -> None:
    first = place.run(size=1)
    alone = place.state()
    place.roll_back(run=first.run_id)
    second = place.run(size=1, workers=2)
    assert place.state() == alone
    assert second.counts == first.counts
    place.roll_back(run=second.run_id)
    assert place.run(size=1, workers=2).counts == first.counts  # a cluster opened after another


def test_verify_says_of_an_open_balance_that_the_last_run_was_interrupted(place: Place) -> None:
    with pytest.raises(InterruptedRunError):
        place.run(size=1, progress=stop_after(2))
    asked = ["verify", "--source", place.source_url, "--target", place.target_url]
    said = CliRunner().invoke(cli, asked).stderr
    assert re.search(r"Run \S+ was interrupted\. Give its command again to go on, then verify\.", said)
    place.run(size=1)
    assert "Run" not in CliRunner().invoke(cli, asked).stderr
