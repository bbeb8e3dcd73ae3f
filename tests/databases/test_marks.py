"""Whether rows are what they were is told by their server, and told rightly: no row has to be sent."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    MetaData,
    Select,
    Table,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.mysql import VARCHAR

from migrate.databases import (
    fingerprint,
    open_engine,
    read_aggregates,
    read_table,
    read_with_fingerprint,
    select_aggregates,
    version,
    versions_of_new,
    write_table,
)
from migrate.schema.types import Id, LongText
from migrate.schema.v3 import EXACT_TEXT, Hours, Moment
from tests.servers import ENGINES

Cells = tuple[str | None, str | None]

MARKED = Table(
    "marked",
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
    Column("words", LongText),
    Column("day", Date),
    Column("hours", Hours),
    Column("flag", Boolean),
    Column("moment", Moment),
    Column("left_out", LongText),
    **EXACT_TEXT,
)
NEW_ROWS = pa.table(
    {
        "id": [f"{number:032x}" for number in range(5)],
        "words": ["", None, "é😀\n", "a", "-"],
        "day": ["2010-03-12", None, "1999-12-31", "2000-02-29", "1000-01-01"],
        "hours": ["12.50", None, "0.00", "999999.99", "-1.00"],
        "flag": ["true", "false", None, "true", "false"],
        "moment": ["2010-03-12 09:30:00", "2010-03-12 09:30:00.5", None, "2010-03-12 09:30:00.000001", None],
    },
    schema=pa.schema([(each.name, pa.large_string()) for each in TYPED.columns if each.name != "left_out"]),
)
CHARACTER_SETS = {"western": "latin1", "cyrillic": "cp1251", "wide": "ucs2", "plain": "utf8mb4"}
TEXT = pa.large_string()

texts = st.none() | st.sampled_from(
    ["", " ", "-", "1:", "0:", "NULL", "a", "A", "á", "a ", "\x1f", '"', ",", "\n", "😀"]
)
any_texts = st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
tables = st.lists(st.tuples(texts, texts), max_size=4)

ALIKE = [  # pairs of rows that a careless mark takes for the same
    (("a", None), (None, "a")),
    (("", None), (None, "")),
    ((None, None), ("", "")),
    (("a", "b"), ("ab", "")),
    (("a", "b"), ("b", "a")),
    (("a", "1:b"), ("a1:", "b")),
    (("-", None), (None, "-")),
    (("1:a", ""), ("", "1:a")),
    (("a", ""), ("A", "")),
    (("a", ""), ("á", "")),
    (("a", ""), ("a ", "")),
    (("e\u0301", ""), ("é", "")),
]


@pytest.fixture(scope="module", params=ENGINES)
def marked(request: pytest.FixtureRequest, module_database: dict[str, str]) -> Iterator[Engine]:
    """An engine with this module's table."""
    engine = open_engine(module_database[request.param])
    MARKED.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def empty(marked: Engine) -> Engine:
    """An engine whose table has no rows."""
    with marked.begin() as connection:
        connection.execute(delete(MARKED))
    return marked


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables, tables)
@example([], [])
@example([("a", None)], [("a", None)])
def test_content_has_the_same_fingerprint_only_if_it_is_the_same(
    marked: Engine, ours: list[Cells], theirs: list[Cells]
) -> None:
    assert (_fingerprint(marked, ours) == _fingerprint(marked, theirs)) == (ours == theirs)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_no_two_rows_are_mistaken_for_each_other(marked: Engine, one: Cells, other: Cells) -> None:
    assert _fingerprint(marked, [one]) != _fingerprint(marked, [other])


def test_the_order_of_rows_does_not_matter(marked: Engine) -> None:
    pairs: list[Cells] = [("a", "b"), ("c", None), ("", "d")]
    assert _fingerprint(marked, pairs) == _fingerprint(marked, pairs, backwards=True)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables)
