"""A row may be named as v2 itself calls its table: that is what whoever looks at v2 has before them."""

from pathlib import Path

from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.resources import resource
from tests.cli.calling import career_migrate
from tests.servers import execute

PLACES = ("--source", "sqlite:///v2.db", "--target", "sqlite:///v3.db", "--rules", "rules")


def test_a_row_is_found_by_either_name_of_its_table(tmp_path: Path) -> None:
    source = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(source, generate(0))
    execute(
        source,
        "INSERT INTO members (member_id) VALUES (1)",
        "INSERT INTO training (training_id, member_id, duration) VALUES (7, 1, '2 days')",
        "ALTER TABLE training RENAME TO courses",
    )
    (tmp_path / "rules").mkdir()
    mapping = resource("rules/mapping.yaml").read_text(encoding="utf-8")
    renamed = mapping.replace("from: training\n", "from: courses\n")
    (tmp_path / "rules" / "mapping.yaml").write_text(renamed, encoding="utf-8")
    assert career_migrate("run", *PLACES, "--no-checks", cwd=tmp_path).code == 0
    told = [
        career_migrate("explain", *PLACES, name, "7", "--json", cwd=tmp_path).document
        for name in ("courses", "training")
    ]
    assert told[0] == told[1]
    assert told[0]["v2_table"] == "training"
    in_words = career_migrate("explain", *PLACES, "training", "7", cwd=tmp_path)
    assert in_words.out.startswith("courses 7\n")
