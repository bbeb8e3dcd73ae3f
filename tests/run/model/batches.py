"""The batches of a run, in their order: each a tuple by which it is known again."""

from collections.abc import Sequence
from typing import Any

from migrate.transform.identity import v3_id
from tests.run.model.state import PARENTS, State


def cut(state: State, cohorts: tuple[str, ...], members: tuple[str, ...], size: int) -> list[Any]:
    """Return the batches of a run: schemes, members, who has left v2, and what nobody owns."""
    if members:
        left = [key for key in members if int(key) not in state.v2["members"]]
        return [
            ("schemes",),
            *(("named", part) for part in _parts(members, size)),
            *_departed(state, left, size),
        ]
    keys = [key for key in sorted(state.v2["members"]) if not cohorts or state.cohort(key) in cohorts]
    left = sorted(
        key
        for (table, key), entry in state.ledger.items()
        if table == "members"
        and (not cohorts or entry.cohort in cohorts)
        and int(key) not in state.v2["members"]
    )
    everyone = not cohorts
    return [
        ("schemes",),
        *(("range", part[0], part[-1]) for part in _parts(keys, size)),
        *_departed(state, left, size, orphans=everyone),
        *(("orphans", table, rows) for table in PARENTS if everyone and (rows := _orphans(state, table))),
    ]


def members_of(state: State, batch: Any, cohorts: tuple[str, ...]) -> list[int]:
    """Return the members of a batch whom v2 has."""
    here = [key for key in sorted(state.v2["members"]) if not cohorts or state.cohort(key) in cohorts]
    match batch:
        case ("range", first, last):
            return [key for key in here if first <= key <= last]
        case ("named", keys):
            return [key for key in here if str(key) in keys]
    return []


def _parts(keys: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [keys[at : at + size] for at in range(0, len(keys), size)]


def _departed(state: State, members: Sequence[str], size: int, *, orphans: bool = False) -> list[Any]:
    unowned = {
        table: sorted(
            key
            for (name, key), entry in state.ledger.items()
            if name == table and entry.owner == v3_id(table, key) and int(key) not in state.v2[table]
        )
        for table in PARENTS
        if table == "schemes" or (orphans and table != "members")
    }
    return [
        ("departed", table, tuple(part))
        for table, keys in {"members": members, **unowned}.items()
        for part in _parts(keys, size)
    ]


def _orphans(state: State, table: str) -> tuple[int, ...]:
    """Return the keys of the rows whose owner v2 does not have."""
    owner, parent = next(iter(PARENTS[table].items()), (None, ""))
    rows = sorted(state.v2[table].items())
    return tuple(key for key, row in rows if owner and row[owner] not in state.v2[parent])
