"""Membership numbers and rows that change hands between runs: whose an account is stays as it was."""

import os
import signal
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from migrate.check.account import Difference
from migrate.errors import InterruptedRunError
from migrate.load.planning.taken_numbers import Claims
from migrate.retention.held import FORGOTTEN
from migrate.run.verification import verify
from migrate.schema import ledger, v2, v3
from migrate.transform.identity import v3_id
from tests.run.places import Place
from tests.run.test_plan_equals_run import planned
from tests.run.test_refusals import forbid
from tests.servers import ENGINES

OWN = "f" * 32  # an account that its user opened in v3
WHERE = [("sqlite", 5000), *((engine, 1) for engine in ENGINES)]  # the most members of a batch


@pytest.fixture
def numbered(each_place: Place) -> Place:
    """The careers, of which members 1 and 2 have been migrated to accounts of their own."""
    each_place.run("A")
    return each_place


CHANGES = {  # v2's new numbers, in one run
    "two members swap their numbers": {1: "N2", 2: "N1"},
    "one gets the number that another gives up": {1: "N2", 2: "N9"},
    "a number goes round": {1: "N2", 2: "N3", 3: "N1"},
    "a member who is new gets a number that another gives up": {2: "N9", 4: "N2"},
}


@pytest.mark.parametrize(("each_place", "size"), WHERE, indirect=["each_place"], ids=str)
@pytest.mark.parametrize("numbers", CHANGES.values(), ids=CHANGES)
def test_members_get_the_numbers_that_v2_gives_them_whoever_had_them(
    numbered: Place, numbers: dict[int, str], size: int
) -> None:
    """In one run, in which batches they may be; plan says the same, and each row is counted once."""
    for member, number in numbers.items():
        numbered.change("members", member, membership_number=number)
    assert planned(numbered, size=size).counts == numbered.run(size=size).counts
    for member, number in numbers.items():
        row = numbered.row("members", member, v3.members)
        assert row is not None
        assert row["membership_number"] == number
    assert numbered.anomalies("load-refused") == set()
    before = numbered.state()
    numbered.run(size=size)
    assert numbered.state() == before
    assert found_by_verify(numbered) == []


@pytest.mark.parametrize(("each_place", "size"), WHERE, indirect=["each_place"], ids=str)
def test_a_swap_of_numbers_brings_the_members_other_new_values_with_it(each_place: Place, size: int) -> None:
    each_place.run()
    each_place.change("members", 1, membership_number="N3", surname="Ashdown-Lee")
    each_place.change("members", 3, membership_number="N1", surname="Coleman")
    each_place.put("training", 9, member_id=3, title="New", duration="2 hours")
    counts = each_place.run(size=size).counts
    assert counts["v3"]["members"]["updated"] == 2
    assert counts["v3"]["trainings"]["created"] == 1
    assert each_place.row("training", 9, v3.trainings) is not None
    names = {row["id"]: row["surname"] for row in each_place.rows(v3.members)}
    assert [names[v3_id("members", key)] for key in "13"] == ["Ashdown-Lee", "Coleman"]


def test_a_number_with_a_nul_is_the_one_that_v3_has_without_it(each_place: Place) -> None:
    """The account that is adopted, and the member who is second: `plan`, `run` and `verify` agree."""
    place = each_place
    place.add(v3.members, id=OWN, membership_number="N5", surname="Ashdown-Lee")
    for key, number in ((11, "N5\0"), (12, "\0N5"), (13, "N1\0")):
        place.put("members", key, membership_number=number)
    assert planned(place).counts == place.run().counts
    second = ("rejected", "duplicate-member")
    fates = place.fates("members")
    assert (fates["11"], fates["12"], fates["13"]) == (("migrated", None), second, second)
    assert ("adopted-member", "members", "11", None) in place.anomalies("adopted-member")
    assert found_by_verify(place) == []
    before = place.state()
    place.run()
    assert place.state() == before


def number_is_forgotten(place: Place) -> None:
    """Remove what was last loaded of member 3, as `forget` does, before v2 gives them another number."""
    rows = ledger.rows
    theirs = (rows.c.v2_table == "members", rows.c.v2_id == "3")
    with place.v3.begin() as connection:
        connection.execute(update(rows).values(base=None).where(*theirs))
        connection.execute(insert(ledger.ledger).values(name=FORGOTTEN, value="2026-01-01"))
    place.change("members", 3, membership_number="N9")
    place.change("members", 1, membership_number="N3")


