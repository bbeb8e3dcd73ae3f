"""The cut-over pack: the same bytes from the same state, and nothing of what members wrote."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text, update

from migrate.cli import cli
from migrate.errors import ExitCode
from migrate.load.ledger.scope import Scope
from migrate.resources import resource
from migrate.run.workplace import Workplace
from migrate.schema import v2, v3
from migrate.signoff import hashes
from migrate.signoff.hashes import digest_inputs
from migrate.signoff.pack import SUMS, Pack, write_pack
from tests.check.migrated import migrate_v2, write_v2
from tests.servers import opened

COHORT = Scope(cohorts=("2024-A",))


def pack_of(source: str, target: str, out: Path, rules: Path | None = None) -> Pack:
    """Write a pack and give the connections back."""
    workplace = Workplace(source, target, COHORT, rules)
    try:
        return write_pack(workplace, out)
    finally:
        workplace.source.engine.dispose()
        workplace.target.dispose()


def content(folder: Path) -> dict[str, bytes]:
    """Return each file's bytes."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_pack_of_the_same_state_is_the_same_byte_for_byte(
    v2_file: str, migrated: str, tmp_path: Path
) -> None:
    written = pack_of(v2_file, migrated, tmp_path / "one")
    pack_of(v2_file, migrated, tmp_path / "two")
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert (written.closed, written.critical_failures) == (True, 0)
    assert {path.name for path in written.files} == set(content(tmp_path / "one"))


def test_pack_adds_up_and_its_sums_hold(tmp_path: Path) -> None:
    source, target = f"sqlite:///{tmp_path / 'v2.db'}", f"sqlite:///{tmp_path / 'v3.db'}"
    write_v2(source)
    migrate_v2(source, target, "2024-A")
    pack_of(source, target, tmp_path / "pack")
    files = content(tmp_path / "pack")
    for line in files[SUMS].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    summary = json.loads(files["pack.json"])
    assert (summary["cohorts"], summary["balance_closed"]) == (["2024-A"], True)
    ruled = [line.split(",")[0] for line in files["rules.csv"].decode().splitlines()]
    assert {"expectations/before.yaml", "expectations/after.yaml", "durations.yaml"} <= set(ruled)
    assert "competence_assessments,dropped,archived-assessment,1" in files["fates.csv"].decode()
    assert b"Zo\xc3\xab" not in b"".join(files.values())
    assert b"0017" not in b"".join(files.values())


def test_pack_tells_when_the_balance_is_open(tmp_path: Path) -> None:
    source, target = f"sqlite:///{tmp_path / 'v2.db'}", f"sqlite:///{tmp_path / 'v3.db'}"
    write_v2(source)
    migrate_v2(source, target, "2024-A")
    with opened(target) as engine, engine.begin() as connection:
        connection.execute(text("DELETE FROM migration_rows WHERE v2_table = 'education'"))
    assert not pack_of(source, target, tmp_path / "pack").closed
    databases = ["--source", source, "--target", target, "--cohort", "2024-A"]
    found = CliRunner().invoke(cli, ["pack", *databases, "--out", str(tmp_path / "again")])
    assert found.exit_code == ExitCode.DIFFERENCE


def test_users_edits_leave_the_inputs_as_they_were(tmp_path: Path) -> None:
    source, target = f"sqlite:///{tmp_path / 'v2.db'}", f"sqlite:///{tmp_path / 'v3.db'}"
    write_v2(source)
    migrate_v2(source, target, "2024-A")
    pack_of(source, target, tmp_path / "one")
    with opened(target) as engine, engine.begin() as connection:
        connection.execute(update(v3.trainings).values(title="mine"))
    pack_of(source, target, tmp_path / "two")
    one, two = content(tmp_path / "one"), content(tmp_path / "two")
    assert {name for name in one if one[name] != two[name]} == {"balance.csv", "pack.json", SUMS}


def test_changed_input_and_changed_rules_change_their_digests(tmp_path: Path) -> None:
    source, target = f"sqlite:///{tmp_path / 'v2.db'}", f"sqlite:///{tmp_path / 'v3.db'}"
    write_v2(source)
    workplace = Workplace(source, target, COHORT, None)
    before = {each.v2_table: each for each in digest_inputs(workplace.source, ("2024-A",))}
    with opened(source) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE training SET title = NULL WHERE training_id = 1"))
    after = {each.v2_table: each for each in digest_inputs(workplace.source, ("2024-A",))}
    assert {name for name in before if before[name] != after[name]} == {"training"}
    assert before["training"].rows == 2
    workplace.source.engine.dispose()


def test_every_row_is_an_input_once_in_however_many_parts_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(source)
    with opened(source) as engine, engine.begin() as connection:
        connection.execute(text("INSERT INTO training (training_id, member_id) VALUES (998, 9), (999, 9)"))
        asked = {name: text(f"SELECT count(*) FROM {name}") for name in v2.metadata.tables}  # noqa: S608
        counted = {name: connection.execute(count).scalar_one() for name, count in asked.items()}
    for at_once in (1, 2, 1_000):
        monkeypatch.setattr(hashes, "MEMBERS_AT_ONCE", at_once)
        workplace = Workplace(source, f"sqlite:///{tmp_path / 'v3.db'}", Scope(), None)
        assert {each.v2_table: each.rows for each in digest_inputs(workplace.source, ())} == counted
        workplace.source.engine.dispose()


def test_rows_that_nothing_owns_are_among_the_inputs(tmp_path: Path) -> None:
    source = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(source)
    workplace = Workplace(source, f"sqlite:///{tmp_path / 'v3.db'}", Scope(), None)
    before = {each.v2_table: each for each in digest_inputs(workplace.source, ())}
    with opened(source) as engine, engine.begin() as connection:
        connection.execute(text("INSERT INTO training (training_id, member_id) VALUES (999, 999)"))
    after = {each.v2_table: each for each in digest_inputs(workplace.source, ())}
    assert after["training"].rows == before["training"].rows + 1
    assert after["training"].sha256 != before["training"].sha256
    workplace.source.engine.dispose()


def test_rules_of_one_s_own_are_in_the_pack(tmp_path: Path) -> None:
    source, target = f"sqlite:///{tmp_path / 'v2.db'}", f"sqlite:///{tmp_path / 'v3.db'}"
    write_v2(source)
    rules = tmp_path / "rules"
    rules.mkdir()
    shutil.copy(resource("rules/durations.yaml"), rules)
    (rules / "durations.yaml").write_text((rules / "durations.yaml").read_text() + "# ours\n")
    migrate_v2(source, target, "2024-A", rules=rules)
    pack_of(source, target, tmp_path / "pack", rules)
    digest = hashlib.sha256((rules / "durations.yaml").read_bytes()).hexdigest()
    assert f"durations.yaml,{digest}" in (tmp_path / "pack" / "rules.csv").read_text()
