"""`inspect`, `pack` and `forget` as a shell calls them."""

import json
import re
from pathlib import Path

from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2 as write_sample
from tests.check.migrated import migrate_v2, write_v2
from tests.cli.calling import career_migrate
from tests.servers import execute


def test_inspect_gives_one_json_document_and_drafts_a_mapping(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url)
    mapping = tmp_path / "mapping.yaml"
    ran = career_migrate("inspect", "--source", url, "--json", "--write-mapping", mapping)
    document = json.loads(ran.out)
    assert (ran.code, document["without_fate"]) == (0, [])
    assert document["mapping"] == {"file": str(mapping), "unsure": 0, "left": 0}
    again = career_migrate("inspect", "--source", url, "--write-mapping", mapping)
    assert again.code == 2
    assert "exists; name another file" in again.err


def test_inspect_shows_tables_to_a_person(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url)
    ran = career_migrate("inspect", "--source", url)
    assert ran.code == 0
    assert "training.duration: 2 rows stay blank" in " ".join(ran.out.split())


def test_a_flag_that_is_not_understood_is_told_as_no_and_not_as_blank(tmp_path: Path) -> None:
    """v3 has no blank flags: who reads "blank" looks for what is not there."""
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_sample(url, generate(20))
    execute(url, "UPDATE employment SET is_current = 'maybe'")
    said = " ".join(career_migrate("inspect", "--source", url).out.split())
    assert re.search(r"employment\.is_current: [0-9]+ rows? becomes? no \(1 text\)", said)
    assert not re.search(r"is_current: [0-9]+ rows? stays? blank", said)


def test_inspect_names_the_cohorts_to_the_letter_and_counts_who_is_in_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_sample(url, generate(6))
    execute(url, "UPDATE members SET cohort = CASE member_id WHEN 1 THEN 'b' WHEN 2 THEN 'B' WHEN 3 THEN '' "
                 "WHEN 4 THEN NULL ELSE 'A' END")  # fmt: skip
    found = json.loads(career_migrate("inspect", "--source", url, "--json").out)["cohorts"]
    assert [tuple(each.values()) for each in found] == [("A", 2), ("B", 1), ("b", 1), (None, 2)]
    said = " ".join(career_migrate("inspect", "--source", url).out.split())
    assert "Cohorts (--cohort)" in said


def test_a_pack_that_is_refused_leaves_no_folder(tmp_path: Path) -> None:
    source, target = f"sqlite:///{tmp_path / 'v2.db'}", f"sqlite:///{tmp_path / 'v3.db'}"
    write_v2(source)
    migrate_v2(source, target)
    places = "--source", source, "--target", target
    ran = career_migrate("pack", *places, "--cohort", "NOPE", "--out", tmp_path / "new" / "pack")
    assert ran.code != 0
    assert not (tmp_path / "new").exists()


def test_inspect_of_what_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    ran = career_migrate("inspect", "--source", f"dir:{tmp_path}/nowhere")
    assert (ran.code, len(ran.err.splitlines())) == (3, 1)


def test_pack_and_forget_say_what_they_did(tmp_path: Path) -> None:
    source, target = f"sqlite:///{tmp_path / 'v2.db'}", f"sqlite:///{tmp_path / 'v3.db'}"
    write_v2(source)
    migrate_v2(source, target)
    packed = career_migrate(
        "pack", "--source", source, "--target", target, "--out", tmp_path / "pack", "--json"
    )
    assert json.loads(packed.out)["balance_closed"] is True
    forgot = career_migrate("forget", "--before", "2020-01-01", "--target", target, "--json")
    assert set(json.loads(forgot.out)["removed"].values()) == {0}
    wrong = career_migrate("forget", "--before", "soon", "--target", target)
    assert (wrong.code, wrong.err) == (2, "--before must be a date like 2026-01-31 (got 'soon')\n")
