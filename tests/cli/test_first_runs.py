"""First runs that begin at the same time on a v3 without tables: each waits its turn and then works."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
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
