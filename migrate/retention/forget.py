"""Removes what members wrote from the ledger when the retention period ends. Rows, fates and counts stay."""

from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Connection, Update, and_, insert, select, update

from migrate.errors import ConfigurationError
from migrate.retention.held import FORGOTTEN, forgotten_before
from migrate.retention.texts import ALL_TEXTS, HeldTexts
from migrate.schema import ledger


def forget_before(connection: Connection, day: date, *, today: date) -> dict[str, int]:
    """Remove the texts of runs that finished before a day; return `what` → rows, in the caller's transaction.

    Bases go too, so a later run keeps whatever v3 then holds of those rows as its users' own. Raises
    ConfigurationError for a day that has not come yet, which would remove what is still being worked on.
    """
    if day > today:
        raise ConfigurationError(f"--before must not be after today (got {day.isoformat()})")
    removed: dict[str, int] = {}
    for texts in ALL_TEXTS:
        found = connection.execute(_removal(texts, datetime.combine(day, time())))
        removed[texts.what] = found.rowcount
    _note(connection, day)
    return removed


def _removal(texts: HeldTexts, before: datetime) -> Update:
    columns = dict.fromkeys(texts.columns)
    return update(texts.table).where(and_(texts.is_held, _is_old(texts, before))).values(columns)


def _is_old(texts: HeldTexts, before: datetime) -> ColumnElement[bool]:
    if texts.table is ledger.decisions:
        return ledger.decisions.c.decided_at < before
    finished = select(ledger.runs.c.run_id).where(ledger.runs.c.finished_at < before)
    return texts.table.c.run_id.in_(finished)


def _note(connection: Connection, day: date) -> None:
    """Keep the latest day in the ledger."""
    known = forgotten_before(connection)
    if known is None:
        connection.execute(insert(ledger.ledger), {"name": FORGOTTEN, "value": day.isoformat()})
    elif known < day.isoformat():
        change = update(ledger.ledger).where(ledger.ledger.c.name == FORGOTTEN)
        connection.execute(change.values(value=day.isoformat()))
