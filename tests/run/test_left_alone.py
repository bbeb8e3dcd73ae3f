"""A batch that nothing has changed is not even read again; whatever has changed is noticed."""

from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import delete, func, insert, select, text

from migrate.errors import InterruptedRunError
from migrate.load.ledger.target import init_target
from migrate.load.versions import read_version_and_counts_between
from migrate.run import prepared, this_process, unchanged
from migrate.run.looking import look
from migrate.schema import ledger, v2, v3
from migrate.transform.batch import transform_batch
from migrate.transform.identity import v3_id
from tests.end_to_end.places import forget
from tests.extract.exports import write_folder, write_workbook
from tests.run.conftest import filled_place
from tests.run.places import Place, stop_after
from tests.servers import ENGINES

Happening = Callable[[Place], None]


@pytest.fixture(params=ENGINES)
def migrated(request: pytest.FixtureRequest, fresh_database: Callable[[str], str]) -> Iterator[Place]:
    """The careers, v2 and v3 both on each engine, once migrated."""
    for place in filled_place(fresh_database(request.param), fresh_database(request.param)):
        place.run()
        yield place


@pytest.fixture
def transformed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The v2 tables of the batches that are transformed from here on."""
    tables: list[str] = []

    def noted(read: Any, *others: Any) -> Any:
        tables.extend(read.tables)
        return transform_batch(read, *others)

    monkeypatch.setattr(prepared, "transform_batch", noted)
    return tables


def test_members_whom_nothing_has_changed_are_not_read_again(migrated: Place, transformed: list[str]) -> None:
    before = migrated.state()
    migrated.run()
    assert "members" not in transformed
    assert migrated.state() == before


def test_whoever_opens_an_account_between_two_members_keeps_nobody_from_being_left_alone(
    migrated: Place, transformed: list[str]
) -> None:
    between = v3_id("members", "2")[:-1] + "1"
    assert v3_id("members", "2") < between < v3_id("members", "3")
    migrated.add(v3.members, id=between, membership_number="N99")
    migrated.add(v3.trainings, id="e" * 32, member_id=between, title="Theirs")
    before = migrated.state()
    migrated.run()
    assert "members" not in transformed
    assert migrated.state() == before
    first, last = (v3_id("members", key) for key in ("1", "4"))
    with migrated.workplace().target.connect() as connection:
        assert read_version_and_counts_between(connection, first, last)[0] == ""
        assert read_version_and_counts_between(connection, first, between[:-1] + "0")[0] != ""


@pytest.mark.parametrize("most", [0, 10_000])
def test_an_account_with_a_members_number_is_noticed_however_many_were_opened(
    migrated: Place, transformed: list[str], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("migrate.load.planning.adoption._MOST_NAMED", most)
    migrated.add(v3.members, id="d" * 32, membership_number="N98")
    migrated.run()
    assert "members" not in transformed
    _open_account(migrated)
    migrated.run()
    assert "members" in transformed
    assert migrated.fates("members")["4"] == ("migrated", None)


def test_a_member_gone_from_v2_keeps_nobody_from_being_left_alone(
    migrated: Place, transformed: list[str]
) -> None:
    migrated.remove("training", member_id=3)
    migrated.remove("members", member_id=3)
    migrated.run()
    transformed.clear()
    migrated.run()
    assert "members" not in transformed
    assert transformed.count("training") == 1  # of the batch of those who are gone


@pytest.mark.parametrize("neighbours", [True, False])
def test_neighbours_are_asked_for_by_the_first_and_the_last_of_them(
    migrated: Place, monkeypatch: pytest.MonkeyPatch, *, neighbours: bool
) -> None:
    asked: list[pa.Array] = []

    def one_by_one(_: object, members: pa.Array, __: object) -> tuple[str, tuple[int, int]]:
        asked.append(members)
        return "", (0, 0)

    monkeypatch.setattr(unchanged, "read_version_and_counts", one_by_one)
    migrated.run(members=() if neighbours else ("1", "2"))
    migrated.run(members=() if neighbours else ("1", "2"))
    assert (asked == []) is neighbours


def test_members_whose_keys_are_texts_are_no_neighbours(
    fresh_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[bool] = []

    def noted(task: Any, workplace: Any) -> Any:
        looked = look(task, workplace)
        found.extend([] if looked is None else [looked.are_neighbours])
        return looked

    monkeypatch.setattr(this_process, "look", noted)
    for keys in ("VARCHAR(20)", "INTEGER"):
        for place in filled_place(fresh_database("mariadb"), fresh_database("mariadb")):
            with place.v2.begin() as connection:
                connection.execute(text(f"ALTER TABLE members MODIFY member_id {keys} NOT NULL"))
            place.run()
            place.run()
    assert found == [False, True]


def _open_account(place: Place) -> None:
    """Open an account with the number of a member whose v3 row was deleted in between."""
    place.erase(v3.trainings, v3_id("training", "5"))
    place.erase(v3.members, v3_id("members", "4"))
    place.add(v3.members, id="f" * 32, membership_number="N4")


def _lose_ledger_row(place: Place) -> None:
    with place.v3.begin() as connection:
        connection.execute(delete(ledger.rows).where(ledger.rows.c.v2_table == "education"))


def _decide(place: Place) -> None:
    with place.v3.begin() as connection:
        decision = {"scope": "text", "v2_table": "training", "v2_column": "duration", "raw_value": "call me"}
        connection.execute(
            insert(ledger.decisions).values(**decision, action="leave-blank", decided_at=func.now())
        )


HAPPENINGS: dict[str, Happening] = {
    "a v2 text": lambda place: place.change("training", 3, duration="2 days"),
    "a v2 text by its case alone": lambda place: place.change("training", 3, duration="1 DAY"),
    "a v2 text by a blank at its end": lambda place: place.change("training", 3, duration="1 day "),
    "a v2 text that is emptied": lambda place: place.change("training", 3, duration=""),
    "a v2 row more": lambda place: place.put("training", 50, member_id=2, title="New"),
    "a v2 row less": lambda place: place.remove("training", training_id=3),
    "a v2 row that goes to another member": lambda place: place.change("training", 3, member_id=3),
    "an answer to a v2 assessment": lambda place: place.change("assessment_responses", 1, level="4"),
    "a v2 scheme that goes": lambda place: place.remove("schemes", scheme_id=1),
    "a number that two v2 members have": lambda place: place.change("members", 3, membership_number="N1"),
    "a v3 value": lambda place: place.edit(v3.trainings, v3_id("training", "1"), title="Mine"),
    "a v3 row less": lambda place: place.erase(v3.trainings, v3_id("training", "1")),
    "a v3 row more": lambda place: place.add(
        v3.trainings, id="e" * 32, member_id=v3_id("members", "1"), title="My own"
    ),
    "a rating of v3": lambda place: place.edit(
        v3.assessment_ratings, v3_id("assessment_responses", "1"), level="5"
    ),
    "an account with a member's number": _open_account,
    "a row of the ledger": _lose_ledger_row,
    "a decision": _decide,
}


@pytest.mark.parametrize("happens", HAPPENINGS.values(), ids=HAPPENINGS)
def test_whatever_happens_between_two_runs_is_noticed(
    migrated: Place, transformed: list[str], happens: Happening
) -> None:
    happens(migrated)
    migrated.run()
    assert "members" in transformed


def test_what_other_batches_changed_in_the_ledger_alone_is_noticed(migrated: Place) -> None:
    """Neither text is hours, and each has one anomaly: v3 and all counts are as the first run left them."""
    for duration, members in (("ask me", ("1",)), ("call me", ())):
        migrated.change("training", 2, duration=duration)
        migrated.run(members=members)
    (found,) = [row for row in migrated.rows(ledger.anomalies) if row["v2_id"] == "2"]
    assert found["raw_value"] == "call me"


def test_what_a_run_changed_that_was_resumed_after_another_had_ended_is_noticed(migrated: Place) -> None:
    """It had begun before that one, whose marks are then not the last that v3 was left with."""
    migrated.change("members", 2, cohort="B")
    with pytest.raises(InterruptedRunError):
        migrated.run("A", size=1, progress=stop_after(1))
    migrated.run(size=1)
    migrated.change("training", 2, duration="ask me")
    assert migrated.run("A", size=1).resumed
    migrated.change("training", 2, duration="call me")
    migrated.run(size=1)
    (found,) = [row for row in migrated.rows(ledger.anomalies) if row["v2_id"] == "2"]
    assert found["raw_value"] == "call me"


def test_what_a_resumed_run_had_done_before_another_met_it_is_looked_at_anew(migrated: Place) -> None:
    migrated.run(size=1)
    with pytest.raises(InterruptedRunError):
        migrated.run(size=1, progress=stop_after(2))  # the scheme, member 1
    migrated.change("training", 2, duration="ask me")
    migrated.run(members=("1",))
    migrated.change("training", 2, duration="call me")
    assert migrated.run(size=1).resumed
    migrated.run(size=1)
    (found,) = [row for row in migrated.rows(ledger.anomalies) if row["v2_id"] == "2"]
    assert found["raw_value"] == "call me"


PLAIN = [((),), (("A",), ("B",)), (("A", "B"),)]  # the cohorts of each run of a night


@pytest.mark.parametrize("night", PLAIN)
def test_a_night_like_the_last_leaves_all_members_alone(
    migrated: Place, transformed: list[str], night: tuple[tuple[str, ...], ...]
) -> None:
    """One run that was interrupted and goes on is no other."""
    for cohorts in night:
        migrated.run(*cohorts, size=1)
    before = migrated.state()
    transformed.clear()
    for cohorts in night * 2:
        with pytest.raises(InterruptedRunError):
            migrated.run(*cohorts, size=1, progress=stop_after(2))
        assert migrated.run(*cohorts, size=1).resumed
    assert "members" not in transformed
    assert migrated.state() == before


def test_who_was_migrated_with_another_cohort_meanwhile_is_of_their_own_again(migrated: Place) -> None:
    for cohort in ("A", "B", "A"):
        migrated.run("A")
        migrated.change("members", 2, cohort=cohort)
        migrated.run(cohort)
    cohorts = {row["cohort"] for row in migrated.rows(ledger.rows) if row["member_id"] == "2"}
    assert cohorts == {"A"}


CELLS = [time(2, 1), None, time(2, 1)]  # in v2 nothing stands in place of a damaged one, either


def test_a_cell_that_a_spreadsheet_damaged_is_told_of_until_it_is_mended(tmp_path: Path) -> None:
    for number, cell in enumerate(CELLS):
        folder = _export_of_one_training(tmp_path / str(number), cell)
        place = Place(f"dir:{folder}", f"sqlite:///{tmp_path / 'v3.db'}")
        init_target(place.v3)
        place.run()
        assert len(place.anomalies("spreadsheet-damaged")) == (0 if cell is None else 1)
        place.v3.dispose()
        forget(place.workplace())


def _export_of_one_training(folder: Path, duration: object) -> Path:
    columns = v2.column_names("members")
    members = f"{','.join(columns)}\n7{',' * (len(columns) - 1)}\n"
    write_folder(folder, {"members.csv": members.encode(), "training.xlsx": b""})
    row: dict[str, object] = {"training_id": 1, "member_id": 7, "title": "First aid", "duration": duration}
    names = v2.column_names("training")
    write_workbook(folder / "training.xlsx", {"Sheet": [[*names], [row.get(name) for name in names]]}, {})
    return folder


def test_a_number_that_a_member_of_another_batch_gives_up_in_v2_is_noticed(each_place: Place) -> None:
    each_place.change("members", 3, membership_number="N1")
    each_place.run(size=1)
    each_place.run(size=1)
    assert each_place.fates("members")["3"] == ("rejected", "duplicate-member")
    each_place.change("members", 1, membership_number="N9")
    each_place.run(size=1)
    assert each_place.fates("members")["3"] == ("migrated", None)


def test_what_an_adopted_member_edits_is_noticed(each_place: Place) -> None:
    """Their account has neither the id that their key gives nor, by now, their number in v2."""
    each_place.add(v3.members, id="f" * 32, membership_number="N1")
    each_place.run()
    each_place.edit(v3.members, "f" * 32, membership_number="Z")
    each_place.run()
    each_place.run()
    each_place.edit(v3.trainings, v3_id("training", "1"), title="Mine")
    each_place.run()
    assert each_place.anomalies("kept-user-edit") == {("kept-user-edit", "training", "1", "title")}


def test_what_a_user_edits_in_a_row_that_had_to_stay_with_a_member_of_another_batch_is_noticed(
    each_place: Place,
) -> None:
    each_place.run(size=1)
    each_place.erase(v3.trainings, v3_id("training", "3"))
    each_place.erase(v3.members, v3_id("members", "2"))
    each_place.change("training", 1, member_id=2)
    each_place.run(size=1)
    each_place.run(size=1)
    each_place.edit(v3.trainings, v3_id("training", "1"), title="Mine")
    each_place.run(size=1)
    assert each_place.anomalies("kept-user-edit") == {("kept-user-edit", "training", "1", "title")}


def test_an_edit_is_reported_once_and_its_batch_then_left_alone(
    migrated: Place, transformed: list[str]
) -> None:
    migrated.edit(v3.trainings, v3_id("training", "1"), title="Mine")
    migrated.run()
    assert migrated.anomalies("kept-user-edit") == {("kept-user-edit", "training", "1", "title")}
    before = migrated.state()
    transformed.clear()
    migrated.run()
    assert "members" not in transformed
    assert migrated.state() == before


def test_a_batch_that_changed_v3_is_looked_at_once_more_and_then_left_alone(
    migrated: Place, transformed: list[str]
) -> None:
    migrated.change("training", 3, duration="2 days")
    migrated.run()
    migrated.run()
    before = migrated.state()
    transformed.clear()
    migrated.run()
    assert "members" not in transformed
    assert migrated.state() == before
    with migrated.v3.connect() as connection:
        hours = select(v3.trainings.c.duration_hours).where(v3.trainings.c.id == v3_id("training", "3"))
        assert connection.execute(hours).scalar() is not None


def test_a_scheme_that_is_deleted_in_v3_is_noticed_and_what_it_keeps_out_then_left_alone(
    migrated: Place, transformed: list[str]
) -> None:
    migrated.put("schemes", 2, name="Southgrid", coordinator_email="s@example.org")
    migrated.run()
    migrated.erase(v3.schemes, v3_id("schemes", "2"))
    transformed.clear()
    migrated.run()
    assert "members" in transformed
    migrated.put("scheme_memberships", 9, scheme_id=2, member_id=2)
    migrated.run()
    assert migrated.fates("scheme_memberships")["9"] == ("rejected", "parent-deleted")
    before = migrated.state()
    transformed.clear()
    migrated.run()
    assert "members" not in transformed
    assert migrated.state() == before


def test_a_status_that_is_v3s_own_is_told_from_the_one_of_v2(place: Place) -> None:
    """Both are called `status` by the ledger, which names v2's columns."""
    place.put("intents_to_register", 50, member_id=1, status="sent", pra_consulted="no")
    place.change("scheme_memberships", 1, status="active")
    place.run()
    application = v3_id("intents_to_register", "50")
    place.edit(v3.registration_applications, application, status="submitted", intent_status="mine")
    place.edit(v3.scheme_memberships, v3_id("scheme_memberships", "1"), status="live")
    place.run()
    kept = [row for row in place.rows(ledger.anomalies) if row["code"] == "kept-user-edit"]
    assert {row["message"] for row in kept} == {
        "the run gives v3's own status as 'draft'; the member has made it 'submitted', and that stays.",
        "v2 gives 'sent'; the member has made it 'mine', and that stays.",
        "the run gives v3's own status as 'awaiting-coordinator'; the member has made it 'live', "
        "and that stays.",
    }
    assert {row["raw_value"] for row in kept if row["v2_table"] == "scheme_memberships"} == {"active"}
