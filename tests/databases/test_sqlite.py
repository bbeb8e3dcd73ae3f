"""SQLite: what rows share is sent once, octets are read as text, and a table may be wide."""

import pyarrow as pa
import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text, create_engine, select

from migrate.databases import open_engine, read_table
from migrate.databases.sqlite.inserts import inserts

TEXT = pa.large_string()
MOVED = Table(
    "moved",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("words", Text),
    Column("flag", Boolean),
    Column("fate", Text),
)
MOST = 32_766

ROWS = {  # what the rows hold → how many values are sent for 200 of them
    "nothing is shared": (
        lambda row: (str(row), f"word {row}", "true" if row % 3 else "false", str(row)),
        800,
    ),
    "a fate is shared": (lambda row: (str(row), f"word {row}", "true" if row % 3 else None, "migrated"), 601),
    "two are NULL": (lambda row: (str(row), None, "true" if row % 3 else "false", None), 402),
    "a few words": (lambda row: (str(row), "ab"[row % 2], "false", ""), 402),
}


@pytest.mark.parametrize(("row", "sent"), ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("count", [1, 19, 20, 41, 200, 223, 450])
def test_every_row_arrives_and_what_they_share_is_sent_once(row, sent: int, count: int) -> None:  # type: ignore[no-untyped-def]
    rows = [row(number) for number in range(count)]
    frame = pa.table(
        {
            column.name: pa.array(values, TEXT)
            for column, values in zip(MOVED.c, zip(*rows, strict=True), strict=True)
        }
    )
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        MOVED.create(connection)
        statements = list(inserts(MOVED, frame, MOST))
        for statement, values in statements:
            connection.exec_driver_sql(statement, values)
        found = connection.execute(select(MOVED).order_by(MOVED.c.number)).all()
    flags = {"true": True, "false": False, None: None}
    assert [tuple(each) for each in found] == [
        (int(number), words, flags[flag], fate) for number, words, flag, fate in rows
    ]
    if count == 200:
        assert [len(values) for _, values in statements] == [sent]


def test_no_statement_has_more_values_than_the_library_takes() -> None:
    frame = pa.table({"number": pa.array([str(number) for number in range(500)], TEXT)})
    assert max(len(values) for _, values in inserts(MOVED, frame, 100)) <= 100


OCTETS = {
    "X''": "",
    "X'00'": "\0",
    "X'610062'": "a\0b",
    "X'E9'": "é",
    "X'C3A9'": "é",
    "X'22'": '"',
    "X'5C6E'": "\\n",
    "X'0A0D09'": "\n\r\t",
    "X'EFBBBF61'": "\ufeffa",
    "1.5": "1.5",
    "-7": "-7",
    "NULL": None,
}


@pytest.mark.parametrize(("stored", "read"), OCTETS.items())
def test_what_a_column_holds_of_any_type_is_read_as_text(tmp_path, stored: str, read: str | None) -> None:  # type: ignore[no-untyped-def]
    engine = open_engine(f"sqlite:///{tmp_path / 'v2.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE odd (key INTEGER PRIMARY KEY, value)")
        connection.exec_driver_sql(f"INSERT INTO odd VALUES (1, {stored})")  # noqa: S608  # of the table above
        odd = Table("odd", MetaData(), Column("key", Integer), Column("value", Text))
        found = read_table(connection, select(odd.c.key, odd.c.value))
    engine.dispose()
    assert found.to_pylist() == [{"key": "1", "value": read}]


@pytest.mark.parametrize("count", [49, 50, 51, 64, 100, 130])
def test_a_table_of_many_columns_is_read(count: int) -> None:
    """SQLite gives a function a hundred arguments or a few more, and each column takes two."""
    values = [
        None if place % 7 == 0 else "{}" if place % 5 == 0 else f'}}"{place}{{' for place in range(count)
    ]
    wide = Table("wide", MetaData(), *(Column(f"column{place}", Text) for place in range(count)))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        wide.create(connection)
        connection.execute(wide.insert().values({f"column{n}": value for n, value in enumerate(values)}))
        found = read_table(connection, select(wide))
    assert [list(row.values()) for row in found.to_pylist()] == [values]
