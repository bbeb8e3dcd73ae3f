"""The ledger's indexes, set aside while its first run fills it.

Kept up row by row, those of a million anomalies took PostgreSQL 6.5 seconds; made at the end, 1.3. A run
that begins on a ledger with rows makes them first, so that nothing is missing after a first run that was
killed. MySQL, which has no IF EXISTS for an index, keeps them throughout.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from sqlalchemy import Engine, Index, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, DropIndex

from migrate.databases.error_codes import lacks_right
from migrate.load.ledger.holds import admission
from migrate.load.ledger.ledger_key import attach_key, create_key, drop_key, has_separate_key
from migrate.load.ledger.runs import mark_dead_runs
from migrate.load.ledger.short_waits import not_waiting_long
from migrate.schema import ledger

_FILLED = (ledger.rows, ledger.anomalies)
_AT_ONCE = {"postgresql": 2, "mariadb": 2}
"""How many indexes are made at once, each by one core of the server; elsewhere one after the other."""
_STATISTICS = {"postgresql": "ANALYZE"}
"""Elsewhere the server keeps its statistics up to date by itself."""
_MADE_MEANWHILE = "pg_class_relname_nsp_index"
"""Named in PostgreSQL's error when another run makes the same index at once, despite IF NOT EXISTS."""


def set_aside_indexes(engine: Engine, run_id: str, needs_key: Callable[[], bool] = lambda: True) -> bool:
    """Drop the indexes of an empty ledger and return True; make what a filled one lacks and return False.

    run_id: of the run that asks. needs_key: tells whether the ledger's key is what keeps a row of v2 from
    being recorded twice; where it is not, and no other run is at work, it is set aside as well.
    """
    with admission(engine):
        with engine.begin() as connection:
            empty = not any(connection.execute(select(table).limit(1)).first() for table in _FILLED)
            others = [run for run in mark_dead_runs(engine, connection) if run.run_id != run_id]
        if not empty:
            create_missing_indexes(engine)
        elif has_separate_key(engine) and not others and not needs_key():
            _drop(engine, key=True)
        else:
            _drop(engine, key=False)
            complete_key(engine)
    return empty


def complete_indexes(engine: Engine) -> None:
    """Make the indexes that the ledger lacks, and let the server look at what it holds by now."""
    create_missing_indexes(engine)
    statement = _STATISTICS.get(engine.dialect.name)
    if statement:
        _at_once(engine, [partial(_execute, engine, f"{statement} {table.name}") for table in _FILLED])


def complete_key(engine: Engine) -> None:
    """Make the ledger's key, if it is set aside: a first run was stopped, or must look rows up by it."""
    create_key(engine)
    attach_key(engine)


def create_missing_indexes(engine: Engine) -> None:
    """Make the indexes that the ledger lacks, after a first run that was killed."""
    indexes = (partial(_create_missing, engine, index) for index in _indexes(engine))
    _at_once(engine, [partial(create_key, engine), *indexes])
    attach_key(engine)


def _drop(engine: Engine, *, key: bool) -> None:
    with (
        suppress(DBAPIError),  # somebody is reading, or the account may not: then they stay
        engine.begin() as connection,
        not_waiting_long(connection),
    ):
        for index in _indexes(engine):
            connection.execute(DropIndex(index, if_exists=True))
        if key:
            drop_key(connection)


def _at_once(engine: Engine, making: Sequence[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(_AT_ONCE.get(engine.dialect.name, 1), "index") as pool:
        for done in [pool.submit(each) for each in making]:
            done.result()


def _execute(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def _create_missing(engine: Engine, index: Index) -> None:
    try:
        with engine.begin() as connection:
            connection.execute(CreateIndex(index, if_not_exists=True))
    except DBAPIError as error:
        was_kept = lacks_right(error)  # an account that may not create it could not have dropped it
        if not was_kept and _MADE_MEANWHILE not in str(error.orig):
            raise


def _indexes(engine: Engine) -> tuple[Index, ...]:
    if engine.dialect.name == "mysql":
        return ()
    return ledger.rows_owner, ledger.anomalies_owner, ledger.anomalies_text[engine.dialect.name]
