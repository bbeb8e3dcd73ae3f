"""Who is who: v2 members who opened a v3 account before their cohort moved (contract, part 2).

A number may also be that of an account which is somebody else's: see `migrate.load.planning.taken_numbers`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Column, ColumnElement, Connection, Select, Text, cast, select

from migrate.databases import is_mariadb, read_table
from migrate.load.base import decode_rows, encode_values
from migrate.load.staging import IDS, NUMBERS, OWNERS, among, among_ids, distinct, stage
from migrate.schema import ledger, v3
from migrate.schema.arrow import whole
from migrate.schema.membership_numbers import are_numbers
from migrate.transform.identity import ENDS_IN, TABLE_CODES, is_made

_MOST_NAMED = 10_000


class Holder(NamedTuple):
    """The member of v2 to whom the ledger gave an account."""

    v2_id: str
    keeps_number: bool
    """Whether the migration leaves the account's number alone: the account was there before, or its user has
    changed the number since."""


class Accounts(NamedTuple):
    """Which v3 accounts have the membership numbers of some v2 members."""

    adopted: Mapping[str, str] = MappingProxyType({})
    """v2 member_id → the member's own account, opened in v3 before their cohort moved."""
    others: Mapping[str, Holder | None] = MappingProxyType({})
    """v2 member_id → who holds the account with their number, where that account is somebody else's; None
    where the ledger gave it to nobody."""
    moved: frozenset[str] = frozenset()
    """Members who have, or once had, a v3 account of their own. Complete only for the members in `others`."""


class AccountQuery(NamedTuple):
    """The members whose accounts are looked for, as four parallel columns."""

    member_ids: pa.Array
    """v2's keys."""
    numbers: pa.Array
    """Their membership numbers in v2."""
    derived: pa.Array
    """The v3 ids that are derived from the keys."""
    sharing: pa.Array
    """The v3 id of the member who has the same number and a lower key; NULL for most."""


def find_accounts(connection: Connection, query: AccountQuery, *, in_ledger: bool) -> Accounts:
    """Return which v3 accounts are the members' own, and which have their numbers and are somebody else's.

    An account is a member's own if the ledger says so. Otherwise it is theirs if it has their number to the
    letter, was not made by the migration and is nobody else's in the ledger, unless an earlier run gave them
    another account: they keep that one, whatever happens to the numbers later.
    in_ledger: False in the run that first fills the ledger, which then need not be asked.
    """
    found = _by_number(connection, query, in_ledger=in_ledger)
    if not in_ledger:
        return found
    stage(connection, OWNERS, distinct(query.derived, "owner_id"))
    rows = ledger.rows.c
    adopted = _migrated(connection, rows.v3_id != rows.owner_id)
    others = {member: holder for member, holder in found.others.items() if member not in adopted}
    moved = found.moved.union(_migrated(connection)) if others else frozenset()
    return Accounts({**found.adopted, **adopted}, others, moved)


def _migrated(connection: Connection, *conditions: ColumnElement[bool]) -> dict[str, str]:
    """Return v2 member_id → v3 account of the staged members that the ledger has as migrated."""
    rows = ledger.rows.c
    theirs = among(connection, rows.owner_id, OWNERS.c.owner_id), rows.v2_table == "members"
    wanted = select(rows.v2_id, rows.v3_id).where(*theirs, rows.fate == "migrated", *conditions)
    found = read_table(connection, wanted)
    return dict(zip(found["v2_id"].to_pylist(), found["v3_id"].to_pylist(), strict=True))


def read_own_numbers(connection: Connection) -> tuple[str, ...] | None:
    """Return the membership numbers of accounts that were opened in v3; None if they are too many to list."""
    members = v3.members.c
    opened = is_opened_in_v3(members.id), members.membership_number.is_not(None)
    numbers = select(members.membership_number).where(*opened).limit(_MOST_NAMED + 1)
    found: list[str] = read_table(connection, numbers)["membership_number"].to_pylist()
    return None if len(found) > _MOST_NAMED else tuple(found)


def is_opened_in_v3(member_id: Column[str]) -> ColumnElement[bool]:
    """Return the condition that an account was opened in v3: its id is not made from an integer key of v2."""
    return cast(member_id, Text).not_like(f"{TABLE_CODES['members']:02x}%{ENDS_IN}")


