"""Removes what members wrote from the ledger when the retention period ends. Rows, fates and counts stay."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Connection, Update, and_, func, insert, select, update

from migrate.errors import ConfigurationError
from migrate.load.ledger.holds import is_held
from migrate.retention.held import FORGOTTEN, forgotten_before
from migrate.retention.texts import ALL_TEXTS, HeldTexts
from migrate.schema import ledger


def forget_before(connection: Connection, day: date, *, today: date) -> dict[str, int]:
    """Remove the texts of runs that finished before a day; return `what` → rows, in the caller's transaction.

    Bases are removed too, so a later run keeps whatever v3 then holds of those rows as users' edits. Raises
    ConfigurationError for a day that has not come yet, which would remove what is still being worked on.
    """
    if day > today:
        raise ConfigurationError(f"--before must not be after today (got {day.isoformat()})")
    before = datetime.combine(day, time())
    ended = _ended_before(connection, before)
    if connection.dialect.name == "sqlite":  # else the texts stay in the free parts of the file
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    removed: dict[str, int] = {}
    for texts in ALL_TEXTS:
        found = connection.execute(_removal(texts, before, ended))
        removed[texts.what] = found.rowcount
    _note(connection, day)
    return removed


def _ended_before(connection: Connection, before: datetime) -> list[str]:
    """Return the runs that finished or were killed before a moment.

    The end of a killed run is not recorded: its last batch, or else its beginning, counts as its end.
    """
    runs, batches = ledger.runs.c, ledger.batches.c
    last = select(func.max(batches.finished_at)).where(batches.run_id == runs.run_id).scalar_subquery()
    end = func.coalesce(runs.finished_at, last, runs.started_at)
    found = connection.execute(select(runs.run_id, runs.status).where(end < before)).all()
    return [
        run.run_id for run in found if run.status != "running" or not is_held(connection.engine, run.run_id)
    ]


def _removal(texts: HeldTexts, before: datetime, ended: Sequence[str]) -> Update:
    columns = dict.fromkeys(texts.columns)
    return update(texts.table).where(and_(texts.is_held, _is_old(texts, before, ended))).values(columns)


def _is_old(texts: HeldTexts, before: datetime, ended: Sequence[str]) -> ColumnElement[bool]:
    if texts.table is ledger.decisions:
        return ledger.decisions.c.decided_at < before
    return texts.table.c.run_id.in_(ended)


def _note(connection: Connection, day: date) -> None:
    """Keep the latest day in the ledger."""
    known = forgotten_before(connection)
    if known is None:
        connection.execute(insert(ledger.ledger), {"name": FORGOTTEN, "value": day.isoformat()})
    elif known < day.isoformat():
        change = update(ledger.ledger).where(ledger.ledger.c.name == FORGOTTEN)
        connection.execute(change.values(value=day.isoformat()))
