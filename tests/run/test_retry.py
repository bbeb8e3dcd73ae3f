"""What may pass is tried again; what no waiting helps against is told at once."""

import sqlite3

import psycopg
import pymysql
import pytest
from psycopg import errors as postgresql
from pymysql import err as mariadb
from sqlalchemy.exc import DBAPIError

from migrate.load.applying.apply import ChangedUnderneathError
from migrate.run.retry import may_pass

PASSES: list[Exception] = [
    postgresql.DeadlockDetected(),
    postgresql.SerializationFailure(),
    postgresql.LockNotAvailable(),
    postgresql.TooManyConnections(),
    mariadb.OperationalError(1205, "Lock wait timeout exceeded"),
    mariadb.OperationalError(1213, "Deadlock found"),
    mariadb.OperationalError(1020, "Record has changed since last read"),
    mariadb.InterfaceError(0, ""),
    sqlite3.OperationalError("database is locked"),
]
STAYS: list[Exception] = [
    postgresql.UniqueViolation(),
    postgresql.InsufficientPrivilege(),
    postgresql.ReadOnlySqlTransaction(),
    postgresql.DiskFull(),
    *(
        mariadb.OperationalError(code, "in the language of the server")
        for code in (1044, 1045, 1142, 1143, 1227, 1290, 1792, 1836, 1021, 1114)
    ),
    mariadb.OperationalError(1026, 'Fehler beim Speichern der Datei (errno: 28 "No space left on device")'),
    mariadb.IntegrityError(1062, "Duplicate entry"),
    sqlite3.OperationalError("attempt to write a readonly database"),
    sqlite3.OperationalError("database or disk is full"),
    sqlite3.OperationalError("disk I/O error"),
    sqlite3.OperationalError("no such table: members"),
]


def as_sqlalchemys(raised: Exception) -> BaseException:
    """Return an error of a driver's as SQLAlchemy raises it."""
    base = next(kind for kind in (psycopg.Error, pymysql.Error, sqlite3.Error) if isinstance(raised, kind))
    return DBAPIError.instance("SELECT 1", None, raised, base)


@pytest.mark.parametrize("raised", PASSES, ids=repr)
def test_what_may_pass_is_tried_again(raised: Exception) -> None:
    assert may_pass(as_sqlalchemys(raised))


@pytest.mark.parametrize("raised", STAYS, ids=repr)
def test_what_will_stay_is_told_at_once(raised: Exception) -> None:
    assert not may_pass(as_sqlalchemys(raised))


def test_a_lost_connection_is_tried_again_and_a_fault_of_ours_is_not() -> None:
    assert may_pass(DBAPIError("SELECT 1", None, psycopg.DatabaseError(), connection_invalidated=True))
    assert may_pass(ChangedUnderneathError("trainings"))
    assert not may_pass(ValueError("database is locked"))
