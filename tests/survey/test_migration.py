"""The guide "migrate your own v2", tried: other names, real dates, other keys, Latin-1, views alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from sqlalchemy import create_engine, select

from migrate.load.ledger.scope import Scope
from migrate.rulebook.mapping import Mapping
from migrate.run.verification import verify
from migrate.run.workplace import Workplace
from migrate.schema import v3
from tests.check.migrated import migrate_v2
from tests.servers import as_user, execute, new_database, opened
from tests.survey import foreign
from tests.survey.test_draft import fill, right_mapping

GRANTS = {
    "postgresql": 'GRANT SELECT ON "{view}" TO {user}',
    "mariadb": "GRANT SELECT ON {database}.{view} TO {user}",
}
CASES = {"postgresql": ("uuids", None), "mariadb": ("texts", "latin1")}


def write_rules(folder: Path, mapping: Mapping) -> Path:
    """Write a folder of rules with the mapping alone."""
    folder.mkdir()
    content = mapping.model_dump(by_alias=True, exclude_none=True)
    (folder / "mapping.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
    return folder


@contextmanager
def view_reader(url: str, views: dict[str, str]) -> Iterator[str]:
    """Give the URL of an account that may read the views and nothing else."""
    user = f"career_reader_{uuid4().hex[:8]}"
    with opened(url) as engine:
        name, database = engine.dialect.name, str(engine.url.database)
    identified = "PASSWORD" if name == "postgresql" else "IDENTIFIED BY"
    execute(url, f"CREATE USER {user} {identified} 'not-a-secret'")
    try:
        execute(
            url, *(GRANTS[name].format(database=database, view=view, user=user) for view in views.values())
        )
        yield as_user(url, user, "not-a-secret")
    finally:
        execute(url, *([f"DROP OWNED BY {user}"] if name == "postgresql" else []), f"DROP USER {user}")


@pytest.mark.parametrize("engine_name", CASES)
def test_v2_of_other_names_and_types_migrates_through_views_and_adds_up(
    engine_name: str, tmp_path: Path
) -> None:
    keys, charset = CASES[engine_name]
    target = f"sqlite:///{tmp_path / 'v3.db'}"
    with new_database(engine_name, tmp_path) as url:
        if charset:
            execute(url, f"ALTER DATABASE CHARACTER SET {charset}")
        engine = create_engine(url)
        fill(engine, keys, charset=charset)
        views = foreign.offer_views(engine, "export_")
        engine.dispose()
        rules = write_rules(tmp_path / "rules", right_mapping(**views))
        with view_reader(url, views) as reader:
            migrate_v2(reader, target, rules=rules)
            workplace = Workplace(reader, target, Scope(), rules)
            assert verify(workplace).closed
            workplace.source.engine.dispose()
            workplace.target.dispose()
    with opened(target) as engine, engine.connect() as connection:
        education = connection.execute(select(v3.educations)).one()
        employment = connection.execute(select(v3.employments)).one()
        training = connection.execute(select(v3.trainings)).one()
        members = connection.execute(select(v3.members).order_by(v3.members.c.membership_number)).all()
    assert (str(education.started_on), education.classification) == ("2001-09-01", "2:1")
    assert (employment.employer, employment.is_current) == ("Café Électrique", True)
    assert (str(training.duration_hours), training.location) == ("21.00", "Kendal")
    assert [(row.membership_number, row.forename) for row in members] == [
        ("001", "Zoë"), ("002", "Zoë"), ("003", "Zoë"),
    ]  # fmt: skip