KEEPS: dict[str, Callable[[Any], object]] = {
    # why somebody in another batch will not give a number up that v2 gives to member 1
    "its user made it theirs": lambda place: (
        place.edit(v3.members, v3_id("members", "3"), membership_number="Z"),
        place.change("members", 1, membership_number="Z"),
    ),
    "whether its user made it theirs is forgotten": number_is_forgotten,
    "its user had the account before": lambda place: (
        place.add(v3.members, id=OWN, membership_number="Z", surname="Eaves"),
        place.put("members", 5, membership_number="Z", surname="Eaves", cohort="B"),
        place.run(),
        place.change("members", 5, membership_number="N9"),
        place.change("members", 1, membership_number="Z"),
    ),
    "its member is second with another number by now": lambda place: (
        place.change("members", 3, membership_number="N2"),
        place.change("members", 1, membership_number="N3"),
    ),
    "its member cannot have another number in turn": lambda place: (
        place.add(v3.members, id=OWN, membership_number="Z", surname="Somebody"),
        place.change("members", 3, membership_number="N4"),
        place.change("members", 4, membership_number="Z"),
        place.change("members", 1, membership_number="N3"),
    ),
}


@pytest.mark.parametrize(("each_place", "size"), WHERE, indirect=["each_place"], ids=str)
@pytest.mark.parametrize("happen", KEEPS.values(), ids=KEEPS)
def test_a_number_that_nobody_gives_up_is_told_of_by_plan_and_run_and_is_no_difference(
    each_place: Place, happen: Callable[[Place], None], size: int
) -> None:
    each_place.run()
    happen(each_place)
    each_place.change("members", 1, surname="Ashdown-Lee")
    assert planned(each_place, size=size).counts == each_place.run(size=size).counts
    row = each_place.row("members", 1, v3.members)
    assert row is not None
    assert (row["membership_number"], row["surname"]) == ("N1", "Ashdown-Lee")
    told = each_place.anomalies("number-taken", "load-refused")
    assert ("number-taken", "members", "1", "membership_number") in told
    assert {code for code, *_ in told} == {"number-taken"}
    assert found_by_verify(each_place) == []
    before = each_place.state()
    each_place.run(size=size)
    assert each_place.state() == before


def test_a_run_that_is_stopped_before_the_batch_of_those_who_wait_does_not_begin_it(place: Place) -> None:
    place.run()
    place.change("members", 1, membership_number="N3")
    place.change("members", 3, membership_number="N9")
    signalled: list[int] = []

    def stop(done: int, total: int, _: object) -> None:
        if done == total and not signalled:
            signalled.append(done)
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(InterruptedRunError):
        place.run(size=1, progress=stop)
    row = place.row("members", 1, v3.members)
    assert row is not None
    assert row["membership_number"] == "N1"
    assert place.run(size=1).resumed
    assert found_by_verify(place) == []


@pytest.mark.parametrize("workers", [1, 2], ids="workers: {}".format)
def test_members_who_wait_are_migrated_even_where_they_are_a_whole_batch_of_a_members_file(
    place: Place, workers: int
) -> None:
    place.run()
    place.change("members", 1, membership_number="N3")
    place.change("members", 3, membership_number="N9")
    counts = place.run(members=("1", "3"), size=1, workers=workers).counts
    found = {row["id"]: row["membership_number"] for row in place.rows(v3.members)}
    assert [found[v3_id("members", key)] for key in "13"] == ["N3", "N9"]
    assert (counts["v3"]["members"]["updated"], counts["fates"]["members"]) == (2, {"migrated": {"": 2}})


def test_members_who_wait_for_a_number_are_migrated_when_an_interrupted_run_goes_on(
    each_place: Place,
) -> None:
    each_place.run()
    each_place.change("members", 1, membership_number="N3")
    each_place.change("members", 3, membership_number="N1")

    def stop(done: int, total: int, _: object) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedRunError):
        each_place.run(size=1, progress=stop)
    result = each_place.run(size=1)
    assert result.resumed
    assert result.counts["v3"]["members"] == {**result.counts["v3"]["members"], "updated": 2, "unchanged": 2}
    found = {row["id"]: row["membership_number"] for row in each_place.rows(v3.members)}
    assert [found[v3_id("members", key)] for key in "13"] == ["N3", "N1"]


def test_a_long_chain_of_numbers_that_ends_with_somebody_elses_is_told_alike(place: Place) -> None:
    """Members 10 to 40 each get the next one's number, member 1 that of the first of them."""
    for key in range(10, 41):
        place.put("members", key, membership_number=f"C{key}", surname="Chain", cohort="C")
    place.run()
    place.add(v3.members, id=OWN, membership_number="C41", surname="Somebody")
    for key in range(10, 41):
        place.change("members", key, membership_number=f"C{key + 1}")
    place.change("members", 1, membership_number="C10")
    assert planned(place, size=4).counts == place.run(size=4).counts
    assert len(place.anomalies("number-taken")) == 32
    assert found_by_verify(place) == []


