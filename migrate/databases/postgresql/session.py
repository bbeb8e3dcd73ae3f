"""The settings of each session with PostgreSQL, and what none of them mends."""

from sqlalchemy import Connection, func, select

from migrate.databases.shown_url import shown_url
from migrate.errors import ConfigurationError, PreflightError

SETTINGS = (  # whatever the settings of server, database and account
    "SET client_encoding = 'UTF8'",
    "SET datestyle = 'ISO, YMD'",  # SQL, MDY writes the 4th of March as 03/04: the 3rd of April
    "SET intervalstyle = 'postgres'",
    "SET standard_conforming_strings = on",  # else a backslash in a cohort's name is an escape
    # a batch is a few thousand rows out of millions: without this, each would scan the ledger
    "SET random_page_cost = 1.1",
)


def refuse_shared_sessions(connection: Connection) -> None:
    """Raise ConfigurationError where a pool gives each transaction another of the server's sessions.

    There the settings would be another client's, dates in an order that nobody expects, and the sign that a
    run is alive would go to whoever comes next.
    """
    session = _session_of(connection)
    driver = connection.connection.driver_connection
    if driver is not None and driver.pgconn.backend_pid == session:  # nothing stands between
        return
    connection.rollback()
    with connection.engine.connect() as other:
        is_shared = _session_of(other) == session or _session_of(connection) != session
    if is_shared:
        raise ConfigurationError(
            f"{shown_url(connection.engine.url)} is a connection pool that gives each transaction another "
            "session, so settings and locks would be lost. Name the server's own address, or a pool that "
            "keeps sessions (PgBouncer: pool_mode = session)."
        )


def refuse_nameless_letters(connection: Connection) -> None:
    """Raise PreflightError where the database is in SQL_ASCII: its server takes bytes and knows no letters.

    What is no UTF-8 could not be read, and nothing says which letters the rest was meant to be.
    """
    encoding = connection.execute(select(func.current_setting("server_encoding"))).scalar_one()
    if encoding == "SQL_ASCII":
        raise PreflightError(
            f"{shown_url(connection.engine.url)} is a database in SQL_ASCII, which does not say what letters "
            "its bytes are. Restore a dump of it into a database with ENCODING 'UTF8', with what they are in "
            "the dump's SET client_encoding, such as 'WIN1252'; nothing was written."
        )


def _session_of(connection: Connection) -> int:
    return int(connection.execute(select(func.pg_backend_pid())).scalar_one())
