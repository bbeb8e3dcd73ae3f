"""The product beside what each engine offers by itself: how many times as long a migration takes.

Baselines, each into the same table with its keys, foreign keys and indexes in place, and of the same rows:

    PostgreSQL  psql COPY … TO STDOUT | psql COPY … FROM STDIN
    MariaDB     INSERT … SELECT
    SQLite      ATTACH and INSERT … SELECT

The product's time has more in it: members, the reading of texts, the ledger and the anomalies.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, text

from benchmarks.measuring import median_seconds, peak_megabytes, run_product
from benchmarks.samples import training_only, whole
from migrate.databases import open_engine
from migrate.fixtures.writing import write_v2
from migrate.load.target import init_target
from migrate.schema import v3

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
MEMBERS = int(os.environ.get("BENCH_MEMBERS", "200000"))
POSTGRESQL = os.environ.get("BENCH_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
MARIADB = os.environ.get("BENCH_MARIADB", "mariadb://root@127.0.0.1:3306")
LIMITS = {"postgresql": 3.0, "mariadb": 4.5, "sqlite": 6.0}


@dataclass(frozen=True)
class Place:
    """Where an engine keeps the benchmark's databases."""

    engine: str
    url_of: Callable[[str], str]
    make: Callable[[str], None]
    drop: Callable[[str], None]
    copy_trainings: Callable[[str, str], None]
    """Copies v3's trainings from one database to another."""


def main() -> None:
    """Print a table of ratios for each engine, then growth and memory on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        places = [postgresql(), _mariadb(), _sqlite(Path(folder))]
        print(f"{MEMBERS:,} members, five trainings each; medians of {ROUNDS}; one worker\n")
        print("| engine | baseline, s | run, s | ratio | at most | re-run, s | of the run | two workers |")
        print("|---|---|---|---|---|---|---|---|")
        for place in places:
            print(_measure(place), flush=True)
        print("\nEverything that members record, PostgreSQL:\n")
        print("| members | v2 rows | run, s | peak memory, MB |")
        print("|---|---|---|---|")
        for members in (MEMBERS // 10, MEMBERS):
            print(_growth(places[0], members), flush=True)


def _measure(place: Place) -> str:
    source, first, second = (place.url_of(name) for name in ("cm_bench_v2", "cm_bench_v3", "cm_bench_copy"))
    fresh(place, "cm_bench_v2")
    write_v2(source, training_only(MEMBERS))
    run = ("run", "--source", source, "--target", first, "--no-checks")
    taken = median_seconds(ROUNDS, lambda: run_product(*run), lambda: fresh(place, "cm_bench_v3"))
    again = median_seconds(ROUNDS, lambda: run_product(*run))
    baseline = median_seconds(
        ROUNDS, lambda: place.copy_trainings(first, second), lambda: with_members_only(place, first, second)
    )
    parallel = ""
    if place.engine == "postgresql":
        two = median_seconds(
            ROUNDS, lambda: run_product(*run, "--workers", "2"), lambda: fresh(place, "cm_bench_v3")
        )
        parallel = f"{taken / two:.2f} times sooner"
    for name in ("cm_bench_v2", "cm_bench_v3", "cm_bench_copy"):
        place.drop(name)
    return (
        f"| {place.engine} | {baseline:.1f} | {taken:.1f} | {taken / baseline:.2f} | {LIMITS[place.engine]} "
        f"| {again:.1f} | {again / taken:.2f} | {parallel} |"
    )


def _growth(place: Place, members: int) -> str:
    source, target = place.url_of("cm_bench_v2"), place.url_of("cm_bench_v3")
    fresh(place, "cm_bench_v2")
    rows = sum(write_v2(source, whole(members)).values())
    run = ("run", "--source", source, "--target", target, "--no-checks")
    taken = median_seconds(ROUNDS, lambda: run_product(*run), lambda: fresh(place, "cm_bench_v3"))
    fresh(place, "cm_bench_v3")
    memory = peak_megabytes(run)
    for name in ("cm_bench_v2", "cm_bench_v3"):
        place.drop(name)
    return f"| {members:,} | {rows:,} | {taken:.1f} | {memory:.0f} |"


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
    _COPIES[place.engine](first, second, "members")


def postgresql() -> Place:
    """Return where PostgreSQL keeps the databases."""
    server = make_url(POSTGRESQL)

    def url_of(name: str) -> str:
        return server.set(database=name).render_as_string(hide_password=False)

    def administer(statement: str) -> None:
        with open_engine(url_of("postgres")).connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))

    return Place(
        "postgresql",
        url_of,
        lambda name: administer(f"CREATE DATABASE {name}"),
        lambda name: administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        lambda first, second: copy_postgresql(first, second, "trainings"),
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


def _mariadb() -> Place:
    server = make_url(MARIADB)

    def url_of(name: str) -> str:
        return server.set(database=name).render_as_string(hide_password=False)

    def administer(statement: str) -> None:
        with open_engine(url_of("mysql")).connect() as connection:
            connection.execute(text(statement))

    return Place(
        "mariadb",
        url_of,
        lambda name: administer(f"CREATE DATABASE {name} CHARACTER SET utf8mb4"),
        lambda name: administer(f"DROP DATABASE IF EXISTS {name}"),
        lambda first, second: _copy_within_server(first, second, "trainings"),
    )


def _copy_within_server(first: str, second: str, table: str) -> None:
    columns = ", ".join(column.name for column in v3.metadata.tables[table].columns)
    engine = open_engine(second)
    with engine.begin() as connection:
        connection.execute(
            text(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {make_url(first).database}.{table}")  # noqa: S608
        )
    engine.dispose()


def _sqlite(folder: Path) -> Place:
    def url_of(name: str) -> str:
        return f"sqlite:///{folder / name}.db"

    return Place(
        "sqlite",
        url_of,
        lambda name: None,
        lambda name: (folder / f"{name}.db").unlink(missing_ok=True),
        lambda first, second: _copy_attached(first, second, "trainings"),
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


_COPIES = {"postgresql": copy_postgresql, "mariadb": _copy_within_server, "sqlite": _copy_attached}


if __name__ == "__main__":
    main()
