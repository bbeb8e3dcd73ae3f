"""Opens v2 and v3 by URL; what is wrong with one is told in a line.

Any SQLAlchemy URL is taken; `postgres…` is opened through psycopg, `mysql…` and `mariadb…` through PyMySQL,
whatever driver the URL names, because the bulk paths are written for those.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from migrate.databases.bulk import paths_of
from migrate.databases.reading import for_reading, is_read_only
from migrate.databases.shown_url import is_cut_short, shown_url, without_password
from migrate.databases.sqlite.missing_file import read_as_empty
from migrate.databases.sqlite.url import refuse_unusable
from migrate.databases.unreachable import unreachable
from migrate.errors import ConfigurationError, MigrationError

DRIVERS = {  # what a URL may say → what opens it
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mariadb": "mariadb+pymysql",
    "mysql": "mysql+pymysql",
    "sqlite": "sqlite+pysqlite",
}
NEED_DATABASE = ("mariadb", "mysql")
"""These servers use no database unless the URL names one."""
_OPTION_ERRORS = (AttributeError, TypeError, ValueError, OverflowError)
"""What drivers raise of an option in the URL that they cannot take."""


def open_engine(url: str, *, must_exist: bool = False) -> Engine:
    """Open a database for reading and writing.

    A SQLite file is created where it does not exist, unless it must.
    Raises ConfigurationError for a URL that is none, MigrationError for a database that does not answer.
    """
    return _connect(_engine_of(url, must_exist=must_exist))


def open_target_engine(url: str) -> Engine:
    """Open v3 for a run, which may yet be refused: a SQLite file that does not exist is not created.

    It reads as empty until `migrate.databases.sqlite.missing_file.make_file`. Raises as `open_engine`.
    """
    engine = _engine_of(url, must_exist=False)
    read_as_empty(engine)
    return _connect(engine)


def open_source_engine(url: str) -> Engine:
    """Open v2 so that the server itself refuses a write; every transaction is one consistent snapshot.

    Raises as `open_engine`.
    """
    engine = _engine_of(url, must_exist=True)
    paths_of(engine).make_read_only(engine)
    return _connect(engine)


def open_reading_engine(url: str) -> Engine:
    """Open v3 beside the transactions that write it, to see what is committed; temporary tables are its own.

    PostgreSQL is read through ADBC, in a snapshot that refuses every write. Raises as `open_engine`.
    """
    if _parse(url).get_backend_name() == "postgresql":
        return open_source_engine(url)
    return for_reading(open_engine(url))


def _engine_of(url: str, *, must_exist: bool) -> Engine:
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        _check_sqlite_file(parsed, must_exist=must_exist)
    return _create(parsed)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: the port is not a number
        raise ConfigurationError(
            f"{without_password(url)!r} is not a database URL; one looks like "
            "postgresql://user:password@host/database, mariadb://…, or sqlite:///file.db"
        ) from None
    if is_cut_short(parsed):
        raise ConfigurationError(f"{without_password(url)!r}: write %40 for each @ in the user or password")
    name = parsed.drivername.split("+")[0]
    if name not in DRIVERS:  # which of its options hold a password is unknown: not shown
        raise ConfigurationError(
            f"databases of {name} are not supported; use one of {', '.join(sorted(DRIVERS))}"
        )
    if name == "sqlite":
        refuse_unusable(parsed)
    if name in NEED_DATABASE and not parsed.database:
        raise ConfigurationError(
            f"{shown_url(parsed)} names no database; write its name after the host and a /"
        )
    return parsed.set(drivername=DRIVERS[name])


def _create(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":  # `_engine_options` asks for UTF-8, whatever the URL does
        url = url.difference_update_query(["client_encoding"])
    try:
        engine = create_engine(url, **_engine_options(url))
    except (ArgumentError, NoSuchModuleError, TypeError, ValueError) as error:  # TypeError: given twice
        raise ConfigurationError(f"{shown_url(url)}: {error}") from None
    paths_of(engine).prepare(engine)
    return engine


def _engine_options(url: URL) -> dict[str, Any]:
    options: dict[str, Any] = {
        "pool_pre_ping": url.get_backend_name() != "sqlite",
        "hide_parameters": True,  # what members typed does not enter error messages
    }
    if url.get_backend_name() == "postgresql":
        # Of a database in SQL_ASCII psycopg else gives bytes where SQLAlchemy looks for a text.
        options["connect_args"] = {"client_encoding": "utf8"}
    if url.get_backend_name() in ("mysql", "mariadb"):
        options["connect_args"] = {"local_infile": True, "charset": "utf8mb4"}
        # See what users commit, hold no gaps. Set by a listener it would be gone once a connection was lent
        # for AUTOCOMMIT, which the pool takes back to the level that it knows.
        options["isolation_level"] = "READ COMMITTED"
    return options


def _connect(engine: Engine) -> Engine:
    """Connect once, so that a wrong address is told before any work begins."""
    try:
        with engine.connect() as connection:
            if getattr(engine.dialect, "is_mariadb", False) and engine.url.get_backend_name() == "mysql":
                return _connect(_create_alike(engine, engine.url.set(drivername=DRIVERS["mariadb"])))
            paths_of(engine).probe(connection)
    except DBAPIError as error:
        raise unreachable(engine.url, error) from None
    except UnicodeError:
        raise ConfigurationError(f"{shown_url(engine.url)}: the host name cannot be resolved") from None
    except _OPTION_ERRORS as error:
        raise ConfigurationError(f"{shown_url(engine.url)}: {error}") from None
    return engine


def _create_alike(engine: Engine, url: URL) -> Engine:
    """Open a MariaDB that was called MySQL as what it is, read-only where the first was."""
    found = _create(url)
    if is_read_only(engine):
        paths_of(found).make_read_only(found)
    return found


def _check_sqlite_file(url: URL, *, must_exist: bool) -> None:
    path = Path(str(url.database))
    if path.is_dir():
        raise MigrationError(f"{path} is a folder; for exported files write dir:{path}")
    if must_exist and not path.exists():
        raise MigrationError(f"{path} does not exist; check the path after sqlite:///")
    if not path.exists() and not path.parent.is_dir():
        raise MigrationError(f"{path.parent} does not exist; create the folder first")
