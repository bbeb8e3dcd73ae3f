"""What v3 could not take is seen while comparing: `plan` tells it, no batch fails, no run tries it anew."""

from collections.abc import Callable

import pytest

from migrate.run import batch
from migrate.run.batches import DEFAULT_SIZE
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.run.places import Place, Row
from tests.run.test_plan_equals_run import planned, run
from tests.run.test_refusals import forbid

OWN = "f" * 32
Anomaly = tuple[str, str, str, str | None]


def scheme_is_deleted(place: Place) -> None:
    """Its coordinator deletes it while member 3's cohort is still to move, with what members had of it."""
    place.erase(v3.scheme_memberships, v3_id("scheme_memberships", "1"))
    place.erase(v3.schemes, v3_id("schemes", "1"))


def membership_goes_to_a_deleted_scheme(place: Place) -> None:
    place.put("schemes", 2, name="Southgrid", coordinator_email="s@example.org")
    place.run("A")
    place.erase(v3.schemes, v3_id("schemes", "2"))
    place.change("scheme_memberships", 1, scheme_id=2, joined_on="2020-01-02")


def row_is_given_to_a_deleted_member(place: Place) -> None:
    place.erase(v3.trainings, v3_id("training", "3"))
    place.erase(v3.members, v3_id("members", "2"))
    place.change("training", 1, member_id=2, title="First aid at work")


def row_of_another_cohort_is_given_to_a_deleted_member(place: Place) -> None:
    """Beside one that is new and has another fate."""
    place.run()
    row_is_given_to_a_deleted_member(place)
    place.change("training", 1, member_id=1, title="First aid")
    place.change("training", 4, member_id=2)
    place.put("competence_assessments", 9, member_id=2, title="Old", is_archived="1")


def number_of_a_departed_member_is_given_to_a_new_one(place: Place) -> None:
    place.remove("training", member_id=2)
    place.remove("members", member_id=2)
    place.put("members", 5, membership_number="N2", surname="Eaves", cohort="A")
    place.put("training", 9, member_id=5, title="Hers", duration="call me")


def number_of_a_departed_member_is_given_to_another(place: Place) -> None:
    place.remove("training", member_id=2)
    place.remove("members", member_id=2)
    place.change("members", 1, membership_number="N2", surname="Ashdown-Lee")


def numbers_go_on_from_a_departed_member(place: Place) -> None:
    """Who cannot have one gives none up."""
    number_of_a_departed_member_is_given_to_another(place)
    place.put("members", 5, membership_number="N1", surname="Eaves", cohort="A")


def number_of_a_later_member_is_given_to_an_earlier_one(place: Place) -> None:
    place.put("members", 0, membership_number="N2", surname="Early", cohort="A")


def number_of_somebody_elses_account_is_given_to_a_member(place: Place) -> None:
    place.add(v3.members, id=OWN, membership_number="Z", surname="Somebody")
    place.change("members", 1, membership_number="Z")


