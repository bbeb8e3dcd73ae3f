"""Who a member is to v3 before they have moved: the second with a number, an account's owner, or new."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import pyarrow as pa
from sqlalchemy import Connection, select

from migrate.extract.snapshot import Snapshot
from migrate.load.planning.adoption import Accounts, Holder, has_changed_number
from migrate.load.planning.taken_numbers import claims_of
from migrate.schema import ledger, v3
from migrate.schema.arrow import TEXT
from migrate.schema.frames import V2Batch
from migrate.schema.membership_numbers import are_numbers
from migrate.schema.storable import cleaned
from migrate.transform.columns import texts_of
from migrate.transform.identity import is_made, v3_id


class KnownMembers(NamedTuple):
    """A batch with what v2 and v3 hold of its members' numbers."""

    batch: V2Batch
    adopted: Mapping[str, str]
    """v2 member_id → the v3 account that is theirs, or would be."""
    keeping: frozenset[str] = frozenset()
    """Who has been migrated and keeps their number, since somebody else has the one that v2 gives."""


def know_members(snapshot: Snapshot, connection: Connection, batch: V2Batch) -> KnownMembers:
    """Find out who the members of a batch are, as a run would: a few look-ups for each."""
    members = batch.tables.get("members")
    if members is None:
        return KnownMembers(batch, {})
    duplicates: dict[str, str] = {}
    adopted: dict[str, str] = {}
    taken: frozenset[str] = frozenset()
    keeping: frozenset[str] = frozenset()
    for member, written in zip(
        members["member_id"].tolist(),
        cleaned(texts_of(members, "membership_number")).to_pylist(),
        strict=True,
    ):
        number = written if _is_number(written) else None
        sharing = snapshot.members_with_number(number) if number else []
        lower = sharing[0] if sharing and sharing[0] != member else None
        if lower is not None:
            duplicates[member] = lower
        accounts = _accounts(connection, member, number, lower)
        adopted |= accounts.adopted
        if _is_taken(snapshot, connection, member, number, accounts):
            keeping |= {member} & accounts.moved
            taken |= {member} - accounts.moved
    return KnownMembers(replace(batch, duplicates=duplicates, taken=taken), adopted, keeping)


def _is_taken(
    snapshot: Snapshot, connection: Connection, member: str, number: str | None, accounts: Accounts
) -> bool:
    """Tell whether somebody keeps a member's number, or would have to give it up for one that is kept."""
    numbers, others = {member: number}, dict(accounts.others)
    ahead = [*others.values()]
    while ahead:
        holder = ahead.pop()
        if holder is None or holder.keeps_number or holder.v2_id in numbers:
            continue
        theirs = _numbers_of_first(snapshot, [holder.v2_id])
        numbers |= theirs
        found = _accounts(connection, holder.v2_id, theirs.get(holder.v2_id), None).others
        others |= found
        ahead += found.values()
    return member in claims_of(Accounts(others=others), numbers, partial(_numbers_of_first, snapshot)).taken


def _numbers_of_first(snapshot: Snapshot, asked: Sequence[str]) -> dict[str, str | None]:
    """Return the numbers of those members who are not second with theirs, and so are migrated."""
    found = snapshot.numbers_of(asked, (), ())
    return {
        member: number
        for member, number in found.items()
        if number is None or not _is_number(number) or snapshot.members_with_number(number)[0] == member
    }


def _is_number(text: object) -> bool:
    return isinstance(text, str) and bool(are_numbers(pa.array([text], TEXT))[0].as_py())


def _accounts(connection: Connection, member: str, number: str | None, lower: str | None) -> Accounts:
    """Return what `migrate.load.planning.adoption.find_accounts` would of one member.

    Asked in single look-ups: whoever explains may not be allowed the temporary tables of a whole batch.
    """
    rows, derived = ledger.rows.c, v3_id("members", member)
    given = rows.v2_table == "members", rows.fate == "migrated"
    recorded = connection.execute(select(rows.v3_id).where(*given, rows.v2_id == member)).scalar()
    if recorded is not None and recorded != derived:
        return Accounts(adopted={member: recorded})
    account = _account_with(connection, number)
    if account is None or account == derived or (lower is not None and account == v3_id("members", lower)):
        return Accounts()
    theirs = select(rows.v2_id, rows.owner_id, rows.base).where(*given, rows.v3_id == account)
    holder = connection.execute(theirs).first()
    own = connection.execute(select(v3.members.c.id).where(v3.members.c.id == derived)).first()
    moved = recorded is not None or own is not None
    is_users = not is_made(pa.array([account], TEXT))[0].as_py()
    if holder is None and own is None and is_users:
        return Accounts(adopted={member: account})
    other = None
    if holder is not None:
        changed = has_changed_number(pa.array([holder.base], TEXT), pa.array([number], TEXT))[0].as_py()
        other = Holder(holder.v2_id, account != holder.owner_id or changed)
    return Accounts(others={member: other}, moved=frozenset({member} if moved else ()))


def _account_with(connection: Connection, number: str | None) -> str | None:
    """Return the v3 account that has a number, to the letter."""
    if number is None:
        return None
    members = v3.members.c
    found = connection.execute(
        select(members.id, members.membership_number).where(members.membership_number == number)
    )
    return next((row.id for row in found if row.membership_number == number), None)
