"""A v2 that names things otherwise: the draft finds them, or says where it is unsure."""

import resource
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import yaml
from sqlalchemy import Engine, create_engine

from migrate.check.preflight import check_source
from migrate.errors import ConfigurationError, MigrationError
from migrate.extract import open_source
from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.rulebook import Rules, load_rules
from migrate.rulebook.mapping import NOTHING, Mapping, load_mapping
from migrate.schema import v2
from migrate.survey.draft_file import write_draft
from tests.servers import as_user, execute, new_database
from tests.survey import foreign

RULES: Rules = load_rules()
KEYS = {"sqlite": "integers", "postgresql": "uuids", "mariadb": "texts"}


def key(number: int, kind: str) -> Any:
    """Return a key of a kind."""
    return {"integers": number, "texts": f"M-{number:04}", "uuids": str(UUID(int=number))}[kind]


def fill(engine: Engine, kind: str, *, charset: str | None = None) -> None:
    """Make a small v2 of other names, with accents, real dates and flags."""
    tables = foreign.create_foreign_v2(engine, keys=foreign.KEY_TYPES[kind], charset=charset)
    moment = datetime(2012, 5, 1, 10, 22, 31)  # noqa: DTZ001
    members = [
        {
            "member_id": key(n, kind), "membership_number": f"00{n}", "title": "Dr", "forename": "Zoë",
            "surname": "Example", "email": f"zoe{n}@mail.example", "membership_category": "MIET",
            "cohort": "2024-A", "created_at": moment, "updated_at": "2012-05-01 10:22:31",
        }
        for n in range(1, 4)
    ]  # fmt: skip
    foreign.put(engine, tables, "members", *members)
    employment = {
        "employment_id": key(1, kind), "member_id": key(1, kind), "employer": "Café Électrique",
        "job_title": "Engineer", "start_date": "March 2010", "end_date": "Present", "is_current": True,
        "responsibilities": "Leading a team of five people who maintain switchgear across two counties " * 2,
        "personal_achievements": "Cut the outage time by a third, and wrote the guide that others use " * 2,
        "updated_at": "2012-05-01 10:22:31",
    }  # fmt: skip
    foreign.put(engine, tables, "employment", employment)
    education = {
        "education_id": key(1, kind), "member_id": key(1, kind), "institution": "University of Eastmarch",
        "course": "BEng Electronics", "grade": "2:1", "start_date": date(2001, 9, 1),
        "end_date": date(2004, 6, 30), "updated_at": "2012-05-01 10:22:31",
    }  # fmt: skip
    foreign.put(engine, tables, "education", education)
    training = {
        "training_id": key(1, kind), "member_id": key(1, kind), "title": "HV switching",
        "provider": "In-house", "location": "Kendal", "start_date": "12/03/2010",
        "end_date": "14/03/2010", "duration": "3 days",
        "description": "Refresher for people who switch rarely and want to do it safely",
        "updated_at": "2012-05-01 10:22:31",
    }  # fmt: skip
    foreign.put(engine, tables, "training", training)


def right_mapping(**tables: str) -> Mapping:
    """Return the mapping that fits the foreign v2; `tables` are called otherwise again."""
    shipped = load_mapping().model_dump(by_alias=True, exclude_none=True)
    for name, rule in shipped["tables"].items():
        rule["from"] = tables.get(foreign.their_name(name), foreign.their_name(name))
        for column, column_rule in rule["columns"].items():
            column_rule["from"] = foreign.their_name(name, column)
    return Mapping.model_validate(shipped)


def drafted(url: str, file: Path) -> tuple[Mapping, str]:
    """Return the draft, read as a rule file, and its text."""
    write_draft(url, RULES, file)
    return load_mapping(file.parent), file.read_text(encoding="utf-8")


def wrong(draft: Mapping, right: Mapping) -> Iterator[tuple[str, str | None]]:
    """Yield each table, and each column of a table found rightly, whose origin is not the right one."""
    for name, rule in right.tables.items():
        if draft.tables[name].source != rule.source:
            yield name, None
            continue
        for column, column_rule in rule.columns.items():
            if draft.tables[name].columns[column].source != column_rule.source:
                yield name, column


def is_marked(text: str, table: str, column: str | None) -> bool:
    """Return whether the draft says that it is unsure of a place."""
    lines = text.splitlines()
    start = lines.index(f"  {table}:")
    sign = f"      {column}: " if column else "    from: "
    return "# unsure:" in next(line for line in lines[start:] if line.startswith(sign))


@pytest.fixture
def kind(engine_url: str) -> str:
    """The kind of keys that the v2 of an engine has in these tests."""
    return KEYS[engine_url.split(":", maxsplit=1)[0].split("+", maxsplit=1)[0]]


def test_draft_of_a_v2_with_other_names_is_mostly_right_and_never_surely_wrong(
    engine_url: str, tmp_path: Path, kind: str
) -> None:
    engine = create_engine(engine_url)
    fill(engine, kind)
    engine.dispose()
    draft, text = drafted(engine_url, tmp_path / "mapping.yaml")
    mistakes = list(wrong(draft, right_mapping()))
    assert len(mistakes) <= 8, mistakes
    assert [place for place in mistakes if not is_marked(text, *place)] == []


def test_draft_of_the_canonical_v2_is_the_shipped_mapping(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url, generate(40, seed=2))
    draft, text = drafted(url, tmp_path / "mapping.yaml")
    assert draft.tables == load_mapping().tables
    assert "unsure:" not in text.partition("tables:")[2]