DELETED, TAKEN = "kept-user-delete", "number-taken"
Fates = dict[tuple[str, str], tuple[str, str | None]]
CASES: dict[str, tuple[Callable[[Place], None], set[Anomaly], Fates]] = {
    # what happens after cohort A has moved → what is told of it, and fates
    "a scheme that its coordinator deleted": (
        scheme_is_deleted,
        {(DELETED, "schemes", "1", None), (DELETED, "scheme_memberships", "1", None),
         (DELETED, "scheme_memberships", "2", None)},
        {("scheme_memberships", "2"): ("rejected", "parent-deleted")},
    ),
    "a membership that goes to a deleted scheme": (
        membership_goes_to_a_deleted_scheme,
        {(DELETED, "schemes", "2", None), (DELETED, "scheme_memberships", "1", None)},
        {("scheme_memberships", "1"): ("migrated", None)},
    ),
    "a row given to a member who deleted their account": (
        row_is_given_to_a_deleted_member,
        {(DELETED, "members", "2", None), (DELETED, "training", "3", None), (DELETED, "training", "1", None)},
        {("training", "1"): ("migrated", None)},
    ),
    "a row of another cohort given to one": (
        row_of_another_cohort_is_given_to_a_deleted_member,
        {(DELETED, "members", "2", None), (DELETED, "training", "3", None), (DELETED, "training", "4", None)},
        {("training", "4"): ("migrated", None),
         ("competence_assessments", "9"): ("dropped", "archived-assessment")},
    ),
    "a departed member's number, given to a new member": (
        number_of_a_departed_member_is_given_to_a_new_one,
        {(TAKEN, "members", "5", None)},
        {("members", "5"): ("rejected", TAKEN), ("training", "9"): ("rejected", "parent-rejected")},
    ),
    "a departed member's number, given to one who has moved": (
        number_of_a_departed_member_is_given_to_another,
        {(TAKEN, "members", "1", "membership_number")},
        {("members", "1"): ("migrated", None)},
    ),
    "numbers that go on from a departed member": (
        numbers_go_on_from_a_departed_member,
        {(TAKEN, "members", "1", "membership_number"), (TAKEN, "members", "5", None)},
        {("members", "5"): ("rejected", TAKEN)},
    ),
    "a number that a later member of v2 has": (
        number_of_a_later_member_is_given_to_an_earlier_one,
        {(TAKEN, "members", "0", None)},
        {("members", "0"): ("rejected", TAKEN), ("members", "2"): ("migrated", None)},
    ),
    "the number of somebody else's account": (
        number_of_somebody_elses_account_is_given_to_a_member,
        {(TAKEN, "members", "1", "membership_number")},
        {("members", "1"): ("migrated", None)},
    ),
}  # fmt: skip
SIZES = [*((name, DEFAULT_SIZE) for name in CASES), ("a row of another cohort given to one", 1)]
"""Cases and sizes of batches: in one of its own, the row's new member meets it without its former one."""


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Fill with each batch that v3 refuses from here on."""
    batches: list[object] = []
    monkeypatch.setattr(batch, "complete_key", batches.append)
    return batches


def ledger_of(place: Place) -> list[list[Row]]:
    """Return ledger rows and anomalies whole, with the runs that gave them."""
    found = (place.rows(table) for table in (ledger.rows, ledger.anomalies))
    return [sorted(rows, key=repr) for rows in found]


@pytest.mark.parametrize(("name", "size"), SIZES)
def test_what_v3_could_not_take_is_foreseen(
    each_place: Place, refused: list[object], name: str, size: int
) -> None:
    """By plan as by run; without a refused batch; and a run that finds nothing changed changes nothing."""
    happen, anomalies, fates = CASES[name]
    run(each_place, None, "A")
    happen(each_place)
    assert planned(each_place, size=size).counts == run(each_place, size=size)
    assert each_place.anomalies(DELETED, TAKEN, "load-refused") == anomalies
    assert {key: each_place.fates(key[0])[key[1]] for key in fates} == fates
    before = ledger_of(each_place), each_place.state()
    assert planned(each_place, size=size).counts == run(each_place, size=size)
    assert (ledger_of(each_place), each_place.state()) == before
    assert refused == []


def test_a_row_keeps_its_place_and_takes_its_other_new_values(each_place: Place) -> None:
    each_place.run()
    row_is_given_to_a_deleted_member(each_place)
    each_place.run()
    row = each_place.row("training", 1, v3.trainings)
    assert row is not None
    assert (row["member_id"], row["title"]) == (v3_id("members", "1"), "First aid at work")


def test_a_member_keeps_their_number_and_takes_their_other_new_values(each_place: Place) -> None:
    each_place.run()
    number_of_a_departed_member_is_given_to_another(each_place)
    each_place.run()
    row = each_place.row("members", 1, v3.members)
    assert row is not None
    assert (row["membership_number"], row["surname"]) == ("N1", "Ashdown-Lee")
    (told,) = (each for each in each_place.rows(ledger.anomalies) if each["code"] == TAKEN)
    assert (told["raw_value"], told["loaded_value"]) == ("N2", "N1")
    assert "N2" not in told["message"]


def test_a_number_that_is_given_up_by_now_arrives_with_the_next_run(each_place: Place) -> None:
    each_place.run()
    number_of_a_departed_member_is_given_to_a_new_one(each_place)
    each_place.run()
    each_place.edit(v3.members, v3_id("members", "2"), membership_number=None)
    assert planned(each_place).counts == run(each_place)
    assert each_place.fates("members")["5"] == ("migrated", None)
    assert each_place.fates("training")["9"] == ("migrated", None)
    assert each_place.anomalies(TAKEN, "parent-rejected") == set()


def test_a_number_of_a_cohort_that_does_not_move_now_waits_for_it(each_place: Place) -> None:
    each_place.run()
    each_place.change("members", 3, membership_number="N9")
    each_place.change("members", 1, membership_number="N3")
    assert planned(each_place, None, "A").counts == run(each_place, None, "A")
    assert each_place.anomalies(TAKEN) == {(TAKEN, "members", "1", "membership_number")}
    each_place.run("B")
    each_place.run("A")
    row = each_place.row("members", 1, v3.members)
    assert row is not None
    assert row["membership_number"] == "N3"
    assert each_place.anomalies(TAKEN) == set()


def test_of_a_refused_row_a_later_run_writes_nothing_new(each_place: Place) -> None:
    """It is tried again; the run that rejected it first gave the fate, and its texts are still told of."""
    forbid(each_place, "trainings", "title", "bad")
    each_place.change("training", 2, title="bad")
    each_place.change("training", 3, title="bad")
    each_place.run()
    readings = {
        (row["v2_id"], row["code"], row["raw_value"], row["loaded_value"])
        for row in each_place.rows(ledger.anomalies)
        if row["v2_column"] == "duration"
    }
    assert readings == {("2", "not-understood", "call me", None), ("3", "assumed-day", "1 day", None)}
    before = ledger_of(each_place)
    counts = each_place.run().counts
    assert ledger_of(each_place) == before
    assert counts["anomalies"]["load-refused"] == 2
