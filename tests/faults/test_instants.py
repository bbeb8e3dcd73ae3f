"""Killed at the instants that matter: nothing is there by half, and the next command finishes it."""

from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import inspect

from migrate.schema import ledger
from tests.faults.campaign import Campaign
from tests.faults.children import Child, killed_at_the_end
from tests.faults.instants import IN_A_REPORT, IN_A_RUN, Instant

pytestmark = pytest.mark.xdist_group("faults")
KILLED = -9
ENGINES = ("postgresql", "mariadb", "sqlite")


@pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection"
)  # of an index on an expression, on SQLite
@pytest.mark.parametrize(("instant", "engine_name"), list(zip(IN_A_RUN, cycle(ENGINES), strict=False)))
def test_a_run_that_dies_at_an_instant_leaves_whole_batches_and_is_finished_by_the_next(
    campaigns: dict[str, Campaign], instant: str, engine_name: str
) -> None:
    """Each instant on one engine; the campaign in tests/soak kills at random on all."""
    found = campaigns[engine_name]
    found.empty()
    indexes = _indexes(found)
    with killed_at_the_end(found.start_dying(IN_A_RUN[instant])) as child:
        code, words = child.end()
    assert code == KILLED, words
    _assert_whole_batches(found)
    found.finish()
    assert _indexes(found) == indexes


def _assert_whole_batches(found: Campaign) -> None:
    """Each v3 row has its ledger row, each migrated ledger row its v3 row."""
    state = found.place.state()
    recorded = {row["v3_id"] for row in found.place.rows(ledger.rows) if row["fate"] == "migrated"}
    present = {row[0] for name, rows in state.items() if not name.startswith("migration_") for row in rows}
    assert recorded == present


def _indexes(found: Campaign) -> dict[str, list[str]]:
    """Return the indexes of each of the ledger's tables, and the columns of its primary key."""
    inspector = inspect(found.place.v3)
    return {
        name: [
            *sorted(str(index["name"]) for index in inspector.get_indexes(name)),
            *inspector.get_pk_constraint(name)["constrained_columns"],
        ]
        for name in ledger.metadata.tables
    }


@pytest.mark.parametrize("instant", IN_A_REPORT.values(), ids=IN_A_REPORT)
def test_a_report_that_dies_leaves_whole_files_and_is_written_by_the_next(
    campaigns: dict[str, Campaign], instant: Instant, tmp_path: Path
) -> None:
    found = campaigns["sqlite"]
    found.empty()
    found.finish()
    before = found.place.state()
    whole = _report(found, tmp_path / "whole")
    code, words = _reported(found, tmp_path / "killed", instant)
    assert code == KILLED, words
    assert _read(tmp_path / "killed").items() <= whole.items()
    assert _report(found, tmp_path / "killed").keys() == whole.keys()
    assert found.place.state() == before


def test_a_report_that_finds_no_room_says_so_and_leaves_no_half_file(
    campaigns: dict[str, Campaign], tmp_path: Path
) -> None:
    found = campaigns["sqlite"]
    found.empty()
    found.finish()
    whole = _report(found, tmp_path / "whole")
    code, words = _reported(found, tmp_path / "full", None, largest_file=4_000)
    assert code == 1, words
    assert "could not be written" in words
    assert "Traceback" not in words
    assert _read(tmp_path / "full").items() <= whole.items()
    assert not list((tmp_path / "full").glob(".*"))


def _report(found: Campaign, folder: Path) -> dict[str, bytes]:
    code, words = _reported(found, folder, None)
    assert code == 0, words
    return _read(folder)


def _reported(
    found: Campaign, folder: Path, dies: Instant | None, largest_file: int | None = None
) -> tuple[int, str]:
    where = ("--target", found.place.target_url, "--out", str(folder))
    child = Child("report", *where, "--format", "csv,json,html", dies=dies, largest_file=largest_file)
    with killed_at_the_end(child):
        return child.end()


def _read(folder: Path) -> dict[str, bytes]:
    """Return the files that have their names; the page says when it was made."""
    return {path.name: path.read_bytes() for path in folder.glob("[!.]*") if path.suffix != ".html"}
