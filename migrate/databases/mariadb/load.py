"""Rows into MariaDB and MySQL: LOAD DATA LOCAL, or INSERT of many rows where the server does not allow it."""

import tempfile
from typing import Any

import pyarrow as pa
import pymysql
from sqlalchemy import Connection, Table

from migrate.databases.as_stored import flags_as_numbers
from migrate.databases.delimited import write_csv
from migrate.databases.driver_errors import raised_as_sqlalchemys

_LOCAL_INFILE_REFUSED = {1148, 3948, 4166}
_INSERT_ROWS = 2000


def load_rows(connection: Connection, table: Table, frame: pa.Table) -> None:
    """Insert every row of a frame of text. Raises sqlalchemy.exc.DBAPIError where the server refuses one."""
    frame = _with_numbers_for_flags(table, frame)
    if not connection.dialect.__dict__.get("career_migrate_no_infile"):
        try:
            _load_data(connection, table, frame)
        except _InfileRefused:
            connection.dialect.career_migrate_no_infile = True  # type: ignore[attr-defined]
        else:
            return
    insert_rows(connection, table, frame)


class _InfileRefused(Exception):  # noqa: N818  # never leaves this module
    pass


def _load_data(connection: Connection, table: Table, frame: pa.Table) -> None:
    """Load a frame from a file of this machine.

    With LOCAL the server turns every error into a warning and leaves the row out, so a warning or
    another row count is an error here. The file is UTF-8 as the columns are: called binary, the server
    stores it as it is and need not look for the ends of its characters.
    """
    preparer = connection.dialect.identifier_preparer
    columns = ", ".join(preparer.quote(name) for name in frame.column_names)
    raw: Any = connection.connection.driver_connection
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        write_csv(frame, file.name, null="NULL")
        statement = (
            f"LOAD DATA LOCAL INFILE '{file.name}' INTO TABLE {preparer.quote(table.name)} "
            "CHARACTER SET binary FIELDS TERMINATED BY ',' ENCLOSED BY '\"' ESCAPED BY '' "
            f"LINES TERMINATED BY '\n' ({columns})"
        )
        with raised_as_sqlalchemys(connection, "LOAD DATA", pymysql.MySQLError), raw.cursor() as cursor:
            try:
                loaded = cursor.execute(statement)
            except pymysql.MySQLError as error:
                if error.args and error.args[0] in _LOCAL_INFILE_REFUSED:
                    raise _InfileRefused from None
                raise
            cursor.execute("SHOW WARNINGS LIMIT 1")
            warning = cursor.fetchone()
            if warning is not None or loaded != frame.num_rows:
                raise pymysql.err.IntegrityError(*(warning or ("", 0, "rows were left out"))[1:])


def insert_rows(connection: Connection, table: Table, frame: pa.Table) -> None:
    """Insert every row of a frame of text, in which flags are numbers, without a file."""
    preparer = connection.dialect.identifier_preparer
    names = ", ".join(preparer.quote(name) for name in frame.column_names)
    places = ", ".join(["%s"] * frame.num_columns)
    statement = f"INSERT INTO {preparer.quote(table.name)} ({names}) VALUES ({places})"  # noqa: S608  # names, no values
    for start in range(0, frame.num_rows, _INSERT_ROWS):
        part = frame.slice(start, _INSERT_ROWS)
        rows = list(zip(*(part[name].to_pylist() for name in part.column_names), strict=True))
        connection.exec_driver_sql(statement, rows)


def _with_numbers_for_flags(table: Table, frame: pa.Table) -> pa.Table:
    for place, name in enumerate(frame.column_names):
        if table.columns[name].type.python_type is bool:
            frame = frame.set_column(place, name, flags_as_numbers(frame[name]))
    return frame
