"""Membership numbers and rows that change hands between runs: whose an account is stays as it was."""

import pytest

from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.run.places import Place

OWN = "f" * 32  # an account that its user opened in v3


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


@pytest.mark.parametrize("numbers", CHANGES.values(), ids=CHANGES)
def test_members_get_the_numbers_that_v2_gives_them_whoever_had_them(
    numbered: Place, numbers: dict[int, str]
) -> None:
    for member, number in numbers.items():
        numbered.change("members", member, membership_number=number)
    numbered.run()
    for member, number in numbers.items():
        row = numbered.row("members", member, v3.members)
        assert row is not None
        assert row["membership_number"] == number
    assert numbered.anomalies("load-refused") == set()
    before = numbered.state()
    numbered.run()
    assert numbered.state() == before


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
