"""What is wrong with a set-up is told in a line of words: no traceback, no password, the right exit code."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, make_url

from migrate.cli.fixtures import MOST_MEMBERS
from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.schema import v2
from tests.cli.calling import PASSWORD, career_migrate, in_words
from tests.servers import as_user, execute, opened, server_url

HERE = "sqlite:///v2.db"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty v2, and files that are none."""
    made = tmp_path_factory.mktemp("refused")
    write_v2(f"sqlite:///{made / 'v2.db'}", generate(0))
    (made / "text.db").write_text("no database\n" * 200)
    (made / "exports").mkdir()
    (made / "nobody.txt").write_text("\n")
    (made / "octets.txt").write_bytes(b"\xff\xfe1\n")
    (made / "rules").mkdir()
    (made / "rules" / "durations.yaml").write_text("hours_per_day: seven\n")
    (made / "misnamed").mkdir()
    (made / "misnamed" / "durations.yml").write_text("hours_per_day: 6\n")
    return made


WRONG = [  # arguments after `run`, exit code, words
    (("--source", "sqlite:///missing.db"), 1, "does not exist"),
    (("--source", "sqlite:///text.db"), 1, "not a SQLite database"),
    (("--source", "sqlite:///exports"), 1, "is a folder"),
    (("--source", "dir:exports"), 3, "members"),
    (("--source", "dir:no-such-folder"), 3, "no-such-folder"),
    (("--source", "dir:"), 3, "dir: names no folder"),
    (("--source", f"postgresql://u:p@{PASSWORD}@127.0.0.1:1/v2"), 2, "'127.0.0.1:1/v2': write %40 for"),
    (("--source", f"mssql+pyodbc:///?odbc_connect=PWD%3D{PASSWORD}"), 2, "mssql are not supported"),
    (("--source", f"postgresql://u:{PASSWORD}@no-such-host.invalid/v2"), 1, "the host is unknown"),
    (("--source", f"mariadb://u:{PASSWORD}@127.0.0.1:1/v2"), 1, "nothing answers there"),
    (("--source", f"postgresql:/u:{PASSWORD}@host/v2"), 2, "not a database URL"),
    (("--source", HERE, "--target", f"mariadb://u:{PASSWORD}@no-such.invalid/v3"), 1, "host is unknown"),
    (("--source", HERE, "--target", "sqlite:////no/such/folder/v3.db"), 1, "create the folder first"),
    (("--source", HERE, "--target", "sqlite:///text.db"), 1, "not a SQLite database"),
    (("--source", HERE, "--cohort", "2024-A", "--members-file", "nobody.txt"), 2, "exclude each other"),
    (("--source", HERE, "--members-file", "nobody.txt"), 2, "lists no member"),
    (("--source", HERE, "--members-file", "missing.txt"), 2, "missing.txt"),
    (("--source", HERE, "--members-file", "octets.txt"), 2, "octets.txt: not UTF-8"),
    (("--source", HERE, "--batch-size", "0"), 2, "batch-size"),
    (("--source", HERE, "--batch-size", "9" * 20), 2, "batch-size"),
    (("--source", HERE, "--scheduler", "nonsense"), 2, "--scheduler must be an address like"),
    (("--source", HERE, "--summary", "exports"), 2, "exports is a folder; name a file"),
    (("--source", HERE, "--summary", "none/s.json"), 2, "none is no folder"),
    (("--source", HERE, "--data-docs", "nobody.txt"), 2, "nobody.txt: not a folder"),
    (("--source", HERE, "--target", "postgresql://u@h:port/v3"), 2, "not a database URL"),
    (("--source", HERE, "--target", "mysql://u@127.0.0.1"), 2, "names no database"),
    (("--source", HERE, "--target", f"mariadb://u:{PASSWORD}@127.0.0.1/v3?nonsense=1"), 2, "nonsense"),
    (("--source", "sqlite://"), 2, "gone when the command ends; give a file"),
    (("--source", HERE, "--target", "sqlite:///:memory:"), 2, "gone when the command ends; give a file"),
    (("--source", HERE, "--target", "sqlite:///file:new.db?uri=true"), 2, "write sqlite:///new.db"),
    (("--source", HERE, "--target", "sqlite:///new.db?nonsense=1"), 2, "has no option nonsense"),
    (("--source", HERE, "--rules", "rules"), 2, "durations.yaml:1"),
    (("--source", HERE, "--rules", "misnamed"), 2, "misnamed/durations.yml: no rules are read from a file"),
    ((), 2, "--source"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG)
def test_a_wrong_call_is_toldin_words(
    arguments: tuple[str, ...], code: int, words: str, folder: Path, tmp_path: Path
) -> None:
    target = () if "--target" in arguments else ("--target", f"sqlite:///{tmp_path / 'v3.db'}")
    called = career_migrate("run", *arguments, *target, "--json", cwd=folder)
    assert called.code == code, called.err
    assert words in called.err
    assert in_words(called)


@pytest.mark.parametrize("arguments", [("run", "--cohort", "nobody"), ("plan",), ("verify",)], ids=" ".join)
def test_what_is_refused_or_only_looks_makes_no_file(
    arguments: tuple[str, ...], folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "v3.db"
    called = career_migrate(*arguments, "--source", HERE, "--target", f"sqlite:///{target}", cwd=folder)
    assert "Traceback" not in called.err
    assert list(tmp_path.iterdir()) == []


OF_THE_LEDGER = [
    ("status",),
    ("report", "--out", "report"),
    ("decisions", "export", "decisions.csv"),
    ("notices", "--out", "notices"),
    ("rollback", "--cohort", "2024-A"),
    ("forget", "--before", "2024-01-31"),
]


@pytest.mark.parametrize("arguments", OF_THE_LEDGER, ids=lambda arguments: arguments[0])
def test_a_command_about_the_ledger_says_how_there_comes_to_be_one(
    arguments: tuple[str, ...], folder: Path
) -> None:
    called = career_migrate(*arguments, "--target", HERE, cwd=folder)
    assert called.code == 3, called.err
    assert called.err == "v3 has no ledger yet: run `career-migrate init-target` or `run` first.\n"


TOO_MANY = str(MOST_MEMBERS + 1)
OTHERS = [  # a call, exit code, words
    (("fixtures", "--members", TOO_MANY, "--target", "sqlite:///slip.db"), 2, f"0<=x<={MOST_MEMBERS}"),
    (("demo", "--members", TOO_MANY, "--dir", "d"), 2, f"1<=x<={MOST_MEMBERS}"),
    (("fixtures", "--members", "1", "--target", "dir:nobody.txt"), 2, "nobody.txt: not a folder"),
    (("init-target", "--target", HERE), 3, "v3's table members has no column id"),
    (("verify", "--source", HERE, "--target", "sqlite:///slip.db"), 1, "slip.db does not exist"),
    (("pack", "--source", HERE, "--target", "sqlite:///slip.db", "--out", "p"), 1, "slip.db does not exist"),
    (("forget", "--before", "2026-01-01", "--target", HERE), 3, "v3 has no ledger yet"),
]


OF_A_COHORT = [  # a command, its other arguments
    ("run", "--source", HERE),
    ("plan", "--source", HERE),
    ("verify", "--source", HERE),
    ("pack", "--source", HERE, "--out", "p"),
    ("report", "--out", "r"),
    ("notices", "--out", "n"),
    ("rollback",),
]


@pytest.mark.parametrize("arguments", OF_A_COHORT, ids=lambda arguments: arguments[0])
def test_a_cohort_without_a_name_is_wrong_usage_and_not_everyone(
    arguments: tuple[str, ...], folder: Path
) -> None:
    """As of a variable that a script never set."""
    called = career_migrate(*arguments, "--target", "sqlite:///slip.db", "--cohort", "", cwd=folder)
    assert called.code == 2, called.err
    assert "Invalid value for '--cohort': it is empty. Write the cohort's name" in called.err
    assert in_words(called)
    assert not (folder / "slip.db").exists()


UNREADABLE = [  # review's --source, words
    ("no url", "--source: 'no url' is not a database URL"),
    ("sqlite:///slip.db", "--source: slip.db does not exist"),
    ("sqlite:///text.db", "not a SQLite database"),
    (f"postgresql://u:{PASSWORD}@127.0.0.1:1/v2", "nothing answers there"),
    ("dir:no-such-folder", "--source: no-such-folder is no folder"),
]


@pytest.mark.parametrize(("source", "words"), UNREADABLE)
def test_a_v2_that_cannot_be_read_keeps_the_reviewers_page_from_opening(
    source: str, words: str, folder: Path, tmp_path: Path
) -> None:
    target = f"sqlite:///{tmp_path / 'v3.db'}"
    assert career_migrate("init-target", "--target", target).code == 0
    called = career_migrate(
        "review", "--target", target, "--source", source, "--json", cwd=folder, seconds=60
    )
    assert called.code == 2, called.err
    assert words in called.err
    assert in_words(called)


@pytest.mark.parametrize(("arguments", "code", "words"), OTHERS)
def test_other_commands_tell_what_is_wrong_and_write_nothing(
    arguments: tuple[str, ...], code: int, words: str, folder: Path
) -> None:
    before = (folder / "v2.db").read_bytes()
    called = career_migrate(*arguments, cwd=folder)
    assert called.code == code, called.err
    assert words in called.err
    assert "Traceback" not in called.err
    assert (folder / "v2.db").read_bytes() == before
    assert not (folder / "slip.db").exists()


def test_a_database_that_takes_no_write_is_told_by_every_command_that_writes(tmp_path: Path) -> None:
    """Here by a trigger, as a right that is missing would."""
    target = f"sqlite:///{tmp_path / 'v3.db'}"
    assert career_migrate("init-target", "--target", target).code == 0
    execute(
        target,
        "CREATE TRIGGER full BEFORE INSERT ON migration_decisions "
        "BEGIN SELECT RAISE(ABORT, 'no right to write'); END",
    )
    (tmp_path / "d.csv").write_text(
        "scope,v2_table,v2_column,v2_id,raw_value,action,value,reviewer,note,decided_at\n"
        "text,training,duration,,a while,accept,,Ann,,2026-01-02T00:00:00\n"
    )
    called = career_migrate("decisions", "import", "--target", target, tmp_path / "d.csv")
    assert called.code == 1
    assert called.err.splitlines() == [
        "The database refused: no right to write. What was not committed is not there."
    ]


def test_a_file_that_the_system_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "v2.db").mkdir()
    called = career_migrate("demo", "--dir", tmp_path, "--members", "1")
    assert called.code == 1
    assert called.err.splitlines() == [f"{tmp_path / 'v2.db'}: Is a directory"]


def test_an_unknown_command_is_wrong_usage(folder: Path) -> None:
    called = career_migrate("migrate-everything", cwd=folder)
    assert called.code == 2
    assert in_words(called)


def test_a_wrong_password_is_told(folder: Path, fresh_database: Callable[[str], str]) -> None:
    url = fresh_database("mariadb")
    target = as_user(url, str(make_url(url).username), PASSWORD)
    called = career_migrate("run", "--source", HERE, "--target", target, cwd=folder)
    assert called.code == 1
    assert "password is wrong" in called.err
    assert in_words(called)


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_a_role_or_database_that_is_not_there_is_told(engine_name: str, folder: Path) -> None:
    target = f"{server_url(engine_name)}/career_no_such_database"
    called = career_migrate("run", "--source", HERE, "--target", target, cwd=folder)
    assert called.code == 1
    assert "create the database" in called.err
    assert in_words(called)


def test_every_problem_of_v2_is_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    """A missing column, a table and a column with data and no fate: exit 3, one line each."""
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    with opened(url) as engine:
        v2.metadata.create_all(engine)
    execute(
        url,
        "ALTER TABLE training DROP COLUMN duration",
        "CREATE TABLE cpd_folders (id INTEGER, name TEXT)",
        "INSERT INTO cpd_folders VALUES (1, 'mine')",
        "ALTER TABLE members ADD COLUMN nickname TEXT",
        "INSERT INTO members (member_id, nickname) VALUES (1, 'Bert')",
    )
    called = career_migrate("run", "--source", url, "--target", "sqlite:///v3.db", cwd=tmp_path)
    assert called.code == 3
    for name in ("duration", "cpd_folders", "nickname"):
        assert len([line for line in called.err.splitlines() if name in line]) == 1
    with opened(f"sqlite:///{tmp_path / 'v3.db'}") as engine:
        assert inspect(engine).get_table_names() == []


def test_a_key_that_stands_twice_in_v2_is_refused_and_without_checks_told(tmp_path: Path) -> None:
    """A v2 need not have primary keys; nobody could say which of two rows a ledger row is about."""
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url, generate(5))
    execute(
        url,
        "CREATE TABLE copy AS SELECT * FROM training UNION ALL SELECT * FROM training",
        "DROP TABLE training",
        "ALTER TABLE copy RENAME TO training",
    )
    where = ("--source", url, "--target", f"sqlite:///{tmp_path / 'v3.db'}", "--json")
    called = career_migrate("run", *where)
    assert called.code == 3
    assert "training-key-unique" in called.err
    assert "Nothing was written" in called.err
    assert in_words(called)
    called = career_migrate("run", *where, "--no-checks")
    assert called.code == 1
    assert in_words(called)
    with opened(f"sqlite:///{tmp_path / 'v3.db'}") as engine, engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM trainings").scalar() == 0


