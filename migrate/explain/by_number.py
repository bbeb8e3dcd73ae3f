"""Which member is meant by a membership number: v2 may give it to somebody else by now than v3 does."""

from sqlalchemy import Connection, select

from migrate.errors import ConfigurationError
from migrate.extract.source import V2Source
from migrate.schema import ledger, v3

_DIGITS = 12
"""A number that is told by telephone may lack zeros at its beginning: up to so many digits are tried."""


def member_with_number(source: V2Source, connection: Connection, number: str) -> str:
    """Return v2's key of the member who has a membership number in v2 or in v3, to the letter.

    A blank one is nobody's: a member without a number is not found by it. Raises ConfigurationError where
    nobody has the number, or several.
    """
    in_v2, in_v3 = [], []
    if number.isprintable() and number.strip():  # what no text of v2 can hold is nobody's
        with source.snapshot() as snapshot:
            in_v2 = snapshot.members_with_number(number)
        in_v3 = _migrated_with_number(connection, number)
    found = list(dict.fromkeys([*in_v2, *in_v3]))
    if not found:
        raise ConfigurationError(
            f"No member of v2 has the number {number!r}, to the letter, and nobody migrated has it in v3."
            f"{_hint(source, number)}"
        )
    if len(found) == 1:
        return found[0]
    if set(in_v3) <= set(in_v2):
        who = f"{len(in_v2)} members of v2 have the number {number!r}"
    else:
        who = f"Member {' and '.join(in_v2)} has the number {number!r} in v2, member {in_v3[0]} in v3"
    raise ConfigurationError(f"{who}: name one by --member, of {', '.join(found)}.")


def _hint(source: V2Source, number: str) -> str:
    """Return a question that names numbers of v2 which may be meant; '' where there is none."""
    with source.snapshot() as snapshot:
        near = [repr(each) for each in _alike(number) if snapshot.members_with_number(each)]
    return f" Is {' or '.join(near)} meant?" if near else ""


def _alike(number: str) -> list[str]:
    """Return what a number may be in full: without blanks, in capitals or not, with zeros before it."""
    plain, apart = "".join(number.split()), " ".join(number.split())
    if plain.isascii() and plain.isdigit():
        digits = plain.lstrip("0") or "0"
        near = [digits.zfill(length) for length in range(len(digits), _DIGITS + 1)]
    else:
        told = [plain, apart] if plain.isprintable() else []
        near = [written for each in told for written in (each, each.upper(), each.lower())]
    return [each for each in dict.fromkeys(near) if each not in ("", number)]


def _migrated_with_number(connection: Connection, number: str) -> list[str]:
    """Return v2's keys of the members whose v3 account has a number, whatever the database's collation."""
    rows, members = ledger.rows.c, v3.members.c
    found = connection.execute(
        select(rows.v2_id, members.membership_number)
        .join_from(v3.members, ledger.rows, rows.v3_id == members.id)
        .where(members.membership_number == number, rows.v2_table == "members", rows.fate == "migrated")
    )
    return [row.v2_id for row in found if row.membership_number == number]
