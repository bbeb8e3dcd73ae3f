"""A cohort or member that nobody knows is a slip, and every command says so."""

import shutil
from pathlib import Path

import pytest

from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from tests.cli.calling import Called, career_migrate
from tests.servers import execute

MEMBERS = 30
PLACES = ("--source", "sqlite:///v2.db", "--target", "sqlite:///v3.db")
TARGET = PLACES[2:]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a v2 of a few members, of whom cohort A has been migrated."""
    made = tmp_path_factory.mktemp("unknown")
    write_v2(f"sqlite:///{made / 'v2.db'}", generate(MEMBERS))
    execute(
        f"sqlite:///{made / 'v2.db'}",
        "UPDATE members SET cohort = CASE WHEN member_id < 5 THEN 'A' ELSE 'B' END",
    )
    assert career_migrate("run", *PLACES, "--cohort", "A", "--no-checks", cwd=made).code == 0
    return made


CALLS = [  # command, its other arguments, the cohorts that it would have known
    ("plan", PLACES, "'A', 'B'"),
    ("run", PLACES, "'A', 'B'"),
    ("verify", PLACES, "'A', 'B'"),
    ("pack", (*PLACES, "--out", "pack"), "'A', 'B'"),
    ("report", (*TARGET, "--out", "report"), "'A'"),
    ("notices", (*TARGET, "--out", "notices"), "'A'"),
]  # fmt: skip


@pytest.mark.parametrize("cohort", ["nope", "a", " A", "A "])
@pytest.mark.parametrize(("command", "arguments", "known"), CALLS, ids=[each[0] for each in CALLS])
def test_a_cohort_that_nobody_is_of_is_wrong_usage(
    command: str, arguments: tuple[str, ...], known: str, cohort: str, folder: Path
) -> None:
    called = career_migrate(command, *arguments, "--cohort", cohort, cwd=folder)
    assert called.code == 2, called.err
    assert repr(cohort) in called.err
    assert known in called.err
    assert "Traceback" not in called.err


@pytest.mark.parametrize("command", ["plan", "report"])
def test_a_cohort_without_a_name_is_not_offered(command: str, folder: Path, tmp_path: Path) -> None:
    """`--cohort` takes none: who has a blank cohort moves in a run that names none."""
    for place in ("v2.db", "v3.db"):
        shutil.copy(folder / place, tmp_path / place)
    execute(f"sqlite:///{tmp_path / 'v2.db'}", "UPDATE members SET cohort = '' WHERE member_id < 3")
    assert career_migrate("run", *PLACES, "--no-checks", cwd=tmp_path).code == 0
    others = PLACES if command == "plan" else (*TARGET, "--out", "report")
    said = career_migrate(command, *others, "--cohort", "nope", cwd=tmp_path).err
    assert "are 'A', 'B'." in said


@pytest.mark.parametrize("entry", ["abc", "1.5", "#x", "007", "7", "99", "9" * 30, "1; drop"])
@pytest.mark.parametrize("command", ["plan", "run"])
def test_an_entry_of_a_members_file_that_is_no_member_is_named(
    command: str, entry: str, folder: Path
) -> None:
    (folder / "members.txt").write_text(f"1\n{entry}\n")
    called = career_migrate(command, *PLACES, "--members-file", "members.txt", cwd=folder)
    if entry == "7":
        assert called.code == 0
        return
    assert called.code == 2, called.err
    assert f"1 of 2 are no member ids of v2: {entry!r}" in called.err


def test_a_key_of_nineteen_digits_is_a_key(folder: Path) -> None:
    called = _explained(folder, "--member", str(2**63 - 1))
    assert "neither v2 nor the ledger has such a member" in called.err


def test_who_has_left_v2_is_still_known(folder: Path) -> None:
    execute(f"sqlite:///{folder / 'v2.db'}", "UPDATE members SET cohort = 'C' WHERE cohort = 'A'")
    try:
        assert career_migrate("run", *PLACES, "--cohort", "A", "--no-checks", cwd=folder).code == 0
    finally:
        execute(f"sqlite:///{folder / 'v2.db'}", "UPDATE members SET cohort = 'A' WHERE cohort = 'C'")


def test_the_support_desk_asks_by_membership_number(folder: Path) -> None:
    url = f"sqlite:///{folder / 'v2.db'}"
    execute(url, "UPDATE members SET membership_number = '00000007' WHERE member_id = 1")
    assert "members 1" in _explained(folder, "--number", "00000007").out
    execute(url, "UPDATE members SET membership_number = '00000007' WHERE member_id = 2")
    assert "2 members of v2 have the number" in _explained(folder, "--number", "00000007").err
    assert "No member of v2 has the number '0000007'" in _explained(folder, "--number", "0000007").err


@pytest.mark.parametrize("key", ["00000007", "1.5", "abc", "9" * 30])
def test_what_is_no_key_is_never_read_as_one(key: str, folder: Path) -> None:
    called = _explained(folder, "--member", key)
    assert called.code == 2
    assert "--number takes a membership number" in called.err


def _explained(folder: Path, *asked: str) -> Called:
    return career_migrate("explain", *PLACES, *asked, cwd=folder)
