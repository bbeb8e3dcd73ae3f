"""What a row broke in v3 is told in words of our own, whatever engine refused it, and nothing of the row."""

import sqlite3

import psycopg.errors as postgresql
import pymysql.err as mariadb
import pytest
from sqlalchemy.exc import DBAPIError

from migrate.load.applying.refusal_words import refusal_words

SECRET = "Zoë of 'key'"


def sqlite_error(rule: str, value: str | None = SECRET) -> Exception:
    """Return what SQLite raises of a value in a table with a rule."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE parents (name TEXT PRIMARY KEY)")
    database.executescript(f"PRAGMA foreign_keys = ON; CREATE TABLE trainings (title TEXT {rule})")
    try:
        for _ in range(2):
            database.execute("INSERT INTO trainings VALUES (?)", [value])
    except sqlite3.Error as error:
        return error
    finally:
        database.close()
    raise AssertionError(rule)


TWICE = "another row of v3 has a value that may be there only once"
NO_PARENT = "v3 does not have what the row refers to"
MISSING = "v3 wants a value where none is"
RULE = "a value breaks a rule that v3 checks"
TRIGGER = "a trigger of v3 does not let it in"
TOO_LONG = "a text is too long for its column in v3"
RANGE = "a value is out of the range of its column in v3"
CHARACTER = "v3 cannot store a character"
CASES: list[tuple[Exception, str]] = [  # what the driver raised, what is told
    (postgresql.UniqueViolation(SECRET), TWICE),
    (
        mariadb.IntegrityError(1062, f"Duplicate entry '{SECRET}' for key 'own.rule-1'"),
        f"{TWICE} (own.rule-1)",
    ),
    (sqlite_error("UNIQUE"), f"{TWICE} (trainings.title)"),
    (sqlite_error("PRIMARY KEY"), f"{TWICE} (trainings.title)"),
    (postgresql.ForeignKeyViolation(SECRET), NO_PARENT),
    (mariadb.IntegrityError(1216, "a foreign key constraint fails"), NO_PARENT),
    (
        mariadb.IntegrityError(1452, "fails (`v3`.`t`, CONSTRAINT `own` FOREIGN KEY (`a`))"),
        f"{NO_PARENT} (own)",
    ),
    (sqlite_error("REFERENCES parents"), NO_PARENT),
    (postgresql.NotNullViolation(SECRET), MISSING),
    (mariadb.IntegrityError(1048, "Column 'title' cannot be null"), MISSING),
    (mariadb.DataError(1263, "Column set to default value; NULL supplied"), MISSING),
    (mariadb.OperationalError(1364, "Field 'title' doesn't have a default value"), MISSING),
    (sqlite_error("NOT NULL", None), f"{MISSING} (trainings.title)"),
    (postgresql.CheckViolation(SECRET), RULE),
    (postgresql.WithCheckOptionViolation(SECRET), RULE),
    (mariadb.OperationalError(3819, "Check constraint 'own' is violated."), RULE),
    (mariadb.OperationalError(4025, "CONSTRAINT `own` failed for `v3`.`trainings`"), f"{RULE} (own)"),
    (sqlite_error("CONSTRAINT own CHECK (title = 1)"), f"{RULE} (own)"),
    (postgresql.RaiseException(SECRET), TRIGGER),
    (mariadb.OperationalError(1644, SECRET), TRIGGER),
    (postgresql.StringDataRightTruncation(SECRET), TOO_LONG),
    (mariadb.DataError(1406, "Data too long for column 'title' at row 1"), TOO_LONG),
    (postgresql.NumericValueOutOfRange(SECRET), RANGE),
    (postgresql.DatetimeFieldOverflow(SECRET), RANGE),
    (mariadb.DataError(1264, "Out of range value for column 'hours' at row 1"), RANGE),
    (mariadb.OperationalError(1292, f"Incorrect date value: '{SECRET}'"), RANGE),
    (postgresql.CharacterNotInRepertoire(SECRET), CHARACTER),
    (postgresql.UntranslatableCharacter(SECRET), CHARACTER),
    (mariadb.DataError(1366, f"Incorrect string value: '{SECRET}'"), CHARACTER),
    (postgresql.ExclusionViolation(SECRET), "a value does not fit"),
    (mariadb.InternalError(SECRET), "a value does not fit"),
]


@pytest.mark.parametrize(("raised", "told"), CASES, ids=lambda each: type(each).__name__)
def test_a_refusal_is_told_in_words_that_hold_nothing_of_the_row(raised: Exception, told: str) -> None:
    error = DBAPIError("INSERT", None, raised)
    assert refusal_words(error) == f"v3's database refused this row: {told}."
