"""Who is who: v2 members who opened a v3 account before their cohort moved (contract, part 2)."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Column, ColumnElement, Connection, Select, Text, cast, select

from migrate.databases import read_table
from migrate.load.staging import IDS, NUMBERS, OWNERS, among, among_ids, distinct, stage
from migrate.schema import ledger, v3
from migrate.transform.identity import ENDS_IN, TABLE_CODES

_MOST_NAMED = 10_000


def find_adopted(
    connection: Connection,
    member_ids: pa.Array,
    numbers: pa.Array,
    derived: pa.Array,
    sharing: pa.Array,
    *,
    in_ledger: bool = True,
) -> dict[str, str]:
    """Return v2 member_id → the id of the v3 account that is theirs, for those who have one.

    The four arrays stand side by side: v2's key, its membership number, the id that the key gives, and the
    one that another member gets who has the same number, or NULL. An account is theirs if the ledger says so,
    or if it has their number to the letter, is nobody else's in the ledger, and they have none from an
    earlier run: whom a run gave an account keeps it, whatever becomes of the numbers.
    in_ledger: whether the ledger can know any of them.
    """
    adopted = _by_number(connection, member_ids, numbers, derived, sharing, in_ledger=in_ledger)
    if not in_ledger:
        return adopted
    stage(connection, OWNERS, distinct(derived, "owner_id"))
    rows = ledger.rows.c
    recorded = read_table(
        connection,
        select(rows.v2_id, rows.v3_id).where(
            among(connection, rows.owner_id, OWNERS.c.owner_id),
            rows.v2_table == "members",
            rows.fate == "migrated",
            rows.v3_id != rows.owner_id,
        ),
    )
    return adopted | dict(zip(recorded["v2_id"].to_pylist(), recorded["v3_id"].to_pylist(), strict=True))


def read_own_numbers(connection: Connection) -> tuple[str, ...] | None:
    """Return the membership numbers of accounts that were opened in v3; None of more than can be named."""
    members = v3.members.c
    opened = is_opened_in_v3(members.id), members.membership_number.is_not(None)
    numbers = select(members.membership_number).where(*opened).limit(_MOST_NAMED + 1)
    found: list[str] = read_table(connection, numbers)["membership_number"].to_pylist()
    return None if len(found) > _MOST_NAMED else tuple(found)


def is_opened_in_v3(member_id: Column[str]) -> ColumnElement[bool]:
    """Return the condition that an account was opened in v3: its id comes of no integer key of v2."""
    return cast(member_id, Text).not_like(f"{TABLE_CODES['members']:02x}%{ENDS_IN}")


def _by_number(
    connection: Connection,
    member_ids: pa.Array,
    numbers: pa.Array,
    derived: pa.Array,
    sharing: pa.Array,
    *,
    in_ledger: bool,
) -> dict[str, str]:
    named = pc.invert(pc.fill_null(pc.match_substring_regex(numbers, r"^\s*$"), True))
    if not pc.any(named).as_py():
        return {}
    stage(connection, NUMBERS, distinct(numbers.filter(named), "membership_number"))
    accounts = read_table(connection, _with_numbers(connection))
    if not accounts.num_rows:
        return {}
    places = pc.index_in(numbers, value_set=accounts["membership_number"].combine_chunks())
    found = accounts["id"].combine_chunks().take(places)
    theirs = pc.fill_null(pc.not_equal(found, derived), False)
    theirs = pc.and_(theirs, pc.fill_null(pc.not_equal(found, sharing), True))
    if not pc.any(theirs).as_py():
        return {}
    accounts, owners = found.filter(theirs), derived.filter(theirs)
    taken = _given(connection, accounts) if in_ledger else frozenset()
    settled = _in_v3(connection, owners)
    trios = zip(member_ids.filter(theirs).to_pylist(), accounts.to_pylist(), owners.to_pylist(), strict=True)
    return {
        member: account for member, account, owner in trios if account not in taken and owner not in settled
    }


def _with_numbers(connection: Connection) -> Select[Any]:
    """Select id and number of the accounts that have a staged number.

    MariaDB takes a table that is being filled for an empty one, and would compare all of it with each number.
    """
    members, staged = v3.members.c, NUMBERS.c.membership_number
    accounts = select(members.id, members.membership_number)
    if connection.dialect.name not in ("mysql", "mariadb"):
        return accounts.where(among(connection, members.membership_number, staged))
    joined = accounts.join_from(NUMBERS, v3.members, members.membership_number == staged)
    return joined.prefix_with("STRAIGHT_JOIN").with_hint(v3.members, f"FORCE INDEX ({v3.NUMBER_PREFIX})")


def _given(connection: Connection, accounts: pa.Array) -> frozenset[str]:
    """Return those of the accounts that the ledger gave to a member of v2."""
    stage(connection, IDS, distinct(accounts, "id"))
    rows = ledger.rows.c
    found = read_table(
        connection,
        select(rows.v3_id).where(
            among(connection, rows.v3_id, IDS.c.id), rows.v2_table == "members", rows.fate == "migrated"
        ),
    )
    return frozenset(found["v3_id"].to_pylist())


def _in_v3(connection: Connection, ids: pa.Array) -> frozenset[str]:
    """Return those of the ids that v3 has accounts of: who deleted theirs may have opened another."""
    stage(connection, IDS, distinct(ids, "id"))
    found = read_table(connection, among_ids(connection, select(v3.members.c.id), v3.members, IDS.c.id))
    return frozenset(found["id"].to_pylist())