def _by_number(connection: Connection, query: AccountQuery, *, in_ledger: bool) -> Accounts:
    """Return whose the accounts with the members' numbers are.

    `moved` tells whose derived id v3 has; the ledger may know of more.
    """
    member_ids, numbers, derived, sharing = query
    named = are_numbers(numbers)
    if not pc.any(named).as_py():
        return Accounts()
    stage(connection, NUMBERS, distinct(numbers.filter(named), "membership_number"))
    having = read_table(connection, _with_numbers(connection))
    if not having.num_rows:
        return Accounts()
    places = pc.index_in(numbers, value_set=whole(having["membership_number"]))
    found = whole(having["id"]).take(places)
    theirs = pc.fill_null(pc.not_equal(found, derived), False)
    theirs = pc.and_(theirs, pc.fill_null(pc.not_equal(found, sharing), True))
    if not pc.any(theirs).as_py():
        return Accounts()
    members, accounts, owners = (each.filter(theirs) for each in (member_ids, found, derived))
    made = is_made(accounts)  # by the migration, for the v2 key in its id, whatever the ledger says
    given = _given(connection, accounts) if in_ledger or pc.any(made).as_py() else {}
    belonging = {*given, *accounts.filter(made).to_pylist()}
    settled = _in_v3(connection, owners)
    trios = [*zip(members.to_pylist(), accounts.to_pylist(), owners.to_pylist(), strict=True)]
    adopted = {
        member: account
        for member, account, owner in trios
        if account not in belonging and owner not in settled
    }
    others = {member: given.get(account) for member, account, _ in trios if member not in adopted}
    return Accounts(adopted, others, frozenset(member for member, _, owner in trios if owner in settled))


def _with_numbers(connection: Connection) -> Select[Any]:
    """Select id and number of the accounts that have a staged number.

    MariaDB assumes that a table which is being filled is still empty, and would scan it for each number.
    """
    members, staged = v3.members.c, NUMBERS.c.membership_number
    accounts = select(members.id, members.membership_number)
    if not is_mariadb(connection.dialect):
        return accounts.where(among(connection, members.membership_number, staged))
    joined = accounts.join_from(NUMBERS, v3.members, members.membership_number == staged)
    return joined.prefix_with("STRAIGHT_JOIN").with_hint(v3.members, f"FORCE INDEX ({v3.NUMBER_PREFIX})")


def _given(connection: Connection, accounts: pa.Array) -> dict[str, Holder]:
    """Return those of the accounts that the ledger gave to a member of v2, and to whom.

    Number and base are read as one: another batch may be giving the account its new number just now.
    """
    stage(connection, IDS, distinct(accounts, "id"))
    rows, members = ledger.rows.c, v3.members.c
    found = read_table(
        connection,
        select(rows.v3_id, rows.v2_id, rows.owner_id, rows.base, members.membership_number)
        .join_from(ledger.rows, v3.members, members.id == rows.v3_id)
        .where(among(connection, rows.v3_id, IDS.c.id), rows.v2_table == "members", rows.fate == "migrated"),
    )
    owners, *written = (whole(found[name]) for name in ("owner_id", "base", "membership_number"))
    keeping = pc.or_(whole(pc.not_equal(found["v3_id"], owners)), has_changed_number(*written))
    holders = map(Holder, found["v2_id"].to_pylist(), keeping.to_pylist())
    return dict(zip(found["v3_id"].to_pylist(), holders, strict=True))


def has_changed_number(bases: pa.Array, numbers: pa.Array) -> pa.Array:
    """Tell whether members' users have another number in v3 than was last loaded.

    bases: of rows of v3's members, as the ledger keeps them; numbers: what v3 has. Where the base is
    forgotten the merge leaves the number alone as well.
    """
    names = v3.merged_columns(v3.members)
    loaded = decode_rows(bases, len(names))[names.index("membership_number")]
    return pc.fill_null(pc.not_equal(encode_values(numbers), loaded), True)


def _in_v3(connection: Connection, ids: pa.Array) -> frozenset[str]:
    """Return the ids that v3 has accounts for: a member who deleted theirs may have opened another."""
    stage(connection, IDS, distinct(ids, "id"))
    found = read_table(connection, among_ids(connection, select(v3.members.c.id), v3.members, IDS.c.id))
    return frozenset(found["id"].to_pylist())