def test_draft_says_what_is_left_and_what_was_not_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url, generate(10, seed=2))
    execute(
        url,
        "ALTER TABLE training ADD COLUMN mood TEXT",
        "CREATE TABLE uploads (id INTEGER)",
        "DROP TABLE supporters",
        "DROP TABLE verifications",
    )
    draft, text = drafted(url, tmp_path / "mapping.yaml")
    assert draft.tables["supporters"].source == draft.tables["verifications"].source == NOTHING
    assert is_marked(text, "supporters", None)
    assert "    # ignore:\n    #   mood: why it is not migrated" in text
    assert "# ignored_tables:\n#   uploads: why it is not migrated" in text
    settled = text.replace("# ignored_tables:", "ignored_tables:").replace("#   uploads:", "  uploads:")
    settled = settled.replace("    # ignore:", "    ignore:").replace("    #   mood:", "      mood:")
    (tmp_path / "mapping.yaml").write_text(settled)
    source = open_source(url, load_mapping(tmp_path))
    assert check_source(source) == [
        f"v2 has no table ?. Name it in {tmp_path / 'mapping.yaml'} under tables.{name}.from"
        for name in ("verifications", "supporters")
    ]
    source.engine.dispose()


def test_draft_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text("mine")
    with pytest.raises(ConfigurationError, match=r"mapping\.yaml exists; name another file"):
        write_draft("sqlite:///v2.db", RULES, tmp_path / "mapping.yaml")


def test_draft_of_odd_names_is_valid_yaml(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    execute(url, """CREATE TABLE "training: 'all' # of, them" ("yes" TEXT, "a, b" TEXT)""")
    write_draft(url, RULES, tmp_path / "mapping.yaml")
    yaml.safe_load((tmp_path / "mapping.yaml").read_text())


def test_v2_of_other_names_and_types_reads_as_the_canonical_one(engine_url: str, kind: str) -> None:
    engine = create_engine(engine_url)
    fill(engine, kind)
    engine.dispose()
    source = open_source(engine_url, right_mapping())
    assert check_source(source) == []
    with source.snapshot(["2024-A"]) as snapshot:
        keys = snapshot.member_keys().to_pylist()
        one, job = (snapshot.read_rows(table, [keys[0]]) for table in ("education", "employment"))
    assert [str(each).replace("-", "") for each in keys] == [
        str(key(n, kind)).replace("-", "") for n in range(1, 4)
    ]
    assert (one["start_date"][0], one["grade"][0]) == ("2001-09-01", "2:1")
    assert (job["employer"][0], job["is_current"][0] in ("1", "t", "true")) == ("Café Électrique", True)
    source.engine.dispose()


def test_v2_in_latin_1_reads_to_the_letter_through_an_account_that_sees_views_alone(tmp_path: Path) -> None:
    with new_database("mariadb", tmp_path) as url:
        execute(url, "ALTER DATABASE CHARACTER SET latin1")
        engine = create_engine(url)
        fill(engine, "texts", charset="latin1")
        check_views_alone(url, engine, "GRANT SELECT ON {database}.{view} TO {user}", tmp_path)


def test_a_draft_that_cannot_be_written_to_its_end_is_not_there(tmp_path: Path) -> None:
    """Or the next attempt would refuse to write over it."""
    url, file = f"sqlite:///{tmp_path / 'v2.db'}", tmp_path / "mapping.yaml"
    execute(url, "CREATE TABLE training (training_id INTEGER, duration TEXT)")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(MigrationError, match=r"written \(File too large\)"):
            write_draft(url, RULES, file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not file.exists()


def test_postgresql_account_that_sees_views_alone_is_enough(tmp_path: Path) -> None:
    with new_database("postgresql", tmp_path) as url:
        engine = create_engine(url)
        fill(engine, "uuids")
        check_views_alone(url, engine, 'GRANT SELECT ON "{view}" TO {user}', tmp_path)


def check_views_alone(url: str, engine: Engine, grant: str, folder: Path) -> None:
    """Inspect, draft, check and read through views, by an account that may read nothing else."""
    views = foreign.offer_views(engine, "export_")
    user = f"career_reader_{uuid4().hex[:8]}"
    database = str(engine.url.database)
    identified = "PASSWORD" if engine.dialect.name == "postgresql" else "IDENTIFIED BY"
    engine.dispose()
    execute(url, f"CREATE USER {user} {identified} 'not-a-secret'")
    try:
        execute(url, *(grant.format(database=database, view=view, user=user) for view in views.values()))
        reader = as_user(url, user, "not-a-secret")
        _, text = drafted(reader, folder / "mapping.yaml")
        assert "export_JobHistory" in text
        source = open_source(reader, right_mapping(**views))
        assert check_source(source) == []
        with source.snapshot() as snapshot:
            first = snapshot.member_keys().to_pylist()[:1]
            assert snapshot.read_rows("employment", first)["employer"][0] == "Café Électrique"
            assert snapshot.read_rows("members", first)["forename"][0] == "Zoë"
        source.engine.dispose()
    finally:
        execute(url, *([f"DROP OWNED BY {user}"] if identified == "PASSWORD" else []), f"DROP USER {user}")


def test_every_canonical_name_has_a_foreign_one_in_these_tests() -> None:
    assert set(foreign.NAMES) == set(v2.metadata.tables)