@example([])
def test_what_is_marked_as_it_is_read_is_marked_as_it_would_be_by_itself(
    marked: Engine, pairs: list[Cells]
) -> None:
    """So no second look is had at the same rows; PostgreSQL, where a look costs little, has to be asked."""
    mark = _fingerprint(marked, pairs)
    with marked.begin() as connection:
        rows = select(MARKED).order_by(MARKED.c.number)
        found, told = read_with_fingerprint(connection, rows, {})
        assert found.equals(read_table(connection, rows))
    assert told == (None if marked.dialect.name == "postgresql" else mark)


@pytest.mark.parametrize("marked", ["mariadb"], indirect=True)
def test_mariadb_hashes_each_row_once(marked: Engine) -> None:
    """In each row that is read with its hash, and for all rows that are only looked at."""
    rows = select(MARKED)
    hashings = []
    event.listen(marked, "before_cursor_execute", lambda *call: hashings.append(call[2].count("sha1(")))
    with marked.connect() as connection:
        read_aggregates(connection, select_aggregates({"mark": fingerprint(connection, rows)}))
        assert max(hashings) == 1
        read_with_fingerprint(connection, rows, {})
        assert max(hashings) == 1


@pytest.mark.parametrize("marked", ["mariadb"], indirect=True)
def test_a_row_too_long_to_be_looked_at_has_no_fingerprint(marked: Engine) -> None:
    """It must not pass for unchanged, whatever is in it."""
    with marked.begin() as connection:
        connection.execute(delete(MARKED))
        half = "REPEAT('a', @@max_allowed_packet * 0.6)"
        connection.execute(text(f"INSERT INTO marked VALUES (1, {half}, {half})"))  # noqa: S608  # a number
        assert _mark(connection, fingerprint(connection, select(MARKED))) is None
        connection.rollback()


@pytest.mark.parametrize("marked", ["mariadb"], indirect=True)
def test_a_text_longer_than_a_packet_has_no_fingerprint_either(marked: Engine) -> None:
    """The server casts it to NULL: another text of its length would look the same."""
    with marked.begin() as connection:
        packet = connection.scalar(text("SELECT @@max_allowed_packet"))
        assert packet is not None
        connection.execute(delete(MARKED))
        write_table(connection, MARKED, _frame([(1, ("a" * (packet + 1), "b"))]))
        assert _mark(connection, fingerprint(connection, select(MARKED))) is None
        connection.rollback()


@pytest.mark.parametrize("marked", ["sqlite"], indirect=True)
def test_octets_where_text_should_be_are_told_apart(marked: Engine) -> None:
    """SQLite stores a BLOB in any column, and JSON knows none."""
    octets = ["X''", "X'00'", "X'6100'", "X'61'", "X'61FF'", "X'61FE'", "X'EDA080'", "X'EDA081'"]
    seen = set()
    with marked.begin() as connection:
        for value in octets:
            connection.execute(delete(MARKED))
            connection.execute(text(f"INSERT INTO marked VALUES (1, {value}, 'a')"))  # noqa: S608  # of the list above
            seen.add(_mark(connection, fingerprint(connection, select(MARKED))))
        connection.rollback()
    assert len(seen) == len(octets)
    assert None not in seen


@pytest.mark.parametrize("marked", ["mariadb"], indirect=True)
def test_columns_of_several_character_sets_are_looked_at_together(marked: Engine) -> None:
    columns = {name: VARCHAR(9, charset=charset) for name, charset in CHARACTER_SETS.items()}
    mixed = Table("mixed", MetaData(), *(Column(name, kind) for name, kind in columns.items()))
    marks = set()
    with marked.begin() as connection:
        mixed.create(connection)
        for word in ("a", "b", None):
            connection.execute(delete(mixed))
            connection.execute(insert(mixed).values(western="é", cyrillic=word, wide="Ж", plain="😀"))
            marks.add(_mark(connection, fingerprint(connection, select(mixed))))
        mixed.drop(connection)
    assert len(marks - {None}) == 3  # one for each word


