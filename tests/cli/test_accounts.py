"""An account that lacks a right is told what to have granted, and its password stands nowhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import inspect, make_url

from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from tests.cli.calling import PASSWORD, career_migrate, in_words
from tests.servers import as_user, execute, opened, server_url

HERE = "sqlite:///v2.db"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty v2."""
    made = tmp_path_factory.mktemp("accounts")
    write_v2(f"sqlite:///{made / 'v2.db'}", generate(0))
    return made


@pytest.fixture
def account() -> Iterator[Callable[[str, str], str]]:
    """Give a function that makes an account with the password, and says which: engine name and rights in."""
    made: list[tuple[str, str]] = []

    def make(engine_name: str, database: str) -> str:
        name = f"career_{uuid4().hex[:10]}"
        url = f"{server_url(engine_name)}/"
        if engine_name == "postgresql":
            execute(url, f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
        else:
            execute(
                url,
                f"CREATE USER {name} IDENTIFIED BY '{PASSWORD}'",
                f"GRANT SELECT ON {database}.* TO {name}",
            )
        made.append((engine_name, name))
        return name

    yield make
    for engine_name, name in made:
        kind = "ROLE" if engine_name == "postgresql" else "USER"
        execute(f"{server_url(engine_name)}/", f"DROP {kind} {name}")


def test_a_v3_that_lacks_letters_is_refused_for_that_and_for_no_right() -> None:
    name = f"career_{uuid4().hex[:12]}"
    server = server_url("postgresql")
    latin = f"CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    execute(f"{server}/", latin)
    try:
        called = career_migrate("init-target", "--target", f"{server}/{name}")
    finally:
        execute(f"{server}/", f"DROP DATABASE {name} WITH (FORCE)")
    assert called.code == 3
    assert "created anew with ENCODING 'UTF8'; no table was made" in called.err
    assert "right" not in called.err


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_a_v3_without_the_right_to_create_tables_is_refused(
    engine_name: str,
    folder: Path,
    fresh_database: Callable[[str], str],
    account: Callable[[str, str], str],
) -> None:
    url = fresh_database(engine_name)
    name = account(engine_name, str(make_url(url).database))
    if engine_name == "postgresql":
        execute(url, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    called = career_migrate(
        "run", "--source", HERE, "--target", as_user(url, name, PASSWORD), "--no-checks", cwd=folder
    )
    assert called.code == 3
    assert "cannot be created" in called.err
    assert "init-target" in called.err
    assert in_words(called)
    with opened(url) as engine:
        assert inspect(engine).get_table_names() == []


@pytest.mark.parametrize(
    ("engine_name", "command"),
    [("postgresql", "run"), ("postgresql", "rollback"), ("postgresql", "status"), ("mariadb", "rollback")],
)
def test_a_right_that_is_missing_is_told_with_what_to_do(
    engine_name: str,
    command: str,
    fresh_database: Callable[[str], str],
    account: Callable[[str, str], str],
    folder: Path,
) -> None:
    """A call that is only repeated would be refused again."""
    url = fresh_database(engine_name)
    assert career_migrate("run", "--source", HERE, "--target", url, "--no-checks", cwd=folder).code == 0
    name = account(engine_name, str(make_url(url).database))
    if engine_name == "postgresql" and command != "status":
        execute(url, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    run_id = _run_in(url)
    arguments = {"run": ("--source", HERE, "--no-checks"), "rollback": ("--run", run_id), "status": ()}
    called = career_migrate(
        command, *arguments[command], "--target", as_user(url, name, PASSWORD), cwd=folder
    )
    assert called.code == 1, called.err
    assert "ave that right granted to the account" in called.err
    assert "igrated" not in called.err, "of a rollback this says nothing"
    if engine_name == "postgresql":
        execute(url, f"DROP OWNED BY {name}")


def _run_in(url: str) -> str:
    with opened(url) as engine, engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT run_id FROM migration_runs").scalar_one())


def test_a_password_appears_nowhere(
    tmp_path: Path, fresh_database: Callable[[str], str], account: Callable[[str, str], str]
) -> None:
    """Not in what is printed, not in the ledger, not in files."""
    source, target = fresh_database("mariadb"), fresh_database("mariadb")
    name = account("mariadb", str(make_url(source).database))
    execute(target, f"GRANT ALL ON {make_url(target).database}.* TO {name}")
    write_v2(source, generate(5))
    urls = ("--source", as_user(source, name, PASSWORD), "--target", as_user(target, name, PASSWORD))
    called = career_migrate("run", *urls, "--no-checks", "--summary", tmp_path / "summary.json", cwd=tmp_path)
    assert called.code == 0, called.err
    written = [path.read_bytes().decode("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()]
    with opened(target) as engine, engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608  # a table of the schema
            written += [str(tuple(row)) for row in rows]
    assert PASSWORD not in called.out + called.err + "".join(written)
