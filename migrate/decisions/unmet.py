"""Decisions on rows that no run has met: their cohort is still to move, or the v2_id is mistyped."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from migrate.decisions.decision import Decision
from migrate.schema import ledger

_AT_ONCE = 1_000


def on_unmet_rows(connection: Connection, decisions: Iterable[Decision]) -> set[tuple[str, str]]:
    """Return table and v2_id of the rows decided on that the ledger does not have.

    Of a table of which it has no row at all nothing is returned: decisions may be there before the first run.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for decision in decisions:
        if decision.scope == "row" and decision.v2_id is not None:
            wanted[decision.v2_table].add(decision.v2_id)
    return {
        (table, v2_id)
        for table, v2_ids in wanted.items()
        if _has_met(connection, table)
        for v2_id in v2_ids - _met(connection, table, sorted(v2_ids))
    }


def _has_met(connection: Connection, table: str) -> bool:
    rows = ledger.rows.c
    return connection.execute(select(rows.v2_id).where(rows.v2_table == table).limit(1)).first() is not None


def _met(connection: Connection, table: str, v2_ids: list[str]) -> set[str]:
    rows = ledger.rows.c
    found: set[str] = set()
    for start in range(0, len(v2_ids), _AT_ONCE):
        named = rows.v2_id.in_(v2_ids[start : start + _AT_ONCE])
        found.update(connection.execute(select(rows.v2_id).where(rows.v2_table == table, named)).scalars())
    return found