@pytest.mark.parametrize("kind", ["", "BLOB"], ids=["numbers of no type", "octets"])
def test_a_v2_whose_members_cannot_be_found_by_their_keys_is_refused(kind: str, tmp_path: Path) -> None:
    """Their batches would be empty, and nobody would be told."""
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url, generate(5))
    others = ", ".join(v2.column_names("members")[1:])
    execute(
        url,
        f"CREATE TABLE copy (member_id {kind}, {others})",
        f"INSERT INTO copy SELECT member_id, {others} FROM members",  # noqa: S608
        "DROP TABLE members",
        "ALTER TABLE copy RENAME TO members",
    )
    called = career_migrate("run", "--source", url, "--target", f"sqlite:///{tmp_path / 'v3.db'}")
    assert called.code == 3
    assert "members.member_id" in called.err
    assert in_words(called)


def test_a_v3_with_some_of_its_tables_is_refused(tmp_path: Path, folder: Path) -> None:
    execute(f"sqlite:///{tmp_path / 'v3.db'}", "CREATE TABLE members (id TEXT PRIMARY KEY)")
    called = career_migrate(
        "run", "--source", HERE, "--target", f"sqlite:///{tmp_path / 'v3.db'}", cwd=folder
    )
    assert called.code == 3
    assert "v3 has no table educations" in called.err
    assert "nothing was written" in called.err