def test_numbers_that_are_passed_on_through_all_of_v2_are_followed_in_one_go() -> None:
    """A chain of 200,000 members, each of whom waits for the next; looked at over and over it takes hours."""
    givers = {str(member): str(member + 1) for member in range(200_000)}
    assert len(Claims(givers=givers).waiting(givers.keys())) == len(givers)


def test_an_account_that_a_run_made_is_adopted_by_nobody_whose_number_changes_in_mid_run(
    each_place: Place,
) -> None:
    def change(done: int, _: int, __: object) -> None:
        if done == 2:  # the schemes and member 1
            each_place.change("members", 1, membership_number="N9")
            each_place.change("members", 4, membership_number="N1")

    each_place.run(size=1, progress=change)
    each_place.run(size=1)
    accounts = {row["v2_id"]: row["v3_id"] for row in _members(each_place)}
    assert accounts == {key: v3_id("members", key) for key in "1234"}
    owners = {row["title"]: row["member_id"] for row in each_place.rows(v3.trainings)}
    assert owners["Piling"] == v3_id("members", "4")
    assert found_by_verify(each_place) == []


def test_an_account_whose_ledger_row_is_lost_is_adopted_by_nobody(each_place: Place) -> None:
    each_place.run("A")
    with each_place.v3.begin() as connection:
        connection.execute(delete(ledger.rows))
        connection.execute(delete(ledger.batches))
    each_place.change("members", 1, membership_number="N9")
    each_place.change("members", 3, membership_number="N1")
    each_place.run("B")
    assert each_place.fates("members")["3"] == ("rejected", "number-taken")
    each_place.run()
    each_place.run()
    accounts = {row["v2_id"]: row["v3_id"] for row in _members(each_place)}
    assert accounts["1"] == v3_id("members", "1")
    assert accounts["3"] in (None, v3_id("members", "3"))


def test_numbers_that_read_alike_are_one_number_whatever_sqlite_keeps_them_as(place: Place) -> None:
    names = [column.name for column in v2.metadata.tables["members"].columns]
    columns = ", ".join(names)
    with place.v2.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE members RENAME TO typed")
        connection.exec_driver_sql(
            f"CREATE TABLE members ({names[0]} INTEGER PRIMARY KEY, {', '.join(names[1:])})"
        )
        connection.exec_driver_sql(f"INSERT INTO members SELECT {columns} FROM typed")  # noqa: S608
        connection.exec_driver_sql("UPDATE members SET membership_number = 1001 WHERE member_id = 1")
        connection.exec_driver_sql("UPDATE members SET membership_number = '1001' WHERE member_id = 2")
    place.run(size=1)
    assert place.fates("members")["2"] == ("rejected", "duplicate-member")
    assert place.row("training", 3, v3.trainings) is None


BLANK = ["\u00a0", "\ufeff", "\u2003", "\x0b", "\x1f"]


@pytest.mark.parametrize("blank", BLANK, ids=ascii)
def test_numbers_of_white_space_alone_are_none_however_many_members_have_them(
    place: Place, blank: str
) -> None:
    for member in (1, 3):
        place.change("members", member, membership_number=blank)
    assert planned(place, size=1).counts == place.run(size=1).counts
    assert place.fates("members") == dict.fromkeys("1234", ("migrated", None))
    numbers = {row["id"]: row["membership_number"] for row in place.rows(v3.members)}
    assert [numbers[v3_id("members", key)] for key in "13"] == [None, None]
    assert found_by_verify(place) == []


def found_by_verify(place: Place) -> list[Difference]:
    return verify(place.workplace()).differences


def test_a_swap_succeeds_beside_a_number_that_is_refused(numbered: Place) -> None:
    numbered.run("B")
    numbered.add(v3.members, id=OWN, membership_number="Z", surname="Somebody")
    for member, number in {1: "N2", 2: "N1", 3: "Z"}.items():
        numbered.change("members", member, membership_number=number)
    numbered.run()
    found = {row["id"]: row["membership_number"] for row in numbered.rows(v3.members)}
    assert [found[v3_id("members", key)] for key in "123"] == ["N2", "N1", "N3"]
    told = numbered.anomalies("load-refused", "number-taken")
    assert told == {("number-taken", "members", "3", "membership_number")}


