"""Whose an account of v3 is that has a member's number: theirs, somebody else's, or nobody's in v2."""

import pyarrow as pa
import pytest
from sqlalchemy import Connection

from migrate.databases import open_engine
from migrate.load.planning.adoption import AccountQuery, Accounts, Holder, find_accounts, read_own_numbers
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.ledgers import put

TEXT = pa.large_string()
Row = dict[str, str | None]

FIRST, SECOND, OWN, OTHER = v3_id("members", "1"), v3_id("members", "2"), "f" * 32, "e" * 32


def account(member_id: str, number: str | None = "N1") -> Row:
    return {"id": member_id, "membership_number": number}


def given(v2_id: str, account_id: str | None, number: str | None = "N1", **parts: str) -> Row:
    """Return the ledger's row of a member: what account it gave them; no number where it has forgotten."""
    base = "\x1f".join("-" if name != "membership_number" else f"={number}" for name in COLUMNS)
    return {
        "v2_table": "members", "v2_id": v2_id, "fate": "migrated", "v3_table": "members", "v3_id": account_id,
        "owner_id": v3_id("members", v2_id), "base": base if number else None, "run_id": "r", **parts,
    }  # fmt: skip


COLUMNS = v3.merged_columns(v3.members)
THEIRS = Accounts(adopted={"1": OWN})


def others(holder: Holder | None, *, moved: bool = False) -> Accounts:
    return Accounts(others={"1": holder}, moved=frozenset({"1"} if moved else ()))


CASES: list[tuple[str, list[Row], list[Row], Accounts]] = [  # what happened, v3, the ledger, whose they are
    ("nobody has the number", [account(OWN, "N2")], [], Accounts()),
    ("nobody has it to the letter", [account(OWN, "n1"), account(OTHER, "N1 ")], [], Accounts()),
    ("they opened one", [account(OWN)], [], THEIRS),
    ("they opened one, another another", [account(OTHER, "N3"), account(OWN)], [given("2", SECOND)], THEIRS),
    ("it was made for them", [account(FIRST)], [given("1", FIRST)], Accounts()),
    ("it was made for them, and the ledger is lost", [account(FIRST)], [], Accounts()),
    ("they have adopted it", [account(OWN)], [given("1", OWN)], THEIRS),
    ("they have adopted another", [account(OTHER), account(OWN, "N3")], [given("1", OWN)], THEIRS),
    ("it was made for another", [account(SECOND)], [given("2", SECOND)],
     others(Holder("2", keeps_number=False))),
    ("another has moved, and so have they", [account(SECOND), account(FIRST, "N3")],
     [given("1", FIRST, "N3"), given("2", SECOND)], others(Holder("2", keeps_number=False), moved=True)),
    ("they have moved, and deleted theirs", [account(SECOND)], [given("1", FIRST, "N3"), given("2", SECOND)],
     others(Holder("2", keeps_number=False), moved=True)),
    ("another has moved, and they were left out", [account(SECOND)],
     [given("1", None, fate="rejected"), given("2", SECOND)], others(Holder("2", keeps_number=False))),
    ("another has moved, and has a training", [account(SECOND)],
     [given("2", SECOND), given("1", SECOND, v2_table="training")], others(Holder("2", keeps_number=False))),
    ("they have moved, and have a training", [account(FIRST)],
     [given("1", FIRST), given("1", OTHER, v2_table="training")], Accounts()),
    ("another's user has made it theirs", [account(SECOND)], [given("2", SECOND, "N3")],
     others(Holder("2", keeps_number=True))),
    ("what another was given is forgotten", [account(SECOND)], [given("2", SECOND, None)],
     others(Holder("2", keeps_number=True))),
    ("another has adopted it", [account(OWN)], [given("2", OWN)], others(Holder("2", keeps_number=True))),
    ("it was made for another, and the ledger is lost", [account(SECOND)], [], others(None)),
    ("another was left out", [account(OWN)], [given("2", OWN, fate="rejected")], THEIRS),
    ("they opened one after they had moved", [account(OWN), account(FIRST, "N3")], [given("1", FIRST, "N3")],
     others(None, moved=True)),
    ("they have one, and the ledger is lost", [account(OWN), account(FIRST, "N3")], [],
     others(None, moved=True)),
]  # fmt: skip


@pytest.fixture
def connection(sqlite_url: str) -> Connection:
    """A v3 with its ledger on SQLite."""
    return open_engine(sqlite_url).connect()


def query(number: str | None = "N1", sharing: str | None = None) -> AccountQuery:
    return AccountQuery(*(pa.array([each], TEXT) for each in ("1", number, FIRST, sharing)))


def fill(connection: Connection, accounts: list[Row], rows: list[Row]) -> None:
    for table, found in ((v3.members, accounts), (ledger.rows, rows)):
        if found:
            put(connection, table, *found)


@pytest.mark.parametrize(
    ("accounts", "rows", "whose"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_an_account_is_a_members_own_anothers_or_nobodys(
    connection: Connection, accounts: list[Row], rows: list[Row], whose: Accounts
) -> None:
    with connection:
        fill(connection, accounts, rows)
        assert find_accounts(connection, query(), in_ledger=True) == whose
        if not rows:
            assert find_accounts(connection, query(), in_ledger=False) == whose


def test_of_two_members_with_a_number_the_second_has_no_claim_on_the_firsts_account(
    connection: Connection,
) -> None:
    with connection:
        fill(connection, [account(SECOND)], [given("2", SECOND)])
        assert find_accounts(connection, query(sharing=SECOND), in_ledger=True) == Accounts()
        assert find_accounts(connection, query(sharing=OTHER), in_ledger=True).others


def test_each_member_finds_the_account_with_their_own_number(connection: Connection) -> None:
    keys, numbers = ["1", "2", "3", "4"], ["N1", None, "N3", "N4"]
    derived = [v3_id("members", key) for key in keys]
    columns = (keys, numbers, derived, [None] * len(keys))
    with connection:
        fill(connection, [account(OTHER, "N3"), account(derived[3], "N4"), account(OWN)], [])
        several = AccountQuery(*(pa.array(each, TEXT) for each in columns))
        found = find_accounts(connection, several, in_ledger=True)
    assert found == Accounts(adopted={"1": OWN, "3": OTHER})


@pytest.mark.parametrize("blank", [None, "", " "])
def test_a_blank_number_finds_nobodys_account(connection: Connection, blank: str | None) -> None:
    with connection:
        fill(connection, [account(OWN, blank)], [])
        assert find_accounts(connection, query(blank), in_ledger=True) == Accounts()


@pytest.mark.parametrize(("most", "numbers"), [(3, ("N2", "N3")), (2, ("N2", "N3")), (1, None)])
def test_the_numbers_of_accounts_that_users_opened_are_listed_unless_they_are_too_many(
    connection: Connection, most: int, numbers: tuple[str, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migrate.load.planning.adoption._MOST_NAMED", most)
    opened = [account(OWN, "N2"), account(OTHER, "N3"), account("d" * 32, None)]
    with connection:
        fill(connection, [account(FIRST), *opened], [])
        found = read_own_numbers(connection)
    assert (found and tuple(sorted(found))) == numbers