def test_whoever_writes_a_row_makes_another_version_of_it(empty: Engine) -> None:
    changes = [
        insert(MARKED).values(number=1, one="a"),
        update(MARKED).values(one="b"),
        insert(MARKED).values(number=2, one="b"),
        delete(MARKED).where(MARKED.c.number == 1),
    ]
    seen = [_version(empty)]
    for change in changes:
        with empty.begin() as connection:
            connection.execute(change)
        seen.append(_version(empty))
    assert len(set(seen)) == len(seen)


def test_what_is_only_looked_at_keeps_its_version(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(insert(MARKED).values(number=1, one="a"))
    before = _version(empty)
    with empty.begin() as connection:
        rows = select(MARKED)
        connection.execute(rows if empty.dialect.name == "sqlite" else rows.with_for_update())
    assert _version(empty) == before


def test_the_version_of_new_rows_is_known_before_anyone_looks(marked: Engine) -> None:
    nobody = pa.table({"number": pa.array([], TEXT)})
    with marked.begin() as connection:
        TYPED.create(connection)
        write_table(connection, TYPED, NEW_ROWS)
        known = versions_of_new(connection, {TYPED: NEW_ROWS, MARKED: nobody}, {})
    with marked.begin() as connection:
        connection.execute(delete(MARKED))
        found = {
            table.name: _mark(connection, version(connection, table, select(table)))
            for table in (TYPED, MARKED)
        }
        TYPED.drop(connection)
    assert known == found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(any_texts, any_texts), max_size=6))
@example([('\\"', "\\n"), ("\b\f\t\r\n", None), ("\x7f\x85\u2028", "é😀")])
@example([("x" * 300_000, "")])
@example([("".join(map(chr, range(1, 32))), '\x0b\\u000b"')])
def test_of_whatever_text_a_version_foretold_is_the_one_found(empty: Engine, pairs: list[Cells]) -> None:
    frame = _frame(list(enumerate(pairs)))
    with empty.begin() as connection:
        connection.execute(delete(MARKED))
        write_table(connection, MARKED, frame)
        known = versions_of_new(connection, {MARKED: frame}, {})
    assert known == {MARKED.name: _version(empty)}


def test_a_version_foretold_is_the_one_found_of_rows_given_in_another_order(empty: Engine) -> None:
    frame = _frame([(number, ("a", str(number))) for number in (3, 1, 2)])
    with empty.begin() as connection:
        write_table(connection, MARKED, frame)
        known = versions_of_new(connection, {MARKED: frame}, {MARKED: "number"})
    with empty.begin() as connection:
        in_order = select(MARKED).order_by(MARKED.c.number)
        found = _mark(connection, version(connection, MARKED, in_order))
    assert known == {MARKED.name: found}


def _fingerprint(engine: Engine, pairs: list[Cells], *, backwards: bool = False) -> str | None:
    rows = list(enumerate(pairs))
    with engine.begin() as connection:
        connection.execute(delete(MARKED))
        write_table(connection, MARKED, _frame(rows[::-1] if backwards else rows))
        return _mark(connection, fingerprint(connection, select(MARKED)))


def _frame(rows: list[tuple[int, Cells]]) -> pa.Table:
    columns = {
        "number": [str(number) for number, _ in rows],
        "one": [one for _, (one, _) in rows],
        "two": [two for _, (_, two) in rows],
    }
    return pa.table({name: pa.array(values, TEXT) for name, values in columns.items()})


def _version(engine: Engine) -> str | None:
    with engine.begin() as connection:
        return _mark(connection, version(connection, MARKED, select(MARKED)))


def _mark(connection: Connection, selected: Select[Any]) -> str | None:
    return read_aggregates(connection, select_aggregates({"mark": selected}))["mark"]
