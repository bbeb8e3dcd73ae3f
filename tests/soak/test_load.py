"""Users edit v3 while members migrate and migrate again: no edit is lost, and `verify` explains them all."""

from pathlib import Path

import pytest

from tests.soak.figures import note, times
from tests.soak.load import (
    Load,
    created_again,
    expected_outcomes,
    explained_outcomes,
    left_open,
    lost_edits,
    migrated_under_load,
)

pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]
SMALL = Load(members=200, clients=4, pause=0.01, batches=8, options=("--no-checks",))
FEWEST_CLIENTS = 4


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_edits_of_few_clients_during_small_runs_are_kept_and_explained(
    engine_name: str, tmp_path: Path
) -> None:
    _edit_and_migrate(engine_name, tmp_path, SMALL)


def test_edits_during_runs_are_kept_and_explained(tmp_path: Path) -> None:
    members, clients = times(200_000), max(FEWEST_CLIENTS, times(20))
    load = Load(members, clients, pause=0.1, options=("--workers", "2"))
    _edit_and_migrate("postgresql", tmp_path, load)


def _edit_and_migrate(engine_name: str, folder: Path, load: Load) -> None:
    with migrated_under_load(engine_name, folder, load) as (place, outcome):
        committed = outcome.committed
        first, again, quiet = outcome.runs
        assert min(outcome.edits_in_runs[:2]) > 0, "the clients met the runs"
        assert first["v3"]["trainings"]["created"] > load.members
        assert again["v3"]["trainings"]["updated"] > 0
        assert all((counts["created"], counts["updated"]) == (0, 0) for counts in quiet["v3"].values())
        assert lost_edits(place, committed) == []
        assert created_again(place, committed) == []
        for verified in outcome.verified:
            assert (verified["closed"], verified["differences"], left_open(verified)) == (True, [], {})
        assert explained_outcomes(outcome.verified[-1]) == expected_outcomes(committed)
        codes = {code for code, *_ in place.anomalies("conflict", "kept-user-edit", "kept-user-delete")}
        assert codes == {"conflict", "kept-user-edit", "kept-user-delete"}
        tried = f"{load.members:,} members migrated twice, {load.clients} clients editing v3 meanwhile"
        done = ", ".join(f"{number:,} {action}" for action, number in sorted(committed.done.items()))
        note(f"{tried} ({done})", engine_name, 1, "no edit; `verify` explained every difference")
