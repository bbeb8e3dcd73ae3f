"""Whatever a member typed goes into each engine and comes out of it as it was."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Engine, Integer, MetaData, Table, delete, select, text

from migrate.databases import open_engine, read_table, write_table
from migrate.databases.mariadb.load import insert_rows
from migrate.databases.shown_url import shown_url
from migrate.databases.sqlite.scratch import insert_by_scratch
from migrate.errors import MigrationError
from migrate.extract.keys import between
from migrate.schema.types import Id, LongText
from migrate.schema.v3 import EXACT_TEXT, Hours, Moment
from tests.servers import ENGINES

TEXT = pa.large_string()
KEPT = Table(
    "kept",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("one", LongText),
    Column("two", LongText),
    **EXACT_TEXT,
)
TYPED = Table(
    "typed",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("flag", Boolean),
    Column("hours", Hours),
    Column("moment", Moment),
    **EXACT_TEXT,
)

# NUL and lone surrogates are taken out before loading: no engine stores both.
characters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
awkward = st.sampled_from(
    ["", " ", "NULL", "null", "\\N", "\\", "\\\\", "\\.", '"', '""', "'", ",", ";", "\t", "\n", "\r", "\r\n",
     "\\n", "a\\", '","', "\n\n", '"\n"', "\x1f", "\x7f", "\x1b[31m", "😀", "e\u0301", "\ufeff", "\u202e",
     "%s", "{0}", ":name", "--", "/*", "0x41", "½", "١٢"]
)  # fmt: skip
texts = st.none() | awkward | st.text(characters) | st.lists(awkward).map("".join)
rows = st.lists(st.tuples(texts, texts), max_size=20)

ONE = select(KEPT.c.one).where(*between(KEPT.c.one, listed=False))
SOME = select(KEPT.c.one).where(*between(KEPT.c.one, listed=True))

LONG = "REPEAT('a', @@max_allowed_packet * 0.4)"

HARD = [
    ("", None),
    (None, ""),
    (None, None),
    ("", ""),
    ("NULL", "\\N"),
    ('"', "\\"),
    ("\n", "\r\n"),
    ("\\.", ","),
]


@pytest.fixture(scope="module", params=ENGINES)
def kept(request: pytest.FixtureRequest, module_database: dict[str, str]) -> Iterator[Engine]:
    """An engine with the tables of this module."""
    engine = open_engine(module_database[request.param])
    KEPT.metadata.create_all(engine)
    TYPED.metadata.create_all(engine)
    yield engine
    engine.dispose()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
@example(HARD)
@example([])
@example([("x" * 300_000, "é" * 100_000)])
@example([("\ufeff", None)])
def test_texts_come_back_as_they_were(kept: Engine, pairs: list[tuple[str | None, str | None]]) -> None:
    """Empty stays empty, NULL stays NULL; backslashes, tabs, line ends, quotes and delimiters are text."""
    assert _there_and_back(kept, pairs) == pairs


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts.filter(bool), min_size=1, max_size=8, unique=True), st.data())
def test_a_select_that_is_asked_again_finds_the_text_of_each_time(
    kept: Engine, ones: list[str], data: st.DataObject
) -> None:
    """Its statement is made once; what is asked for, quotes and placeholders included, is text to it."""
    with kept.begin() as connection:
        connection.execute(delete(KEPT))
        write_table(connection, KEPT, _frame([(one, None) for one in ones]))
        for _ in range(3):
            asked = data.draw(st.lists(st.sampled_from(ones), min_size=1))
            one = read_table(connection, ONE, {"first": asked[0], "last": asked[0]})
            some = read_table(connection, SOME, {"listed": asked})
            assert one["one"].to_pylist() == asked[:1]
            assert set(some["one"].to_pylist()) == set(asked)


@pytest.mark.parametrize("count", [0, 1, 11, 999, 1_000, 2_345, 9_001])
def test_any_number_of_rows_arrives_and_is_read_in_the_order_asked_for(kept: Engine, count: int) -> None:
    pairs: list[tuple[str | None, str | None]] = [
        (f"row {number}", None if number % 7 else "") for number in range(count)
    ]
    with kept.begin() as connection:
        connection.execute(delete(KEPT))
        write_table(connection, KEPT, _frame(pairs))
        backwards = read_table(connection, select(KEPT.c.one).order_by(KEPT.c.number.desc()))
        assert _read(connection) == pairs
    assert backwards["one"].to_pylist() == [one for one, _ in reversed(pairs)]


@pytest.mark.parametrize("kept", ["mariadb"], indirect=True)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
@example(HARD)
def test_texts_survive_without_load_data(kept: Engine, pairs: list[tuple[str | None, str | None]]) -> None:
    """Where the server does not allow LOAD DATA LOCAL, rows go in by INSERT."""
    with kept.begin() as connection:
        connection.execute(delete(KEPT))
        insert_rows(connection, KEPT, _frame(pairs))
        assert _read(connection) == pairs


@pytest.mark.parametrize("kept", ["sqlite"], indirect=True)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows.filter(lambda pairs: len(pairs) > 1))
@example(HARD)
@example([("x" * 300_000, "é" * 100_000), (None, "")])
def test_texts_survive_a_scratch_file(kept: Engine, pairs: list[tuple[str | None, str | None]]) -> None:
    """Many rows go into SQLite through a file that Arrow fills."""
    with kept.begin() as connection:
        connection.execute(delete(KEPT))
        assert insert_by_scratch(connection, KEPT, _frame(pairs))
        assert _read(connection) == pairs


VALUES = [  # column, what is written, what every engine says of it in the end
    ("flag", "true"),
    ("flag", "false"),
    ("hours", "0.00"),
    ("hours", "999999.99"),
    ("moment", "2012-05-01 10:22:31"),
    ("moment", "1930-01-01 00:00:00"),
]


@pytest.mark.parametrize(("column", "value"), VALUES)
def test_typed_values_are_taken_as_text(kept: Engine, column: str, value: str) -> None:
    frame = pa.table({"id": pa.array(["0" * 32, "1" * 32], TEXT), column: pa.array([value, None], TEXT)})
    with kept.begin() as connection:
        connection.execute(delete(TYPED))
        write_table(connection, TYPED, frame)
        found = connection.execute(select(TYPED.c[column]).order_by(TYPED.c.id)).scalars().all()
    assert (str(found[0]).lower(), found[1]) == (value, None)


def test_what_is_not_committed_is_not_there(kept: Engine) -> None:
    """The bulk path is part of the caller's transaction."""
    with kept.connect() as connection:
        connection.execute(delete(KEPT))
        connection.commit()
        write_table(connection, KEPT, _frame([("one", "two")]))
        connection.rollback()
        assert _read(connection) == []


