"""Opens v3 for commands that read or add to its ledger."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from migrate.databases import for_reading, open_engine
from migrate.errors import PreflightError
from migrate.load.ledger.target import refuse_uninitialised


@contextmanager
def reading_ledger(target: str) -> Iterator[Connection]:
    """Give a connection for reading: all queries see one moment, and no writer is waited for.

    Raises PreflightError where v3 has no ledger.
    """
    with _ledger(target, only_reads=True) as engine, engine.connect() as connection:
        yield connection


@contextmanager
def writing_ledger(target: str) -> Iterator[Connection]:
    """Give a connection in one transaction, committed at the end. Raises as `reading_ledger`."""
    with _ledger(target) as engine, engine.begin() as connection:
        yield connection


@contextmanager
def sound_ledger(target: str) -> Iterator[Engine]:
    """Give the engine of a v3 with a ledger, for transactions of the caller's own.

    Raises PreflightError where it has no ledger, one of another version, or other tables than v3's.
    """
    from migrate.check.preflight import check_target

    with _ledger(target) as engine:
        problems = check_target(engine)
        if problems:
            raise PreflightError(*problems)
        yield engine


def refuse_missing(target: str) -> None:
    """Raise MigrationError where v3 is a file that does not exist: SQLite would create it, empty."""
    open_engine(target, must_exist=True).dispose()


@contextmanager
def _ledger(target: str, *, only_reads: bool = False) -> Iterator[Engine]:
    engine = open_engine(target, must_exist=True)
    if only_reads:
        engine = for_reading(engine)
    try:
        refuse_uninitialised(engine)
        yield engine
    finally:
        engine.dispose()
