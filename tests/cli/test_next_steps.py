"""Where something is not as it should be, the command says what to do next."""

import shlex
import shutil
from pathlib import Path

import pytest

from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.resources import resource
from tests.cli.calling import Called, career_migrate
from tests.servers import execute

PLACES = ("--source", "sqlite:///v2.db", "--target", "sqlite:///v3.db")
SWAPPED = ("--source", "sqlite:///v3.db", "--target", "sqlite:///v2.db")
NOT_YET = "No run has migrated any of this yet: run first, then verify."
BY_OTHER_RULES = "The run before went by other rules than these"


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a v2 of cohorts A and B, of which A has been migrated."""
    made = tmp_path_factory.mktemp("migrated")
    write_v2(f"sqlite:///{made / 'v2.db'}", generate(12))
    execute(
        f"sqlite:///{made / 'v2.db'}",
        "UPDATE members SET cohort = CASE WHEN member_id < 5 THEN 'A' ELSE 'B' END",
    )
    assert career_migrate("run", *PLACES, "--cohort", "A", "--no-checks", cwd=made).code == 0
    return made


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    """A copy of it, to be written to."""
    shutil.copytree(migrated, tmp_path / "copy")
    return tmp_path / "copy"


def run(folder: Path, *options: str) -> Called:
    """Run cohort A again."""
    return career_migrate("run", *PLACES, "--cohort", "A", "--no-checks", *options, cwd=folder)


@pytest.mark.parametrize(("cohort", "said"), [("A", False), ("B", True)])
def test_verify_of_what_no_run_has_migrated_sends_to_run(migrated: Path, cohort: str, *, said: bool) -> None:
    called = career_migrate("verify", *PLACES, "--cohort", cohort, cwd=migrated)
    assert (called.code, NOT_YET in called.err) == (5 if said else 0, said)


def test_verify_of_what_was_taken_back_sends_to_run(folder: Path) -> None:
    assert career_migrate("rollback", "--target", PLACES[3], "--cohort", "A", cwd=folder).code == 0
    called = career_migrate("verify", *PLACES, "--cohort", "A", cwd=folder)
    assert called.code == 5
    assert "was rolled back. Run again to migrate, then verify." in called.err


def test_a_run_by_other_rules_than_the_last_says_so(folder: Path) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "flags.yaml").write_text(resource("rules/flags.yaml").read_text() + "# ours\n")
    assert BY_OTHER_RULES not in run(folder).err
    assert BY_OTHER_RULES in run(folder, "--rules", "rules").err
    assert BY_OTHER_RULES not in run(folder, "--rules", "rules").err
    back = run(folder, "--json")
    assert BY_OTHER_RULES in back.err
    assert back.document["run_id"]


def test_a_run_by_other_rules_than_the_last_says_so_where_a_critical_expectation_fails(folder: Path) -> None:
    rules = folder / "rules"
    (rules / "expectations").mkdir(parents=True)
    shipped = resource("rules/expectations/after.yaml").read_text()
    changed = shipped.replace("length, least: 1, severity: warning", "length, least: 99, severity: critical")
    (rules / "expectations" / "after.yaml").write_text(changed)
    (rules / "flags.yaml").write_text(resource("rules/flags.yaml").read_text() + "# ours\n")
    called = career_migrate("run", *PLACES, "--cohort", "A", "--rules", rules, cwd=folder)
    assert (called.code, BY_OTHER_RULES in called.err) == (4, True)


def test_verify_names_the_run_by_other_rules_also_where_another_cohort_has_run_since(folder: Path) -> None:
    rules = folder / "rules"
    rules.mkdir()
    shipped = resource("rules/durations.yaml").read_text()
    (rules / "durations.yaml").write_text(shipped.replace("hours_per_day: 7 ", "hours_per_day: 6.5 ", 1))
    execute(f"sqlite:///{folder / 'v2.db'}", "UPDATE training SET duration = '2 days' WHERE member_id < 5")
    first = run(folder, "--json").document["run_id"]
    second = career_migrate("run", *PLACES, "--cohort", "B", "--no-checks", "--rules", rules, cwd=folder)
    assert second.code == 0
    said = f"Run {first} (cohort: A) went by other rules than these: give its --rules, or run again by these."
    called = career_migrate("verify", *PLACES, "--rules", rules, cwd=folder)
    assert (called.code, said in called.err) == (5, True)


@pytest.mark.parametrize("command", ["run", "plan"])
def test_a_source_that_is_v3_is_asked_about(migrated: Path, command: str) -> None:
    called = career_migrate(command, *SWAPPED, cwd=migrated)
    assert called.code == 3
    assert called.err.splitlines()[0].endswith(
        "the source holds the migration's ledger. Are --source and --target swapped?"
    )


def test_what_the_demo_says_to_try_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    called = career_migrate("demo", "--members", "1", "--dir", "my demo", cwd=tmp_path, PATH="/usr/bin:/bin")
    assert called.code == 0
    program, *rest = shlex.split(called.err.splitlines()[-1].partition("then try: ")[2])
    assert Path(program).is_absolute(), "make demo has put nothing on the path"
    assert rest == ["review", "--target", "sqlite:///my demo/v3.db"]
