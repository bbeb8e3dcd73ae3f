"""Where each engine keeps the benchmarks' databases, and how it copies trainings by itself.

PostgreSQL  psql COPY … TO STDOUT | psql COPY … FROM STDIN
MariaDB     INSERT … SELECT
SQLite      ATTACH and INSERT … SELECT
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, text

from migrate.databases import open_engine
from migrate.load.ledger.target import init_target
from migrate.schema import v3

POSTGRESQL = os.environ.get("BENCH_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
MARIADB = os.environ.get("BENCH_MARIADB", "mariadb://root@127.0.0.1:3306")


@dataclass(frozen=True)
class Place:
    """Where an engine keeps the benchmark's databases."""

    engine: str
    url_of: Callable[[str], str]
    make: Callable[[str], None]
    drop: Callable[[str], None]
    copy_table: Callable[[str, str, str], None]
    """Copies a table of v3 from one database, the first, to another."""


def fresh(place: Place, name: str) -> None:
    """Make an empty database, in place of what was there."""
    place.drop(name)
    place.make(name)


def with_members_only(place: Place, first: str, second: str) -> None:
    """Make the copy's database: v3's tables, and the members that trainings refer to."""
    fresh(place, "cm_bench_copy")
    engine = open_engine(second)
    init_target(engine)
    engine.dispose()
    place.copy_table(first, second, "members")


def postgresql() -> Place:
    """Return where PostgreSQL keeps the databases."""
    return _on_server(
        POSTGRESQL,
        "postgres",
        "CREATE DATABASE {}",
        "DROP DATABASE IF EXISTS {} WITH (FORCE)",
        copy_postgresql,
    )


def mariadb() -> Place:
    """Return where MariaDB keeps the databases."""
    return _on_server(
        MARIADB,
        "mysql",
        "CREATE DATABASE {} CHARACTER SET utf8mb4",
        "DROP DATABASE IF EXISTS {}",
        _copy_within_server,
    )


def _on_server(
    address: str, home: str, create: str, drop: str, copy_table: Callable[[str, str, str], None]
) -> Place:
    """home: a database that is there always; create and drop: statements with a place for the name."""
    server = make_url(address)

    def url_of(name: str) -> str:
        return server.set(database=name).render_as_string(hide_password=False)

    def administer(statement: str) -> None:
        with open_engine(url_of(home)).connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))

    return Place(
        server.get_backend_name(),
        url_of,
        lambda name: administer(create.format(name)),
        lambda name: administer(drop.format(name)),
        copy_table,
    )


def copy_postgresql(first: str, second: str, table: str, *, into: str = "") -> None:
    """Copy a table of v3 into the same one of another database, or into one of its shape."""
    psql = shutil.which("psql") or "psql"
    with subprocess.Popen(  # noqa: S603
        [psql, "-qX", "-c", f"COPY {table} TO STDOUT", first], stdout=subprocess.PIPE
    ) as giving:
        subprocess.run(  # noqa: S603
            [psql, "-qX", "-c", f"COPY {into or table} FROM STDIN", second], stdin=giving.stdout, check=True
        )


def _copy_within_server(first: str, second: str, table: str) -> None:
    columns = ", ".join(column.name for column in v3.metadata.tables[table].columns)
    engine = open_engine(second)
    with engine.begin() as connection:
        connection.execute(
            text(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {make_url(first).database}.{table}")  # noqa: S608
        )
    engine.dispose()


def sqlite(folder: Path) -> Place:
    """Return where SQLite's files are kept."""

    def url_of(name: str) -> str:
        return f"sqlite:///{folder / name}.db"

    return Place(
        "sqlite",
        url_of,
        lambda name: None,
        lambda name: (folder / f"{name}.db").unlink(missing_ok=True),
        _copy_attached,
    )


def _copy_attached(first: str, second: str, table: str) -> None:
    columns = ", ".join(column.name for column in v3.metadata.tables[table].columns)
    engine = open_engine(second)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("ATTACH ? AS v3_before", (make_url(first).database,))  # type: ignore[union-attr]
        raw.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
        raw.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM v3_before.{table}")  # type: ignore[union-attr]  # noqa: S608
        raw.execute("COMMIT")  # type: ignore[union-attr]
        raw.execute("DETACH v3_before")  # type: ignore[union-attr]
    engine.dispose()
