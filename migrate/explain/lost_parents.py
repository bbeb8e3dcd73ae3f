"""Rows that v3 cannot take: what they belong to was deleted there, or refused by its database."""

from collections.abc import Collection, Mapping

from migrate.explain.evidence import Key, Values
from migrate.explain.known import Fates, Place
from migrate.schema import v2
from migrate.schema.reasons import LOAD_REFUSED, PARENT_DELETED, PARENT_REJECTED


def parents_of(rows: Mapping[Key, Values]) -> list[Key]:
    """Return what the rows of v2 belong to, whether v2 has it or not."""
    return [
        (parent, str(row[column]))
        for (table, _), row in rows.items()
        for column, parent in v2.PARENTS.get(table, {}).items()
        if row[column] is not None
    ]


def lost_parent(key: Key, rows: Mapping[Key, Values], fates: Fates, present: Collection[Place]) -> str | None:
    """Return why a run would not load a row that v2 and the rules allow; None where it would.

    rows: of v2, by key; fates: the ledger's, of what they belong to; present: what v3 has of those.
    """
    for above in parents_of({key: rows[key]}):
        fate = fates.get(above)
        if fate is not None and fate.fate == "migrated":
            if (fate.v3_table, fate.v3_id) not in present:
                return PARENT_DELETED
            continue
        if fate is not None and fate.reason == LOAD_REFUSED:
            return PARENT_REJECTED
        reason = lost_parent(above, rows, fates, present) if above in rows else None
        if reason:
            return reason
    return None
