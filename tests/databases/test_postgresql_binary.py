"""Rows go to PostgreSQL in binary where that is certain, and come back as they were either way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, MetaData, Table, select, text
from sqlalchemy.exc import DBAPIError

from migrate.databases import open_engine, read_table, write_table
from migrate.databases.postgresql.binary import binary_from_table

TEXT = pa.large_string()
CREATE = """
CREATE TABLE sent (
    number integer, member uuid, flag boolean, hours numeric(12, 2), day date, moment timestamp,
    wording text, code varchar(20), details json
)
"""
CELLS = {
    "member": st.uuids().map(lambda one: one.hex),
    "flag": st.sampled_from(["true", "false"]),
    "hours": st.decimals("-9999999.99", "9999999.99", places=2).map(str),
    "day": st.dates().map(str),
    "moment": st.datetimes().map(lambda one: one.isoformat(" ", "seconds")),
    "wording": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    "code": st.sampled_from(["", "NULL", "\\N", "é"]),
}
rows = st.lists(
    st.fixed_dictionaries({name: st.none() | cells for name, cells in CELLS.items()}), min_size=1, max_size=12
)


@pytest.fixture(scope="module")
def server(module_database: dict[str, str]) -> Iterator[Engine]:
    engine = open_engine(module_database["postgresql"])
    with engine.begin() as connection:
        connection.execute(text(CREATE))
    yield engine
    engine.dispose()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
@example([dict.fromkeys(CELLS)])
def test_values_sent_in_binary_come_back_as_they_were(
    server: Engine, given_rows: list[dict[str, str]]
) -> None:
    frame = _frame(given_rows, CELLS)
    with server.connect() as connection:
        assert binary_from_table(connection, "sent", frame) is not None
        assert _there_and_back(connection, frame) == [_as_read(row) for row in frame.to_pylist()]


def test_no_rows_are_no_trouble(server: Engine) -> None:
    with server.connect() as connection:
        assert _there_and_back(connection, _frame([], CELLS)) == []


SENT_AS_CSV = [  # column, a value that has no certain binary form, what the server makes of it
    ("details", '{"a": 1}', '{"a": 1}'),
    ("hours", "1e2", "100.00"),
    ("flag", "yes", "t"),
    ("member", "01234567-89ab-8def-8123-456789abcdef", "0123456789ab8def8123456789abcdef"),
    ("day", "20120501", "2012-05-01"),
    ("moment", "2012-05-01 10:22:31+00", "2012-05-01 10:22:31"),
]


@pytest.mark.parametrize(("column", "value", "there"), SENT_AS_CSV)
def test_what_has_no_certain_binary_form_goes_as_text(
    server: Engine, column: str, value: str, there: str
) -> None:
    frame = _frame([{column: None}, {column: value}], [column])
    with server.connect() as connection:
        found = [row[column] for row in _there_and_back(connection, frame)]
    assert found == [None, there]


REFUSED = [  # column, value, what the server's error names
    ("hours", "12345678901.00", "numeric field overflow"),
    ("hours", "a week", "a week"),
    ("member", "0" * 31 + " ", "invalid input syntax for type uuid"),
    ("member", "0 " * 16, "invalid input syntax for type uuid"),
    ("day", "2012-02-30", "out of range"),
    ("code", "x" * 21, "too long"),
]


@pytest.mark.parametrize(("column", "value", "error"), REFUSED)
def test_a_value_the_server_refuses_is_named_by_it(
    server: Engine, column: str, value: str, error: str
) -> None:
    with server.connect() as connection, pytest.raises(DBAPIError, match=error):
        write_table(connection, _sent(connection), _frame([{column: value}], [column]))


def _frame(given_rows: Sequence[Mapping[str, str | None]], columns: Iterable[str]) -> pa.Table:
    numbers = {"number": pa.array([str(number) for number in range(len(given_rows))], TEXT)}
    cells = {name: pa.array([row[name] for row in given_rows], TEXT) for name in columns}
    return pa.table(numbers | cells)


def _as_read(row: dict[str, str]) -> dict[str, str]:
    """Return a row as the server says it: its flags are t and f."""
    return row | {"flag": row["flag"] and row["flag"][0]}


def _sent(connection: Connection) -> Table:
    return Table("sent", MetaData(), autoload_with=connection)


def _there_and_back(connection: Connection, frame: pa.Table) -> list[dict[str, str]]:
    """Return what is there of the frame's columns; nothing stays."""
    sent = _sent(connection)
    write_table(connection, sent, frame)
    found = read_table(
        connection, select(*[sent.c[name] for name in frame.column_names]).order_by(sent.c.number)
    )
    connection.rollback()
    return found.to_pylist()  # type: ignore[no-any-return]
