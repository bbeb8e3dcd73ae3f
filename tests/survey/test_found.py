"""The tables of a v2 are found under their own names, views among them, with what their columns hold."""

from sqlalchemy import create_engine, text

from migrate.rulebook.mapping import load_mapping
from migrate.survey.found import find_tables, other_schemas

MADE = (
    "CREATE TABLE training (training_id INTEGER, title VARCHAR(20) COLLATE NOCASE, note)",
    "INSERT INTO training VALUES (1, 'Relays', NULL), (2, NULL, NULL)",
    "CREATE VIEW members AS SELECT title FROM training WHERE title IS NOT NULL",
    "CREATE TABLE uploads (size NUMERIC(5, 2))",
)


def test_tables_and_views_are_found_with_their_rows_and_the_types_of_their_columns() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        for statement in MADE:
            connection.execute(text(statement))
        members, training, uploads = find_tables(connection, load_mapping())
        assert other_schemas(connection, load_mapping()) == {}
    engine.dispose()
    assert [(each.name, each.rows) for each in (members, training, uploads)] == [
        ("members", 1), ("training", 2), ("uploads", 0),
    ]  # fmt: skip
    assert [tuple(column) for column in training.columns] == [
        ("training_id", "INTEGER", False), ("title", "VARCHAR(20)", True), ("note", "NULL", True),
    ]  # fmt: skip
    assert [tuple(column) for column in uploads.columns] == [("size", "NUMERIC(5, 2)", False)]
    assert training.column("note") == training.columns[2]
    assert training.column("Note") is None
