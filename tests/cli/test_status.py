"""`status` tells at a glance what a verification found, and which cohort is which."""

import re
from pathlib import Path

from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from tests.cli.calling import career_migrate
from tests.servers import execute

PLACES = ("--source", "sqlite:///v2.db", "--target", "sqlite:///v3.db")


def test_a_verification_that_failed_does_not_look_like_one_that_passed(tmp_path: Path) -> None:
    write_v2(f"sqlite:///{tmp_path / 'v2.db'}", generate(5))
    assert career_migrate("run", *PLACES, "--no-checks", cwd=tmp_path).code == 0
    assert career_migrate("verify", *PLACES, cwd=tmp_path).code == 0
    lost = "DELETE FROM migration_rows WHERE v2_table = 'members' AND v2_id = '1'"
    execute(f"sqlite:///{tmp_path / 'v3.db'}", lost)
    assert career_migrate("verify", *PLACES, cwd=tmp_path).code == 5
    shown = career_migrate("status", *PLACES[2:], "--json", cwd=tmp_path).document["runs"]
    assert [(run["command"], run["status"], run["result"]) for run in shown] == [
        ("verify", "completed", "1 unexplained"),
        ("verify", "completed", "closed"),
        ("run", "completed", None),
    ]


def test_a_cohort_of_no_length_is_none_and_one_with_a_blank_at_its_end_is_told_apart(tmp_path: Path) -> None:
    write_v2(f"sqlite:///{tmp_path / 'v2.db'}", generate(3))
    for change in (
        "cohort = '' WHERE member_id = 1",
        "cohort = NULL WHERE member_id = 2",
        "cohort = '2024-A ' WHERE member_id = 3",
    ):
        execute(f"sqlite:///{tmp_path / 'v2.db'}", f"UPDATE members SET {change}")  # noqa: S608  # ours
    execute(f"sqlite:///{tmp_path / 'v2.db'}", "UPDATE training SET member_id = 2 WHERE training_id % 2 = 0")
    assert career_migrate("run", *PLACES, "--no-checks", cwd=tmp_path).code == 0
    cohorts, *_ = career_migrate("status", *PLACES[2:], cwd=tmp_path).out.split("└")
    first_cells = [line.split("│")[1].strip() for line in cohorts.splitlines() if "│" in line]
    assert sorted(first_cells) == ["no cohort", "“2024-A ”"]
    (without,) = (
        row
        for row in career_migrate("status", *PLACES[2:], "--json", cwd=tmp_path).document["cohorts"]
        if row["cohort"] is None
    )
    assert without["members"] == 2
    verified = career_migrate("verify", *PLACES, cwd=tmp_path).out.partition("Training, in hours")[2]
    assert "“2024-A ”" in verified
    assert "no cohort" in verified


def test_each_cohort_has_each_number_as_json_also_where_it_is_zero(tmp_path: Path) -> None:
    write_v2(f"sqlite:///{tmp_path / 'v2.db'}", generate(3))
    for table in ("supporters", "schemes", "scheme_memberships"):  # rows of which there is nobody to reject
        execute(f"sqlite:///{tmp_path / 'v2.db'}", f"DELETE FROM {table}")  # noqa: S608  # ours
    assert career_migrate("run", *PLACES, "--no-checks", cwd=tmp_path).code == 0
    cohorts = career_migrate("status", *PLACES[2:], "--json", cwd=tmp_path).document["cohorts"]
    numbers = ["members", "migrated", "dropped", "rejected", "error", "warning", "info"]
    assert [list(each) for each in cohorts] == [["cohort", *numbers]] * len(cohorts)
    assert {each["rejected"] for each in cohorts} == {0}


def test_each_run_is_one_line_that_says_how_far_it_came(tmp_path: Path) -> None:
    write_v2(f"sqlite:///{tmp_path / 'v2.db'}", generate(3))
    assert career_migrate("run", *PLACES, "--no-checks", cwd=tmp_path).code == 0
    out = career_migrate("status", *PLACES[2:], cwd=tmp_path).out
    runs = out.partition("Runs")[2].partition("└")[0]
    ((*_, batches, finished, _),) = (line.split("│") for line in runs.splitlines() if "│" in line)
    assert batches.strip() == "2 of 2"
    assert re.fullmatch(r" \d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", finished)