def test_numbers_go_round_beside_a_change_that_is_refused(each_place: Place) -> None:
    """All of them are written as one, while the row that v3 refuses is looked for."""
    each_place.run()
    forbid(each_place, "members", "surname", "bad")
    for member, number in {1: "N2", 2: "N3", 3: "N1"}.items():
        each_place.change("members", member, membership_number=number)
    each_place.change("members", 4, surname="bad")
    each_place.run()
    found = {row["id"]: row["membership_number"] for row in each_place.rows(v3.members)}
    assert [found[v3_id("members", key)] for key in "123"] == ["N2", "N3", "N1"]
    assert each_place.anomalies("load-refused") == {("load-refused", "members", "4", None)}


def test_a_member_who_has_moved_is_given_nobodys_account_when_their_number_changes(numbered: Place) -> None:
    numbered.edit(v3.members, v3_id("members", "1"), email="edited@example.org")
    numbered.add(v3.members, id=OWN, membership_number="Z", surname="Somebody")
    numbered.change("members", 1, membership_number="Z")
    numbered.run()
    assert numbered.fates("members")["1"] == ("migrated", None)
    assert {row["v3_id"] for row in _members(numbered) if row["v2_id"] == "1"} == {v3_id("members", "1")}
    assert {row["member_id"] for row in numbered.rows(v3.trainings)} & {OWN} == set()
    assert ("number-taken", "members", "1", "membership_number") in numbered.anomalies()


@pytest.mark.parametrize("stays", [True, False], ids=["who stays in v2", "who has left v2"])
def test_an_account_is_adopted_by_one_member_and_by_no_other(each_place: Place, stays: bool) -> None:
    each_place.add(v3.members, id=OWN, membership_number="N1", surname="Own")
    each_place.run("A")
    if stays:
        each_place.change("members", 1, membership_number="N8")
    else:
        each_place.remove("members", member_id=1)
    each_place.change("members", 2, membership_number="N1")
    each_place.change("members", 3, membership_number="N1")
    each_place.run()
    owners = {row["v2_id"]: row["v3_id"] for row in _members(each_place)}
    assert [member for member, account in owners.items() if account == OWN] == ["1"]
    assert owners["2"] == v3_id("members", "2")
    assert owners["3"] is None


def test_a_row_that_another_member_owns_by_now_is_not_said_to_be_gone(numbered: Place) -> None:
    numbered.change("training", 1, member_id=3)
    numbered.change("training", 2, member_id=99)
    numbered.run("A")
    assert numbered.anomalies("gone-from-v2") == set()
    numbered.run(size=1)
    assert numbered.anomalies("gone-from-v2") == set()
    row = numbered.row("training", 1, v3.trainings)
    assert row is not None
    assert row["member_id"] == v3_id("members", "3")


def _members(place: Place) -> list[dict[str, str]]:
    return [row for row in place.rows(ledger.rows) if row["v2_table"] == "members"]


def test_of_a_row_that_goes_to_another_cohort_nothing_is_said_twice(numbered: Place) -> None:
    numbered.run("B")
    numbered.change("training", 3, member_id=3)
    numbered.run("B")
    told = [row for row in numbered.rows(ledger.anomalies) if row["v2_table"] == "training"]
    assert [row["member_id"] for row in told if row["v2_id"] == "3"] == ["3"]


@pytest.mark.parametrize("is_first", [True, False], ids=["before they move", "after"])
@pytest.mark.parametrize("size", [1, 5000], ids="batches of {}".format)
def test_a_decision_gives_nobody_somebody_elses_number(place: Place, size: int, *, is_first: bool) -> None:
    """Both keep the number that v2 gives them; the reviewer is told, and `plan` foresaw it."""
    if not is_first:
        place.run(size=size)
    place.add(
        ledger.decisions, scope="row", v2_table="members", v2_column="membership_number", v2_id="1",
        raw_value="N1", action="set", value="N3", reviewer="R", decided_at=datetime(2024, 1, 1),  # noqa: DTZ001
    )  # fmt: skip
    assert planned(place, size=size).counts == place.run(size=size).counts
    numbers = {row["surname"]: row["membership_number"] for row in place.rows(v3.members)}
    assert numbers == {"Ashdown": "N1", "Birch": "N2", "Cole": "N3", "Dunn": "N4"}
    said = {row["message"] for row in place.rows(ledger.anomalies) if row["code"] == "decision-invalid"}
    assert said == {
        "The decision was not applied: membership_number says who is who and is not set by a decision: "
        "correct it in v2 (got 'N3')."
    }
    assert verify(place.workplace()).closed
