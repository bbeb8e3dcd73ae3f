"""What the account may not read of v2 is refused by name, before anything is written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from migrate.rulebook import load_rules
from migrate.schema import v2
from migrate.survey.draft_file import write_draft
from migrate.survey.inspection import inspect_source
from tests.check.test_preflight import source_problems
from tests.servers import as_user, execute, new_database, opened

RULES = load_rules()
SECRETS = {"postgresql": "PASSWORD", "mariadb": "IDENTIFIED BY"}
READABLE = ", ".join(name for name in v2.column_names("training") if name != "duration")
EVERYTHING = [f"GRANT SELECT ON {name} TO {{0}}" for name in v2.metadata.tables]
BUT_TRAINING = [grant for grant in EVERYTHING if " training " not in grant]
BUT_DURATIONS = [*BUT_TRAINING, f"GRANT SELECT ({READABLE}) ON training TO {{0}}"]
NAME_IT = "Name it in rules/mapping.yaml under tables.training"
OR_GRANT = ", or grant this account SELECT on it if it is there"
CASES = [  # engine, what is done beforehand, what is said
    ("postgresql", EVERYTHING, None),
    ("mariadb", EVERYTHING, None),
    (
        "postgresql",
        BUT_TRAINING,
        "v2's table training may not be read by this account. Grant it SELECT on it",
    ),
    ("mariadb", BUT_TRAINING, f"v2 has no table training. {NAME_IT}.from{OR_GRANT}"),
    (
        "postgresql",
        BUT_DURATIONS,
        "v2's column training.duration may not be read by this account. Grant it SELECT on it",
    ),
    ("mariadb", BUT_DURATIONS, f"v2's table training has no column duration. {NAME_IT}.columns{OR_GRANT}"),
    (
        "postgresql",
        [
            "ALTER TABLE training ADD COLUMN mood TEXT",
            *BUT_TRAINING,
            *BUT_DURATIONS,
            "GRANT SELECT (duration) ON training TO {0}",
        ],
        "v2's column training.mood may not be read by this account. Grant it SELECT on it",
    ),
]


@pytest.mark.parametrize(("engine_name", "statements", "told"), CASES)
def test_what_the_account_may_not_read_is_told_by_its_name(
    tmp_path: Path, engine_name: str, statements: Sequence[str], told: str | None
) -> None:
    """MariaDB hides it, so that nobody can tell whether it is there: both ways out are named."""
    with new_database(engine_name, tmp_path) as url, account(engine_name, url) as user:
        with opened(url) as engine:
            v2.metadata.create_all(engine)
        row = "INSERT INTO training (training_id, duration) VALUES (1, 'London')"
        execute(url, row, *(statement.format(user) for statement in statements))
        theirs = as_user(url, user, "not-a-secret")
        assert source_problems(theirs) == ([told] if told else [])
        assert inspect_source(theirs, RULES, most=2).missing == ([told] if told else [])
        write_draft(theirs, RULES, tmp_path / "mapping.yaml")


def test_a_schema_that_the_account_may_not_use_is_thought_of_where_no_table_is_seen(tmp_path: Path) -> None:
    with new_database("postgresql", tmp_path) as url, account("postgresql", url) as user:
        with opened(url) as engine:
            v2.metadata.create_all(engine)
        execute(
            url, *(grant.format(user) for grant in EVERYTHING), "REVOKE USAGE ON SCHEMA public FROM PUBLIC"
        )
        problems = source_problems(as_user(url, user, "not-a-secret"))
        assert f"v2 has no table training. {NAME_IT}.from{OR_GRANT}" in problems


@contextmanager
def account(engine_name: str, url: str) -> Iterator[str]:
    """Give the name of an account that has no right yet."""
    user = f"career_reader_{uuid4().hex[:8]}"
    execute(url, f"CREATE USER {user} {SECRETS[engine_name]} 'not-a-secret'")
    try:
        yield user
    finally:
        clean = [f"DROP OWNED BY {user}"] if engine_name == "postgresql" else []
        execute(url, *clean, f"DROP USER {user}")
