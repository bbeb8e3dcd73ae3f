"""v2 in a database is read whole: each row in one batch, under whatever names, keys and types it has."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import Engine, func, select, update

from migrate.databases import open_engine
from migrate.extract import V2Source, open_source
from migrate.extract.bounds import Bounds
from migrate.fixtures.sample import generate
from migrate.fixtures.writing import write_v2
from migrate.load.ledger.scope import Scope
from migrate.resources import resource
from migrate.rulebook.mapping import load_mapping
from migrate.run.batches import cut
from migrate.schema import v2
from tests.servers import execute

Rows = Counter[tuple[str, str]]
"""(v2 table, key) → how many batches have the row."""


@pytest.fixture
def sample(engine_url: str) -> Iterator[V2Source]:
    """A generated v2, with orphans in it."""
    write_v2(engine_url, generate(300, seed=5))
    execute(engine_url, "INSERT INTO supporters (supporter_id, intent_id) VALUES (999999, 999999)")
    source = open_source(engine_url, load_mapping())
    yield source
    source.engine.dispose()


def test_each_row_is_in_exactly_one_batch_of_any_size(sample: V2Source) -> None:
    everything = _all_rows(sample.engine)
    for size in (1_000, 37):
        found = _rows_of_batches(sample, Scope(), size)
        assert found == everything


def test_cohorts_share_nothing_but_schemes(sample: V2Source) -> None:
    with sample.snapshot() as snapshot:
        members = snapshot.read_batch(next(iter(cut(snapshot, Scope(), None, 1_000)[1]))).tables["members"]
    cohorts = [cohort for cohort in members["cohort"].dropna().unique() if cohort.strip()]
    parts = [_rows_of_batches(sample, Scope((cohort,)), 50) for cohort in cohorts]
    together: Rows = sum((_without_schemes(part) for part in parts), Counter())
    assert set(together.values()) == {1}
    in_cohorts = set(members.loc[members["cohort"].isin(cohorts), "member_id"])
    assert {key for table, key in together if table == "members"} == in_cohorts


@pytest.mark.parametrize("cohorts", [(), ("2024-B", "2023-B")])
def test_a_batch_is_marked_as_it_is_read_and_found_unchanged_by_its_mark(
    sample: V2Source, cohorts: tuple[str, ...]
) -> None:
    with sample.snapshot(cohorts) as snapshot:
        batches = cut(snapshot, Scope(cohorts), None, 70)[1]
        listed = Bounds("members", members=("3", "17", "250"))
        for bounds in [*batches, listed]:
            batch, mark = snapshot.read_marked(bounds)
            assert mark == snapshot.fingerprint(bounds) != ""
            plain = snapshot.read_batch(bounds)
            assert batch.scheme_ids == plain.scheme_ids
            assert batch.tables.keys() == plain.tables.keys()
            assert all(batch.tables[name].equals(plain.tables[name]) for name in plain.tables)
    assert len(batches) > 1


def test_a_batch_is_read_as_text_to_the_letter(sample: V2Source) -> None:
    generated = next(iter(generate(300, seed=5)))["training"].to_pylist()
    expected = {str(row["training_id"]): row["duration"] for row in generated}
    with sample.snapshot() as snapshot:
        rows = snapshot.read_rows("training", list(expected))
    found = pa.Table.from_pandas(rows[["training_id", "duration"]]).to_pylist()
    assert {row["training_id"]: row["duration"] for row in found} == expected


NUMBERS = [  # membership number of members 1, 2, 3, …
    "M1", "M2", "M1", "m1", "M2", "M1", None, None, " ", " ", "50%", "50%", "50_", "O'N", "O'N", "\\", "\\",
]  # fmt: skip
SHARED = {"3": "1", "5": "2", "6": "1", "12": "11", "15": "14", "17": "16"}
"""Member → the lowest member with the same number to the letter."""


@pytest.mark.parametrize("at_once", [1, 2, 1_000])
def test_members_who_share_a_number_are_found_by_their_lowest_key(
    sample: V2Source, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("migrate.extract.shared_numbers._AT_ONCE", at_once)
    numbered = select(func.count()).select_from(v2.members)
    with sample.engine.connect() as connection:
        assert connection.execute(numbered).scalar_one() >= len(NUMBERS)
    with open_engine(sample.engine.url.render_as_string(hide_password=False)).begin() as connection:
        connection.execute(update(v2.members).values(membership_number=None))
        for member, number in enumerate(NUMBERS, start=1):
            one = update(v2.members).where(v2.members.c.member_id == member)
            connection.execute(one.values(membership_number=number))
    with sample.snapshot() as snapshot:
        assert snapshot.duplicates() == SHARED


RENAMED = (  # what the shipped mapping says, what this v2 calls it
    ("from: training\n", "from: TRN_RECORD\n"),
    ("duration: {from: duration,", "duration: {from: DUR_TXT,"),
    ("training_id: {from: training_id,", "training_id: {from: ID,"),
)


def test_a_v2_that_names_things_otherwise_needs_no_code(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    text = resource("rules/mapping.yaml").read_text()
    for shipped, other in RENAMED:
        assert shipped in text
        text = text.replace(shipped, other, 1)
    (tmp_path / "mapping.yaml").write_text(text)
    for engine_name in ("sqlite", "postgresql", "mariadb"):
        url = fresh_database(engine_name)
        write_v2(url, generate(5))
        quote = "`" if engine_name == "mariadb" else '"'
        execute(
            url,
            f"ALTER TABLE training RENAME COLUMN duration TO {quote}DUR_TXT{quote}",
            f"ALTER TABLE training RENAME COLUMN training_id TO {quote}ID{quote}",
            f"ALTER TABLE training RENAME TO {quote}TRN_RECORD{quote}",
        )
        source = open_source(url, load_mapping(tmp_path))
        with source.snapshot() as snapshot:
            found = snapshot.read_rows("training", ["1", "2"])
        assert list(found["training_id"]) == ["1", "2"]
        assert "duration" in found.columns
        source.engine.dispose()


TYPED = {  # a v2 whose columns have types of their own, an engine a line
    "sqlite": "start_date DATE, is_current BOOLEAN, employment_id INTEGER PRIMARY KEY, member_id NUMERIC",
    "postgresql": "start_date DATE, is_current BOOLEAN, employment_id BIGINT PRIMARY KEY, member_id BIGINT",
    "mariadb": "start_date DATE, is_current TINYINT(1), employment_id BIGINT PRIMARY KEY, member_id INT",
}


@pytest.mark.parametrize("engine_name", TYPED)
def test_typed_columns_are_read_as_their_text(engine_name: str, fresh_database: Callable[[str], str]) -> None:
    """A date column gives ISO dates, a flag column something that the flag policy understands."""
    url = fresh_database(engine_name)
    write_v2(url, generate(0))
    others = [name for name in v2.column_names("employment") if name not in TYPED[engine_name]]
    texts = ", ".join(f"{name} TEXT" for name in others)
    execute(
        url,
        "DROP TABLE employment",
        f"CREATE TABLE employment ({TYPED[engine_name]}, {texts})",
        "INSERT INTO employment (employment_id, member_id, start_date, is_current) "
        "VALUES (7, 1, '2010-03-12', TRUE)",
    )
    source = open_source(url, load_mapping())
    with source.snapshot() as snapshot:
        row = snapshot.read_rows("employment", ["7"]).iloc[0]
    assert (row["employment_id"], row["member_id"], row["start_date"]) == ("7", "1", "2010-03-12")
    assert row["is_current"].lower() in {"1", "t", "true"}
    source.engine.dispose()


def test_numbers_and_cohorts_that_v2_holds_as_whole_numbers_are_found_by_their_letters(
    engine_url: str,
) -> None:
    """What is no whole number is nobody's, and no error of the server's."""
    write_v2(engine_url, generate(0))
    others = ", ".join(
        f"{name} TEXT" for name in v2.column_names("members") if name not in ("membership_number", "cohort")
    )
    execute(
        engine_url,
        "DROP TABLE members",
        f"CREATE TABLE members (membership_number INTEGER, cohort INTEGER, {others})",
        "INSERT INTO members (member_id, membership_number, cohort) VALUES ('7', 101, 2024)",
    )
    source = open_source(engine_url, load_mapping())
    with source.snapshot() as snapshot:
        found = {number: snapshot.members_with_number(number) for number in ("101", "0101", "AB1")}
        known = {cohort: snapshot.has_cohort(cohort) for cohort in ("2024", "02024", "2024-A")}
    source.engine.dispose()
    assert found == {"101": ["7"], "0101": [], "AB1": []}
    assert known == {"2024": True, "02024": False, "2024-A": False}


ODD_TYPES = {  # columns whose text is not what they say, the row's values
    "postgresql": ("title kind, is_archived BOOLEAN, status TEXT", "'of the past', TRUE, 'café'"),
    "mariadb": (
        "title ENUM('of the past'), is_archived BIT(1), status VARBINARY(20)",
        "1, b'1', x'636166e9'",
    ),
}


@pytest.mark.parametrize("engine_name", ODD_TYPES)
def test_enumerations_bits_and_octets_are_read_as_what_they_say(
    engine_name: str, fresh_database: Callable[[str], str]
) -> None:
    url, (columns, values) = fresh_database(engine_name), ODD_TYPES[engine_name]
    given = "title, is_archived, status"
    write_v2(url, generate(0))
    kind = ["CREATE TYPE kind AS ENUM ('of the past')"] if engine_name == "postgresql" else []
    others = [name for name in v2.column_names("competence_assessments")[2:] if name not in columns]
    texts = ", ".join(f"{name} TEXT" for name in others)
    execute(
        url,
        *kind,
        "DROP TABLE competence_assessments",
        f"CREATE TABLE competence_assessments (assessment_id INT, member_id INT, {columns}, {texts})",
        f"INSERT INTO competence_assessments (assessment_id, member_id, {given}) VALUES (7, 1, {values})",  # noqa: S608
        "INSERT INTO members (member_id) VALUES (1)",
    )
    source = open_source(url, load_mapping())
    with source.snapshot() as snapshot:
        batch, mark = snapshot.read_marked(Bounds("members", first="1", last="1"))
        assert mark == snapshot.fingerprint(Bounds("members", first="1", last="1")) != ""
    row = batch.tables["competence_assessments"].iloc[0]
    assert (row["title"], row["status"]) == ("of the past", "café")
    assert row["is_archived"].lower() in {"1", "t", "true"}
    source.engine.dispose()


def test_a_column_of_a_type_that_nobody_names_is_read_as_its_text_without_a_warning(
    fresh_database: Callable[[str], str], recwarn: pytest.WarningsRecorder
) -> None:
    url = fresh_database("postgresql")
    write_v2(url, generate(0))
    execute(
        url,
        "ALTER TABLE members ALTER title TYPE xml USING title::xml",
        "INSERT INTO members (member_id, title) VALUES (1, '<b>Dr</b>')",
    )
    source = open_source(url, load_mapping())
    with source.snapshot() as snapshot:
        assert snapshot.read_rows("members", ["1"])["title"].tolist() == ["<b>Dr</b>"]
    source.engine.dispose()
    assert not [str(each.message) for each in recwarn if "recognize" in str(each.message)]


def test_bytes_that_are_no_utf8_are_read_as_windows_1252(fresh_database: Callable[[str], str]) -> None:
    """SQLite stores whatever it is given; other engines refuse it at the door."""
    url = fresh_database("sqlite")
    write_v2(url, generate(0))
    execute(
        url, "INSERT INTO training (training_id, member_id, title) VALUES (1, 1, CAST(x'43616665e9' AS TEXT))"
    )
    source = open_source(url, load_mapping())
    with source.snapshot() as snapshot:
        assert snapshot.read_rows("training", ["1"]).iloc[0]["title"] == "Cafeé"
    source.engine.dispose()


def _rows_of_batches(source: V2Source, scope: Scope, size: int) -> Rows:
    found: Rows = Counter()
    with source.snapshot(scope.cohorts) as snapshot:
        for stage in cut(snapshot, scope, None, size):
            for bounds in stage:
                for name, rows in snapshot.read_batch(bounds).tables.items():
                    found.update((name, key) for key in rows[v2.KEYS[name]])
    return found


def _all_rows(engine: Engine) -> Rows:
    with engine.connect() as connection:
        return Counter(
            (name, str(key))
            for name, table in v2.metadata.tables.items()
            for (key,) in connection.execute(table.select().with_only_columns(table.c[v2.KEYS[name]]))
        )


def _without_schemes(rows: Rows) -> Rows:
    return Counter({place: count for place, count in rows.items() if place[0] != "schemes"})


def test_blanks_with_which_postgresql_fills_a_char_are_not_the_text(
    fresh_database: Callable[[str], str],
) -> None:
    url = fresh_database("postgresql")
    write_v2(url, generate(0))
    execute(
        url,
        "ALTER TABLE members ALTER title TYPE CHAR(20)",
        "INSERT INTO members (member_id, title) VALUES (1, 'Dr')",
    )
    source = open_source(url, load_mapping())
    with source.snapshot() as snapshot:
        assert snapshot.read_rows("members", ["1"])["title"].tolist() == ["Dr"]
    source.engine.dispose()
