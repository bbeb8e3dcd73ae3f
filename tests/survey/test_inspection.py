"""What `inspect` says of a v2: what is there, what has no fate, which texts will stay blank."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert

from migrate.errors import PreflightError
from migrate.rulebook import load_rules
from migrate.schema import v2
from migrate.survey.draft_file import write_draft
from migrate.survey.inspection import Inspection, inspect_source
from migrate.survey.texts import ColumnTexts
from tests.servers import execute, new_database, opened

RULES = load_rules()
DURATIONS = ["2 days", "2 days", "3", "3", "3", "a few hours", "London", None, " ", "2 DAYS", "London "]


@pytest.fixture
def inspection(engine_url: str) -> Inspection:
    """The inspection of a small v2 on each engine."""
    engine = create_engine(engine_url)
    v2.metadata.create_all(engine)
    rows = [
        {"training_id": n, "duration": text, "end_date": "Present", "start_date": "Spring 2009"}
        for n, text in enumerate(DURATIONS, 1)
    ]
    with engine.begin() as connection:
        connection.execute(insert(v2.training), rows)
        connection.execute(insert(v2.employment), [{"employment_id": 1, "is_current": "perhaps"}])
    engine.dispose()
    execute(
        engine_url,
        "CREATE TABLE uploads (id INTEGER)",
        "INSERT INTO uploads VALUES (1)",
        "DROP TABLE supporters",
    )
    return inspect_source(engine_url, RULES, most=2)


def texts(inspection: Inspection, table: str, column: str) -> ColumnTexts:
    """Return what is said of a column."""
    return next(each for each in inspection.texts if (each.table, each.column) == (table, column))


def test_tables_in_schemas_that_were_not_looked_at_are_counted(
    fresh_database: Callable[[str], str],
) -> None:
    url = fresh_database("postgresql")
    execute(
        url,
        "CREATE TABLE members (member_id INTEGER)",
        "CREATE SCHEMA hr",
        "CREATE TABLE hr.person (id INTEGER)",
        "CREATE SCHEMA nothing",
    )
    assert inspect_source(url, RULES, most=2).other_schemas == {"hr": 1}
    on_path = inspect_source(f"{url}?options=-csearch_path%3Dhr,public", RULES, most=2)
    assert on_path.other_schemas == {}
    assert {table.name for table in on_path.tables} >= {"members", "person"}


def test_tables_are_listed_with_their_rows(inspection: Inspection) -> None:
    rows = {table.name: table.rows for table in inspection.tables}
    assert rows == dict.fromkeys(set(v2.metadata.tables) - {"supporters"}, 0) | {
        "training": 11, "employment": 1, "uploads": 1,
    }  # fmt: skip


def test_what_has_no_fate_and_what_is_missing_is_told(inspection: Inspection) -> None:
    assert [tuple(each) for each in inspection.unmapped] == [("uploads", None, 1)]
    assert inspection.missing == [
        "v2 has no table supporters. Name it in rules/mapping.yaml under tables.supporters.from"
    ]


def test_texts_that_stay_blank_come_most_rows_first_with_what_they_could_be(inspection: Inspection) -> None:
    durations = texts(inspection, "training", "duration")
    assert [tuple(each) for each in durations.examples] == [
        ("3", 3, "no-unit", "3, 21"),
        ("London", 1, "not-understood", None),
    ]


def test_texts_are_counted_to_the_letter(inspection: Inspection) -> None:
    durations = texts(inspection, "training", "duration")
    assert (durations.rows, durations.distinct, durations.once) == (9, 6, 4)
    assert (durations.unread, durations.unread_distinct, durations.remarked) == (6, 4, 3)
    assert durations.codes == {"assumed-day": 3, "no-unit": 3, "vague": 1, "not-understood": 2}


def test_dates_and_flags_are_read_as_the_migration_reads_them(inspection: Inspection) -> None:
    starts = texts(inspection, "training", "start_date")
    assert starts.examples[0].candidates == '["2009-03-01", "2009-04-01", "2009-05-01"]'
    assert texts(inspection, "training", "end_date").unread == 0
    assert texts(inspection, "employment", "is_current").examples[0].code == "flag-not-understood"


def test_words_that_exports_write_for_no_value_are_told_to_the_letter(engine_url: str) -> None:
    engine = create_engine(engine_url)
    v2.metadata.create_all(engine)
    titles = ["NULL", "\\N", "\\N", "Null", "null and void", "None", "NULL ", None, ""]
    with engine.begin() as connection:
        connection.execute(
            insert(v2.training), [{"training_id": n, "title": title} for n, title in enumerate(titles, 1)]
        )
        connection.execute(insert(v2.employment), [{"employment_id": 1, "start_date": "NaN"}])
    engine.dispose()
    found = [tuple(each) for each in inspect_source(engine_url, RULES, most=2).null_marks]
    assert sorted(found) == [
        ("employment", "start_date", "NaN", 1),
        ("training", "title", "NULL", 1),
        ("training", "title", "\\N", 2),
    ]


def test_a_column_that_takes_only_some_words_has_no_others_and_may_have_null(
    fresh_database: Callable[[str], str],
) -> None:
    """PostgreSQL refuses to compare an enumeration with a word that is none of its own."""
    url = fresh_database("postgresql")
    engine = create_engine(url)
    v2.metadata.create_all(engine)
    engine.dispose()
    execute(
        url,
        "CREATE TYPE state AS ENUM ('draft', 'NULL')",
        "ALTER TABLE competence_assessments ALTER COLUMN status TYPE state USING status::state",
        "ALTER TABLE training ALTER COLUMN title TYPE CHAR(8)",
        "INSERT INTO competence_assessments (assessment_id, status) VALUES (1, 'draft'), (2, 'NULL')",
        "INSERT INTO training (training_id, title) VALUES (1, 'NaN')",
    )
    found = [tuple(each) for each in inspect_source(url, RULES, most=2).null_marks]
    assert sorted(found) == [
        ("competence_assessments", "status", "NULL", 1),
        ("training", "title", "NaN", 1),
    ]


def test_document_is_plain_json(inspection: Inspection) -> None:
    document = inspection.as_document()
    assert set(document) == {
        "source", "tables", "without_fate", "missing", "cohorts", "texts", "null_marks", "other_schemas",
        "damaged_cells",
    }  # fmt: skip
    assert document["texts"][0]["examples"] is not None


def test_folder_of_exports_of_any_names_can_be_inspected(tmp_path: Path) -> None:
    (tmp_path / "training.csv").write_text("training_id,duration\n1,2 days\n2,4\n")
    (tmp_path / "kurse.csv").write_text("nr;dauer\n1;2 Tage\n")
    found = inspect_source(f"dir:{tmp_path}", RULES, most=20)
    assert [(table.name, table.rows) for table in found.tables] == [("kurse", 1), ("training", 2)]
    assert texts(found, "training", "duration").examples[0].text == "4"
    assert found.source == f"dir:{tmp_path}"


def test_a_dot_in_the_name_of_a_file_is_no_schema(tmp_path: Path) -> None:
    training = RULES.mapping.tables["training"].model_copy(update={"source": "hr.training"})
    tables = {**RULES.mapping.tables, "training": training}
    rules = replace(RULES, mapping=RULES.mapping.model_copy(update={"tables": tables}))
    (tmp_path / "hr.training.csv").write_text("training_id,duration\n1,2 days\n2,4\n")
    found = inspect_source(f"dir:{tmp_path}", rules, most=20)
    assert [(table.name, table.rows) for table in found.tables] == [("hr.training", 2)]


ELSEWHERE = [  # a schema as SQL writes it, what the URL has behind its database already
    ("hr", ""),
    ("hr", "?application_name=survey"),
    ('"Human Resources"', ""),
    ('"h""r\\1"', "?application_name=survey"),
    ("hr", "?options=-cstatement_timeout%3D60000"),
]


@pytest.mark.parametrize(("schema", "options"), ELSEWHERE)
def test_tables_that_stand_in_other_schemas_alone_are_told_with_the_url_that_finds_them(
    schema: str, options: str, tmp_path: Path
) -> None:
    with new_database("postgresql", tmp_path) as plain:
        execute(plain, f"CREATE SCHEMA {schema}", f"CREATE TABLE {schema}.person (id INTEGER)")
        url = plain + options
        with pytest.raises(PreflightError, match="may read some in schema") as caught:
            inspect_source(url, RULES, most=2)
        advised = str(caught.value).rpartition(" ")[2]
        found_by = url.partition("?")[0] + f"?{advised}" if "options" in url else url + advised
        assert [table.name for table in inspect_source(found_by, RULES, most=2).tables] == ["person"]


def test_a_place_on_a_map_can_be_inspected_and_stands_in_the_draft(tmp_path: Path) -> None:
    with new_database("mariadb", tmp_path) as url:
        with opened(url) as engine:
            v2.metadata.create_all(engine)
        execute(
            url,
            "ALTER TABLE training MODIFY location POINT",
            "INSERT INTO training (training_id, location) VALUES (1, POINT(1, 2))",
        )
        found = inspect_source(url, RULES, most=2)
        mapping = tmp_path / "mapping.yaml"
        write_draft(url, RULES, mapping)
    assert found.missing == []
    assert "location: {from: location, " in mapping.read_text()


def test_database_without_anything_is_told_in_words(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    execute(url, "CREATE TABLE x (y TEXT)", "DROP TABLE x")
    with pytest.raises(PreflightError, match="there is no table or view that this account may read"):
        inspect_source(url, RULES, most=20)


def test_cohorts_are_named_to_the_letter_on_each_engine(engine_url: str) -> None:
    """White space is a name, as it is to `--cohort`; a text of no length is none."""
    engine = create_engine(engine_url)
    v2.metadata.create_all(engine)
    cohorts = ["b", "B", "B ", "A", "A", " ", "", None]
    with engine.begin() as connection:
        rows = [{"member_id": key, "cohort": cohort} for key, cohort in enumerate(cohorts, 1)]
        connection.execute(insert(v2.members), rows)
    engine.dispose()
    found = inspect_source(engine_url, RULES, most=2).cohorts
    assert [tuple(each) for each in found] == [
        (" ", 1), ("A", 2), ("B", 1), ("B ", 1), ("b", 1), (None, 2),
    ]  # fmt: skip
