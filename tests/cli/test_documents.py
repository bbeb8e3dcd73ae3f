"""What commands print: one JSON document and nothing else, words apart from data; and the exit codes."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from migrate.resources import resource
from tests.cli.calling import career_migrate
from tests.servers import ENGINES, opened


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a v2 of 60 members that is migrated into a v3."""
    folder = tmp_path_factory.mktemp("cli")
    assert career_migrate("fixtures", "--members", "60", "--target", "sqlite:///v2.db", cwd=folder).code == 0
    assert career_migrate("run", *BOTH, "--no-checks", cwd=folder).code == 0
    return folder


SOURCE = ("--source", "sqlite:///v2.db")
TARGET = ("--target", "sqlite:///v3.db")
BOTH = (*SOURCE, *TARGET)
REPORTING: dict[str, tuple[str, ...]] = {  # every command that reports, as it is called on a migrated v3
    "run": (*BOTH, "--no-checks"),
    "plan": BOTH,
    "verify": BOTH,
    "status": TARGET,
    "inspect": SOURCE,
    "init-target": TARGET,
    "fixtures": ("--members", "3", "--target", "sqlite:///other.db"),
    "report": (*TARGET, "--out", "report", "--format", "csv,json"),
    "notices": (*TARGET, "--out", "notices"),
}


def test_tables_show_readings_in_words_and_headings_without_underscores(demo: Path) -> None:
    assert '["' in career_migrate("inspect", *SOURCE, "--json", cwd=demo).out.replace("\\", "")
    assert "[" not in career_migrate("inspect", *SOURCE, cwd=demo).out
    hours = career_migrate("verify", *BOTH, cwd=demo).out.partition("Training, in hours")[2]
    assert "changed in v3" in hours


@pytest.mark.parametrize("command", REPORTING)
def test_json_is_one_document_and_nothing_else(command: str, demo: Path) -> None:
    called = career_migrate(command, *REPORTING[command], "--json", cwd=demo)
    assert called.code == 0, called.err
    assert isinstance(called.document, dict | list)


def test_duration_prints_one_object_a_line(demo: Path) -> None:
    called = career_migrate("duration", "--json", "2 days", "", "London", cwd=demo)
    lines = called.out.splitlines()
    assert (called.code, len(lines)) == (0, 3)


def test_urls_may_come_from_the_environment(demo: Path) -> None:
    called = career_migrate(
        "status", "--json", cwd=demo, CAREER_MIGRATE_TARGET="sqlite:///v3.db", CAREER_MIGRATE_SOURCE="nothing"
    )
    assert called.code == 0


def test_a_second_run_changes_nothing_and_says_so(demo: Path) -> None:
    document = career_migrate("run", *BOTH, "--no-checks", "--json", cwd=demo).document
    tables = document["v3"].values()
    assert sum(counts["created"] + counts["updated"] for counts in tables) == 0


def test_a_plan_writes_nothing(tmp_path: Path, demo: Path) -> None:
    called = career_migrate(
        "plan", "--source", f"sqlite:///{demo / 'v2.db'}", *TARGET, "--json", cwd=tmp_path
    )
    assert called.code == 0
    with opened(f"sqlite:///{tmp_path / 'v3.db'}") as engine, engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0


def test_what_a_plan_says_is_what_a_run_does(tmp_path: Path, demo: Path) -> None:
    source = f"sqlite:///{demo / 'v2.db'}"
    plan = career_migrate("plan", "--source", source, *TARGET, "--json", cwd=tmp_path).document
    run = career_migrate("run", "--source", source, *TARGET, "--no-checks", "--json", cwd=tmp_path).document
    assert _created(plan) == _created(run)


def test_a_difference_is_exit_code_five(tmp_path: Path, demo: Path) -> None:
    """A value that the ledger cannot explain: v3 lost a row and its ledger row with it."""
    source = f"sqlite:///{demo / 'v2.db'}"
    assert career_migrate("run", "--source", source, *TARGET, "--no-checks", cwd=tmp_path).code == 0
    with opened(f"sqlite:///{tmp_path / 'v3.db'}") as engine, engine.begin() as connection:
        connection.execute(text("DELETE FROM migration_rows WHERE v2_table = 'education'"))
        connection.execute(text("DELETE FROM educations"))
    called = career_migrate("verify", "--source", source, *TARGET, "--json", cwd=tmp_path)
    assert called.code == 5
    assert called.document


BLANKS = [
    ("", "“”"),
    (" ", "“ ”"),
    ("London ", "“London ”"),
    ("London", "│ London "),
    ("Lon\x1b[31mdon", "Lon‹U+001B›[31mdon"),  # a terminal would show the rest in red
    ("\u202enodnoL", "‹U+202E›nodnoL"),
]  # what v2 says, what is seen


@pytest.mark.parametrize(("found", "shown"), BLANKS)
def test_a_difference_in_blanks_or_controls_alone_can_be_seen(
    found: str, shown: str, tmp_path: Path, demo: Path
) -> None:
    source = tmp_path / "v2.db"
    shutil.copy(demo / "v2.db", source)
    with opened(f"sqlite:///{source}") as engine, engine.begin() as connection:
        connection.execute(text("UPDATE training SET location = NULL"))
    called = career_migrate("run", "--source", f"sqlite:///{source}", *TARGET, "--no-checks", cwd=tmp_path)
    assert called.code == 0
    with opened(f"sqlite:///{source}") as engine, engine.begin() as connection:
        change = text("UPDATE training SET location = :found WHERE training_id = 1")
        connection.execute(change, {"found": found})
    called = career_migrate("verify", "--source", f"sqlite:///{source}", *TARGET, cwd=tmp_path)
    assert called.code == 5
    assert shown in called.out


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_listed_member_moves_alone(
    engine_name: str, demo: Path, tmp_path: Path, fresh_database: Callable[[str], str]
) -> None:
    (tmp_path / "members.txt").write_text("2\n\n5\n")
    target = fresh_database(engine_name)
    listed = ("--members-file", tmp_path / "members.txt")
    called = career_migrate("run", *SOURCE, "--target", target, *listed, "--no-checks", "--json", cwd=demo)
    assert called.code == 0, called.err
    with opened(target) as engine, engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM members")).scalar() == 2


def _created(document: Any) -> dict[str, int]:
    tables = document["v3"] if "v3" in document else document["counts"]["v3"]
    return {name: counts["created"] for name, counts in tables.items()}


def test_a_verification_by_other_rules_than_the_runs_says_so_and_that_it_lists_but_some(
    demo: Path, tmp_path: Path
) -> None:
    shipped = resource("rules/durations.yaml").read_text()
    (tmp_path / "durations.yaml").write_text(shipped.replace("hours_per_day: 7 ", "hours_per_day: 7.5 ", 1))
    called = career_migrate("verify", *BOTH, "--rules", tmp_path, cwd=demo)
    assert called.code == 5
    assert "(cohort: all) went by other rules than these: give its --rules" in called.err
    assert "These are the first 20 differences: --json lists more." in called.err
    assert "other rules" not in career_migrate("verify", *BOTH, cwd=demo).err
