"""First runs that begin at the same time on a v3 without tables: each waits its turn and then works."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from migrate.databases import open_engine
from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.schema import ledger, v3
from tests.cli.calling import Called, career_migrate
from tests.servers import ENGINES, execute

COHORTS = ("A", "B", "C")


@pytest.mark.parametrize("engine_name", ENGINES)
def test_cohorts_that_begin_at_once_make_v3s_tables_once(
    engine_name: str, fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    source, target = f"sqlite:///{tmp_path / 'v2.db'}", fresh_database(engine_name)
    write_v2(source, generate(12))
    for place, cohort in enumerate(COHORTS):
        execute(source, f"UPDATE members SET cohort = '{cohort}' WHERE member_id % 3 = {place}")  # noqa: S608

    def run(cohort: str) -> Called:
        return career_migrate(
            "run", "--source", source, "--target", target, "--cohort", cohort, "--no-checks"
        )

    with ThreadPoolExecutor(len(COHORTS)) as pool:
        for called in pool.map(run, COHORTS):
            assert called.code == 0, called.err


@pytest.mark.parametrize("made", [1, 5, 12, 20])
def test_a_first_run_that_was_killed_while_it_made_v3s_tables_is_finished_by_the_next(
    made: int, fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    """On MariaDB each table is there as soon as it is made; the drop-down list and the version come last."""
    source, target = f"sqlite:///{tmp_path / 'v2.db'}", fresh_database("mariadb")
    write_v2(source, generate(3))
    tables = [*ledger.metadata.sorted_tables, *v3.metadata.sorted_tables]
    engine = open_engine(target)
    for table in tables[:made]:
        table.create(engine)
    called = career_migrate("run", "--source", source, "--target", target, "--no-checks")
    assert called.code == 0, called.err
    with engine.connect() as connection:
        assert connection.execute(select(v3.qualification_types.c.code)).first()
    engine.dispose()


def test_tables_of_v3_that_others_made_in_part_are_still_refused(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    source, target = f"sqlite:///{tmp_path / 'v2.db'}", fresh_database("mariadb")
    write_v2(source, generate(3))
    engine = open_engine(target)
    v3.members.create(engine)
    engine.dispose()
    called = career_migrate("run", "--source", source, "--target", target, "--no-checks")
    assert called.code == 3
    assert "v3 has no table trainings, though it has others of v3's." in called.err
