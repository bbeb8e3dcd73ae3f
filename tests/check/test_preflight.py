"""What a run refuses before it writes anything, told all at once."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from migrate.check.preflight import check_source, check_target
from migrate.databases import open_engine
from migrate.extract import open_source
from migrate.resources import resource
from migrate.rulebook.mapping import Mapping, load_mapping
from migrate.schema import ledger, v2, v3
from tests.servers import ENGINES, execute, new_database, opened

MAPPING = load_mapping()
IGNORING = MAPPING.model_copy(
    update={
        "ignored_tables": {"cpd_activities": "kept in another system"},
        "tables": MAPPING.tables
        | {"training": MAPPING.tables["training"].model_copy(update={"ignore": {"mood": "never shown"}})},
    }
)


def source_problems(url: str, mapping: Mapping = MAPPING) -> list[str]:
    """Return what is said of a v2."""
    source = open_source(url, mapping)
    problems = check_source(source)
    source.engine.dispose()
    return problems


def target_problems(url: str) -> list[str]:
    """Return what is said of a v3."""
    engine = open_engine(url)
    problems = check_target(engine)
    engine.dispose()
    return problems


def test_v2_of_the_canonical_shape_is_accepted(v2_url: str) -> None:
    assert source_problems(v2_url) == []


def test_everything_in_v2_without_a_fate_or_missing_is_told_at_once(v2_url: str) -> None:
    execute(
        v2_url,
        "CREATE TABLE cpd_activities (activity_id INTEGER)",
        "INSERT INTO cpd_activities VALUES (1), (2)",
        "ALTER TABLE training ADD COLUMN mood VARCHAR(20)",
        "INSERT INTO training (training_id, mood) VALUES (1, 'good'), (2, ''), (3, NULL)",
        "ALTER TABLE schemes DROP COLUMN organisation",
        "DROP TABLE supporters",
    )
    assert sorted(source_problems(v2_url)) == [
        "v2 has no table supporters. Name it in rules/mapping.yaml under tables.supporters.from",
        "v2's table cpd_activities has 2 rows and no fate. "
        "Map it, or give a reason under ignored_tables, in rules/mapping.yaml",
        "v2's table schemes has no column organisation. "
        "Name it in rules/mapping.yaml under tables.schemes.columns",
        "v2's table training has 1 value in column mood, which has no fate. "
        "Map it, or give a reason under the table's ignore, in rules/mapping.yaml",
    ]


def test_what_is_wanted_of_a_mapping_is_wanted_of_the_file_that_was_read(tmp_path: Path) -> None:
    shutil.copy(resource("rules/mapping.yaml"), tmp_path / "mapping.yaml")
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    with opened(url) as engine:
        v2.metadata.create_all(engine)
    execute(
        url,
        "CREATE TABLE uploads AS SELECT 1 AS id",
        "ALTER TABLE schemes DROP COLUMN organisation",
        "DROP TABLE supporters",
    )
    problems = source_problems(url, load_mapping(tmp_path))
    assert len(problems) == 3
    assert [problem for problem in problems if f"in {tmp_path / 'mapping.yaml'}" not in problem] == []
    assert not any("rules/mapping.yaml" in problem for problem in problems)


def test_what_holds_nothing_or_has_a_reason_needs_no_fate(v2_url: str) -> None:
    execute(
        v2_url,
        "CREATE TABLE empty_one (x INTEGER)",
        "CREATE TABLE cpd_activities (activity_id INTEGER)",
        "INSERT INTO cpd_activities VALUES (1)",
        "ALTER TABLE training ADD COLUMN mood VARCHAR(20)",
        "INSERT INTO training (training_id, mood) VALUES (1, 'good')",
        "ALTER TABLE employment ADD COLUMN never_used VARCHAR(20)",
        "CREATE VIEW titles AS SELECT title FROM training",
    )
    assert source_problems(v2_url, IGNORING) == []


ON_POSTGRESQL = [  # what a v2 is changed by, what is said of it
    (
        "ALTER TABLE training ALTER member_id TYPE TEXT",
        "training.member_id and members.member_id do not write keys alike (TEXT and INTEGER)",
    ),
    (
        "ALTER TABLE members ALTER member_id TYPE NUMERIC(10, 2)",
        "training.member_id and members.member_id do not write keys alike ('1' and '1.00')",
    ),
    (
        "ALTER TABLE training ALTER description TYPE BYTEA USING ''",
        "column training.description is of a type (BYTEA) that is no text",
    ),
    (
        "ALTER TABLE training ALTER member_id TYPE BYTEA USING convert_to(member_id::text, 'UTF8')",
        "column training.member_id is of a type (BYTEA) that is no text",
    ),
    (
        "ALTER TABLE training ALTER description TYPE TEXT[] USING '{}'",
        "column training.description is of a type (ARRAY) that is no text",
    ),
    ("ALTER TABLE training ALTER description TYPE CHAR(200)", None),
    ('ALTER TABLE employment ALTER is_current TYPE "char"', None),
    ("ALTER TABLE members ALTER member_id TYPE BIGINT", None),
]


ON_MARIADB = [
    (
        "ALTER TABLE training MODIFY location POINT",
        "column training.location is of a type that is no text. Make a view",
    ),
    (
        "ALTER TABLE training DROP COLUMN location, ADD location GEOMETRYCOLLECTION",
        "column training.location is of a type that is no text. Make a view",
    ),
    (  # what stays behind is read, too
        "ALTER TABLE supporters MODIFY name POINT",
        "column supporters.name is of a type that is no text. Make a view",
    ),
    ("ALTER TABLE training MODIFY location INET6", None),
    ("ALTER TABLE training MODIFY location VARBINARY(20)", None),
]
MISREAD = [  # engine, and as above
    *(("postgresql", *case) for case in ON_POSTGRESQL),
    *(("mariadb", *case) for case in ON_MARIADB),
]


@pytest.mark.parametrize(("engine_name", "change", "told"), MISREAD)
def test_a_type_that_a_run_would_misread_is_refused(
    engine_name: str, change: str, told: str | None, tmp_path: Path
) -> None:
    with new_database(engine_name, tmp_path) as url:
        with opened(url) as engine:
            v2.metadata.create_all(engine)
        execute(
            url,
            "INSERT INTO members (member_id) VALUES (1)",
            "INSERT INTO training (training_id, member_id) VALUES (1, 1)",
            change,
        )
        problems = source_problems(url)
    assert len(problems) == (told is not None)
    assert told is None or told in problems[0]


def test_a_key_that_its_owner_says_otherwise_is_refused_on_every_engine(v2_url: str) -> None:
    """All rows would be without an owner, and be rejected."""
    others = ", ".join(v2.column_names("members")[1:])
    execute(
        v2_url,
        "INSERT INTO members (member_id) VALUES (1)",
        "INSERT INTO training (training_id, member_id) VALUES (1, 1)",
        f"CREATE TABLE copy AS SELECT CAST(member_id AS DECIMAL(9, 2)) + 0.0 AS member_id, {others} "  # noqa: S608
        "FROM members",
        "DROP TABLE members",
        "ALTER TABLE copy RENAME TO members",
    )
    assert any("do not write keys alike ('1' and '1.0" in problem for problem in source_problems(v2_url))


def test_rows_that_say_their_owners_key_otherwise_than_others_do_are_no_reason_to_refuse_v2(
    tmp_path: Path,
) -> None:
    """They are orphans, and told as such."""
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    with opened(url) as engine:
        v2.metadata.create_all(engine)
    columns = ", ".join(f"{name} TEXT" for name in v2.column_names("training"))
    execute(
        url,
        "DROP TABLE training",
        f"CREATE TABLE training ({columns})",
        "INSERT INTO members (member_id) VALUES (1)",
        "INSERT INTO training (training_id, member_id) VALUES (1, ' 1'), (2, '01'), (3, '1.0')",
    )
    (problem,) = source_problems(url)
    assert "training.member_id and members.member_id do not write keys alike" in problem
    execute(url, "INSERT INTO training (training_id, member_id) VALUES (4, '1')")
    assert source_problems(url) == []


def test_a_table_in_parts_or_of_another_server_is_read_as_one(tmp_path: Path) -> None:
    with new_database("postgresql", tmp_path) as url:
        with opened(url) as engine:
            v2.metadata.create_all(engine)
        execute(
            url,
            "ALTER TABLE training RENAME TO former",
            "CREATE TABLE training (LIKE former) PARTITION BY HASH (training_id)",
            "CREATE TABLE training_0 PARTITION OF training FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
            "DROP TABLE former",
            "INSERT INTO training (training_id) VALUES (1)",
            "CREATE EXTENSION file_fdw",
            "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
            "DROP TABLE schemes",
            "CREATE FOREIGN TABLE schemes (scheme_id INTEGER, name TEXT, organisation TEXT, "
            "coordinator_email TEXT, updated_at TEXT) SERVER files OPTIONS (program 'true', format 'csv')",
        )
        assert source_problems(url) == []


def test_empty_database_is_a_good_target(engine_url: str) -> None:
    assert target_problems(engine_url) == []


def test_v3_as_the_migration_creates_it_is_a_good_target(target_url: str) -> None:
    assert target_problems(target_url) == []


def test_v3_that_is_there_in_part_is_refused(engine_url: str) -> None:
    with opened(engine_url) as engine:
        v3.metadata.create_all(engine, tables=[v3.members, v3.trainings])
    problems = target_problems(engine_url)
    assert len(problems) == len(v3.metadata.tables) - 2
    assert (
        "v3 has no table educations, though it has others of v3's. "
        "Create the v3 schema first; nothing was written" in problems
    )


SCHEMES = "id {id}, name TEXT, organisation TEXT, coordinator_email TEXT, updated_at {moment}"
SHAPES = [  # what stands there in place of what, what is said
    (
        ", coordinator_email TEXT",
        "",
        "v3's table schemes has no column coordinator_email; nothing was written",
    ),
    ("name TEXT", "name INTEGER", "v3's column schemes.name must be text (got INTEGER); nothing was written"),
    ("name TEXT", "name TEXT NOT NULL", "v3's column schemes.name must allow NULL; nothing was written"),
    ("{id}", "INTEGER", "v3's column schemes.id must be a UUID (got INTEGER); nothing was written"),
    (
        "{moment}",
        "DATE",
        "v3's column schemes.updated_at must be a timestamp without zone (got DATE); nothing was written",
    ),
    (
        "{moment}",
        "{moment}, region INTEGER NOT NULL",
        "v3's column schemes.region is new, allows no NULL and has no default. "
        "Give it a default; nothing was written",
    ),
    ("{moment}", "{moment}, region INTEGER", None),
    ("{moment}", "{moment}, region INTEGER NOT NULL DEFAULT 3", None),
]
TYPES = {
    "sqlite": {"id": "CHAR(32)", "moment": "DATETIME"},
    "postgresql": {"id": "UUID", "moment": "TIMESTAMP"},
    "mariadb": {"id": "UUID", "moment": "DATETIME(6)"},
}


@pytest.mark.parametrize(("usual", "found", "told"), SHAPES)
def test_v3_table_of_another_shape_is_refused(
    engine_url: str, usual: str, found: str, told: str | None
) -> None:
    types = TYPES[engine_url.split(":", maxsplit=1)[0].split("+", maxsplit=1)[0]]
    columns = SCHEMES.replace(usual, found).format(**types)
    execute(engine_url, f"CREATE TABLE schemes ({columns})")
    problems = [line for line in target_problems(engine_url) if "though it has others" not in line]
    assert problems == ([told] if told else [])


BENDING = [  # engine, what is done to v3 as the migration creates it, what is said of the column
    (
        "postgresql",
        "ALTER duration_hours TYPE NUMERIC(8, 1)",
        "duration_hours rounds hours (it is NUMERIC(8, 1))",
    ),
    ("mariadb", "MODIFY duration_hours DECIMAL(8, 1)", "duration_hours rounds hours (it is DECIMAL(8, 1))"),
    ("postgresql", "ALTER title TYPE CHAR(200)", "title must be text (got CHAR(200))"),
    ("mariadb", "MODIFY title CHAR(200)", "title must be text (got CHAR(200))"),
    ("mariadb", "MODIFY title LONGTEXT CHARACTER SET latin1", "title must hold UTF-8 (got latin1)"),
    ("postgresql", "ALTER duration_hours TYPE NUMERIC", None),
    ("mariadb", "MODIFY title LONGTEXT CHARACTER SET utf8mb3", None),
]


@pytest.mark.parametrize(("engine_name", "change", "told"), BENDING)
def test_v3_that_would_keep_another_value_than_it_is_given_is_refused(
    engine_name: str, change: str, told: str | None, tmp_path: Path
) -> None:
    with new_database(engine_name, tmp_path) as url:
        with opened(url) as engine:
            v3.metadata.create_all(engine)
        execute(url, f"ALTER TABLE trainings {change}")
        problems = target_problems(url)
    assert problems == ([f"v3's column trainings.{told}; nothing was written"] if told else [])


@pytest.mark.parametrize("version", ["0", "2", "99"])
def test_ledger_of_another_version_is_refused(target_engine: Engine, version: str) -> None:
    with target_engine.begin() as connection:
        connection.execute(
            update(ledger.ledger).where(ledger.ledger.c.name == "version").values(value=version)
        )
    assert check_target(target_engine) == [
        f"the ledger in v3 is of version {version}, and this Career Migrate writes version 1. "
        "Use the one that wrote it; nothing was written"
    ]


def test_ledger_without_a_column_was_written_by_another_version(new_target: str) -> None:
    execute(new_target, "ALTER TABLE migration_notices DROP COLUMN digest")
    assert target_problems(new_target) == [
        "the ledger's table migration_notices has no column digest: another version wrote it. "
        "Use that one; nothing was written"
    ]


@pytest.mark.parametrize("table", ["members", "assessment_responses"])
@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_row_without_a_key_is_told(tmp_path: Path, engine_name: str, table: str) -> None:
    """Among others it would keep its whole batch from being found."""
    with new_database(engine_name, tmp_path) as url:
        with opened(url) as engine:
            v2.metadata.create_all(engine)
        execute(
            url,
            f"DROP TABLE {table}",
            v2_without_constraints(table),
            f"INSERT INTO {table} ({v2.KEYS[table]}) VALUES (1), (NULL)",  # noqa: S608  # names, no values
        )
        assert source_problems(url) == [
            f"v2's table {table} has a row without {v2.KEYS[table]}, by which alone it could be found. Give "
            "it one, or leave it out: of an export, or of a view that "
            f"rules/mapping.yaml names under tables.{table}.from"
        ]


def v2_without_constraints(table: str) -> str:
    """Return the statement that makes a table of v2's whose key may be missing."""
    columns = ", ".join(
        f"{name} {'INTEGER' if name.endswith('_id') else 'TEXT'}" for name in v2.column_names(table)
    )
    return f"CREATE TABLE {table} ({columns})"
