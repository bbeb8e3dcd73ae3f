"""Counts the personal texts that the ledger holds, for `status`."""

from typing import Any

from sqlalchemy import Connection, func, select

from migrate.retention.texts import ALL_TEXTS
from migrate.schema import ledger

FORGOTTEN = "forgotten-before"
"""The name in `migration_ledger` under which the last `forget` noted its date."""


def held_texts(connection: Connection) -> list[dict[str, Any]]:
    """Return, for each kind of text: `what`, `table`, `columns`, and the `rows` that still have one."""
    return [
        {
            "what": texts.what,
            "table": texts.table.name,
            "columns": list(texts.columns),
            "rows": connection.execute(
                select(func.count()).select_from(texts.table).where(texts.is_held)
            ).scalar_one(),
        }
        for texts in ALL_TEXTS
    ]


def forgotten_before(connection: Connection) -> str | None:
    """Return the date (ISO) up to which raw texts were removed, or None."""
    noted = select(ledger.ledger.c.value).where(ledger.ledger.c.name == FORGOTTEN)
    return connection.execute(noted).scalar_one_or_none()