def _there_and_back(
    engine: Engine, pairs: list[tuple[str | None, str | None]]
) -> list[tuple[str | None, str | None]]:
    with engine.begin() as connection:
        connection.execute(delete(KEPT))
        write_table(connection, KEPT, _frame(pairs))
        return _read(connection)


@pytest.mark.parametrize("more", [-2, -1, 0, 1_000_000])
@pytest.mark.parametrize("kept", ["mariadb"], indirect=True)
def test_a_text_as_long_as_a_packet_is_not_read_as_none(kept: Engine, more: int) -> None:
    """The server casts it to NULL: who reads it is told the database, the table and the setting."""
    with kept.begin() as connection:
        packet = connection.scalar(text("SELECT @@max_allowed_packet"))
        assert packet is not None
        connection.execute(delete(KEPT))
        write_table(connection, KEPT, _frame([("before", "a"), ("x" * (packet + more), None)]))
        with pytest.raises(MigrationError) as raised:
            _read(connection)
        connection.rollback()
    assert str(raised.value) == (
        f"{shown_url(kept.url)} has a row larger than the server's max_allowed_packet, in kept; "
        "raise that setting and run again"
    )


@pytest.mark.parametrize("kept", ["mariadb"], indirect=True)
def test_more_rows_than_a_packet_holds_arrive_whole_and_in_order(kept: Engine) -> None:
    """The server puts them together and cuts what is longer than a packet: they are fetched one by one."""
    with kept.begin() as connection:
        connection.execute(delete(KEPT))
        for number in range(4):
            connection.execute(text(f"INSERT INTO kept VALUES ({number}, '{number}', {LONG})"))  # noqa: S608  # a number
        found = read_table(connection, select(KEPT.c.one, KEPT.c.two).order_by(KEPT.c.number))
        long = connection.execute(text(f"SELECT length({LONG})")).scalar_one()
        connection.rollback()
    assert found["one"].to_pylist() == ["0", "1", "2", "3"]
    assert pc.binary_length(found["two"]).to_pylist() == [long] * 4


def _frame(pairs: list[tuple[str | None, str | None]]) -> pa.Table:
    return pa.table(
        {
            "number": pa.array([str(number) for number in range(len(pairs))], TEXT),
            "one": pa.array([one for one, _ in pairs], TEXT),
            "two": pa.array([two for _, two in pairs], TEXT),
        }
    )


def _read(connection: object) -> list[tuple[str | None, str | None]]:
    found = read_table(connection, select(KEPT.c.one, KEPT.c.two).order_by(KEPT.c.number))  # type: ignore[arg-type]
    return list(zip(found["one"].to_pylist(), found["two"].to_pylist(), strict=True))
