"""`--help` answers at once: heavy libraries are imported where they are used."""

import resource
import statistics
import subprocess
import sys

import pytest

from migrate.cli import COMMANDS
from migrate.run.batches import DEFAULT_SIZE
from tests.cli.calling import from_a_shell

HEAVY = ("pandas", "pyarrow", "sqlalchemy", "great_expectations", "dateparser", "pint", "altair", "starlette",
         "distributed", "pydantic", "yaml", "rich")  # fmt: skip
SECONDS = 0.5


def test_help_names_every_command() -> None:
    called = from_a_shell("--help")
    assert called.code == 0
    assert [name for name in COMMANDS if name not in called.out] == []


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom migrate.cli import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_answers_within_half_a_second_of_work() -> None:
    """Measured as processor time of the child, so that other jobs on this machine do not count."""
    taken = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        from_a_shell("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert statistics.median(taken) < SECONDS


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(name: str) -> None:
    """Other tests call a command where all of the program is loaded; here it finds its modules by itself."""
    called = from_a_shell(name, "--help")
    assert (called.code, f"career-migrate {name}" in called.out) == (0, True)


def test_help_says_how_many_members_a_batch_has_by_default() -> None:
    """It is written down there: to ask for it would import what a run needs."""
    assert f"default: {DEFAULT_SIZE}" in from_a_shell("run", "--help").out


def test_version_is_told() -> None:
    called = from_a_shell("--version")
    assert (called.code, called.out.split(",")[0]) == (0, "career-migrate")
