"""v2 and v3 in one database: refused where a table would be of both, and no matter where none would."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.resources import resource
from tests.cli.calling import career_migrate
from tests.servers import execute

HERE = "sqlite:///v2.db"


@pytest.mark.parametrize(
    ("command", "target"), [("run", HERE), ("plan", HERE), ("plan", "sqlite:///{folder}/../{name}/v2.db")]
)
def test_a_target_that_is_the_source_is_named_as_such(command: str, target: str, tmp_path: Path) -> None:
    """And nothing else: what v2's tables lack to be v3's would send somebody to alter v2."""
    write_v2(f"sqlite:///{tmp_path / 'v2.db'}", generate(5))
    target = target.format(folder=tmp_path, name=tmp_path.name)
    called = career_migrate(command, "--source", HERE, "--target", target, cwd=tmp_path)
    assert called.code == 3
    (line,) = called.err.splitlines()
    assert re.match(
        "--source and --target name the same database, sqlite[+]pysqlite:///.*v2.db, and table", line
    )
    assert "nothing was written" in line


@pytest.mark.parametrize(("engine_name", "usual_port"), [("postgresql", 5432), ("mariadb", 3306)])
def test_a_target_that_is_the_source_is_named_as_such_by_whatever_address(
    engine_name: str, usual_port: int, fresh_database: Callable[[str], str]
) -> None:
    source = fresh_database(engine_name)
    url = make_url(source)
    port = "" if url.port == usual_port else f":{url.port}"
    target = source.replace(f"{url.host}:{url.port}", f"localhost{port}")
    assert target != source
    write_v2(source, generate(1))
    called = career_migrate("plan", "--source", source, "--target", target)
    assert called.code == 3
    (line,) = called.err.splitlines()
    assert "--source and --target name the same database" in line


def test_v2_under_names_of_its_own_may_share_v3s_database(tmp_path: Path) -> None:
    """Its tables cannot be taken for v3's."""
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url, generate(5))
    own = ("members", "schemes", "scheme_memberships")
    execute(url, *(f"ALTER TABLE {name} RENAME TO old_{name}" for name in own))
    mapping = resource("rules/mapping.yaml").read_text()
    for name in own:
        mapping = mapping.replace(f"    from: {name}\n", f"    from: old_{name}\n")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mapping.yaml").write_text(mapping)
    called = career_migrate("plan", "--source", HERE, "--target", HERE, "--rules", "rules", cwd=tmp_path)
    assert "the same database" not in called.err
    assert called.code == 0, called.err
