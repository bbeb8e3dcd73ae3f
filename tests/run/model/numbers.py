"""Who of a run's members gets the membership number that v2 gives them, and who has to wait for it."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from migrate.transform.identity import v3_id
from tests.run.model.state import State


class Settled(NamedTuple):
    """What becomes of numbers."""

    barred: dict[int, str]
    """Members who are rejected → why."""
    keeping: frozenset[int]
    """Members who keep their number in v3, since the new one is somebody's."""


def settle_numbers(state: State, members: Iterable[int]) -> Settled:
    """Give some members their numbers, all at once: who gets another one gives up their own."""
    barred = {member: "duplicate-member" for member in members if _is_duplicate(state, member)}
    wanting = {member: _own_row(state, member) for member in members if member not in barred}
    wanting = {member: row for member, row in wanting.items() if row is None or _moves(state, member, row)}
    keeping = set()
    while refused := _refused(state, wanting):
        for member in refused:
            if wanting.pop(member) is None:
                barred[member] = "number-taken"
            else:
                keeping.add(member)
    return Settled(barred, frozenset(keeping))


def find_waiting(state: State, batch: Iterable[int], everyone: Collection[int]) -> frozenset[int]:
    """Return who of a batch has to wait, since somebody of another batch is to give up their number first.

    everyone: whom the run is about.
    """
    batch = frozenset(batch)
    waiting = set()
    for member in batch:
        passed, giver = {member}, _giver(state, member, everyone)
        while giver in batch and giver not in passed:
            passed.add(giver)
            giver = _giver(state, giver, everyone)
        if giver is not None and giver not in batch:
            waiting.add(member)
    return frozenset(waiting)


def _giver(state: State, member: int, everyone: Collection[int]) -> int | None:
    """Return the member who has another's number in v3 and is given another one by v2."""
    number = state.number(member)
    account = next(
        (key for key, row in state.v3["members"].items() if row["membership_number"] == number), None
    )
    if number is None or account is None or account == state.account(member):
        return None
    for (table, key), entry in state.ledger.items():
        if table == "members" and entry.fate == "migrated" and entry.v3_id == account:
            giver = int(key)
            is_about = giver in everyone and not _is_duplicate(state, giver)
            is_own = account == entry.owner and (entry.base or {})["membership_number"] == number
            return giver if is_about and is_own and state.number(giver) != number else None
    return None


def _is_duplicate(state: State, member: int) -> bool:
    number = state.number(member)
    lower = (key for key in state.v2["members"] if key < member)
    return number is not None and any(state.number(key) == number for key in lower)


def _own_row(state: State, member: int) -> str | None:
    """Return the v3 id of a member; None of one who is new."""
    row_id = state.account(member)
    return row_id if state.recorded("members", member) or row_id in state.v3["members"] else None


def _moves(state: State, member: int, row_id: str) -> bool:
    """Tell whether v2 gives a member another number, who has the one that they were migrated with."""
    before, theirs = state.recorded("members", member), state.v3["members"].get(row_id)
    if before is None or theirs is None or row_id != v3_id("members", str(member)):
        return False
    base = (before.base or {})["membership_number"]
    return bool(base == theirs["membership_number"] != state.number(member))


def _refused(state: State, wanting: dict[int, str | None]) -> list[int]:
    """Return who gets no number, as somebody has it who will not give it up."""
    giving = set(wanting.values())
    held = {row["membership_number"] for key, row in state.v3["members"].items() if key not in giving}
    return [member for member in wanting if state.number(member) in held - {None}]
