"""Membership numbers with a character that v3 cannot store: whose they are is told by what v3 can hold."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from migrate.run.verification import verify
from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.run.conftest import CAREERS
from tests.run.places import Place, fill_v2, opened_place
from tests.run.test_plan_equals_run import planned

OWN = "f" * 32  # an account that its user opened in v3


@pytest.fixture(params=["sqlite", "mariadb"])  # PostgreSQL's texts hold no NUL
def damaged(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_database: Callable[[str], str]
) -> Iterator[Place]:
    """The careers in a v2 on each engine that can hold a NUL in a text."""
    with opened_place(fresh_database(request.param), f"sqlite:///{tmp_path / 'v3.db'}") as place:
        fill_v2(place, CAREERS)
        yield place


def settled(place: Place) -> dict[str, tuple[str, str | None]]:
    """Migrate everyone as planned, with nothing left to explain, and return what became of the members."""
    assert planned(place).counts == place.run().counts
    account = verify(place.workplace())
    assert account.closed, account.differences
    before = place.state()
    place.run()
    assert place.state() == before
    return place.fates("members")


@pytest.mark.parametrize(
    ("first", "second"), [("N1", "N1\0"), ("N1\0", "N1"), ("N\x001", "N1\0"), ("N1\0", "N1\0")]
)
def test_two_numbers_that_are_one_in_v3_are_those_of_a_duplicate_member(
    damaged: Place, first: str, second: str
) -> None:
    damaged.change("members", 1, membership_number=first)
    damaged.change("members", 3, membership_number=second)
    fates = settled(damaged)
    assert (fates["1"][0], fates["3"]) == ("migrated", ("rejected", "duplicate-member"))
    assert damaged.anomalies("duplicate-member", "load-refused") == {
        ("duplicate-member", "members", "3", None)
    }
    assert damaged.row("members", 1, v3.members)["membership_number"] == "N1"  # type: ignore[index]


def test_numbers_of_which_nothing_is_left_are_nobodys(damaged: Place) -> None:
    for member in (1, 3):
        damaged.change("members", member, membership_number="\0")
    assert {fate for fate, _ in settled(damaged).values()} == {"migrated"}


def test_an_account_is_adopted_by_the_member_whose_number_is_the_same_but_for_that(damaged: Place) -> None:
    damaged.change("members", 1, membership_number="N\x001")
    damaged.add(v3.members, id=OWN, membership_number="N1", surname="Theirs")
    settled(damaged)
    assert damaged.row("members", 1, v3.members) is None
    assert ("adopted-member", "members", "1", None) in damaged.anomalies("adopted-member", "load-refused")


def test_an_account_that_is_opened_later_is_found_by_such_a_number(damaged: Place) -> None:
    damaged.change("members", 1, membership_number="N\x001")
    settled(damaged)
    with damaged.v3.begin() as connection:
        connection.execute(text("DELETE FROM members WHERE membership_number = 'N1'"))
    damaged.add(v3.members, id=OWN, membership_number="N1", surname="Theirs")
    settled(damaged)
    assert damaged.anomalies("adopted-member") == {("adopted-member", "members", "1", None)}


def test_members_may_swap_numbers_of_that_kind(damaged: Place) -> None:
    settled(damaged)
    damaged.change("members", 1, membership_number="N3\0")
    damaged.change("members", 3, membership_number="\0N1")
    settled(damaged)
    numbers = {row["id"]: row["membership_number"] for row in damaged.rows(v3.members)}
    assert [numbers[v3_id("members", key)] for key in "13"] == ["N3", "N1"]


def test_octets_that_are_no_utf_8_are_the_number_that_they_are_read_as(tmp_path: Path) -> None:
    octets = {2: "4EE931", 3: "4EE931", 4: "4EC3A931"}  # Né1 in Windows-1252, twice, and in UTF-8
    with opened_place(f"sqlite:///{tmp_path / 'v2.db'}", f"sqlite:///{tmp_path / 'v3.db'}") as place:
        fill_v2(place, CAREERS)
        theirs = text(
            "UPDATE members SET membership_number = CAST(:octets AS TEXT) WHERE member_id = :member"
        )
        with place.v2.begin() as connection:
            for member, number in octets.items():
                connection.execute(theirs, {"octets": bytes.fromhex(number), "member": member})
        fates = settled(place)
        assert [fates[key] for key in "34"] == [("rejected", "duplicate-member")] * 2
