"""Rows that v3's database refuses are found among the others, and nothing else is lost with them."""

from collections.abc import Iterator

import pyarrow as pa
import pytest
from sqlalchemy import Connection, create_engine, select, text, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError

from migrate.load.applying.refusals import Refusals, Refused
from migrate.load.applying.surviving import SurvivingWriter, is_refusal
from migrate.load.deletion import delete_staged
from migrate.load.names import V2Names
from migrate.load.staging import IDS, ROWS, distinct, stage
from migrate.rulebook import load_rules
from migrate.schema import ledger, v3
from tests.ledgers import put

TEXT = pa.large_string()
MEMBER, LOST = "a" * 32, "b" * 32
IDS_OF = [f"{number:032}" for number in range(1, 8)]
NAMES = V2Names(load_rules().mapping)
COLUMNS = v3.merged_columns(v3.trainings)


@pytest.fixture
def connection() -> Iterator[Connection]:
    """v3 on SQLite, with a member, where no training may be called Bad."""
    engine = create_engine("sqlite://")
    v3.metadata.create_all(engine, [v3.members, v3.trainings])
    ledger.metadata.create_all(engine, [ledger.rows])
    with engine.connect() as opened:
        for moment in "INSERT", "UPDATE":
            opened.execute(
                text(
                    f"CREATE TRIGGER own_{moment} BEFORE {moment} ON trainings WHEN new.title = 'Bad' "
                    "BEGIN SELECT RAISE(ABORT, 'not that'); END"
                )
            )
        opened.execute(v3.members.insert().values(id=MEMBER))
        yield opened
    engine.dispose()


def trainings(titles: list[str], member: str = MEMBER) -> pa.Table:
    """Return one row for each title, with its place as its key in v2."""
    rows = [
        dict.fromkeys(COLUMNS)
        | {"v2_id": str(place), "id": IDS_OF[place - 1], "member_id": member, "title": title}
        for place, title in enumerate(titles, 1)
    ]
    schema = pa.schema([(name, TEXT) for name in ("v2_id", "id", *COLUMNS)])
    return pa.Table.from_pylist(rows, schema)


def trainings_of(connection: Connection) -> SurvivingWriter:
    return SurvivingWriter(connection, v3.trainings, NAMES)


def titles_of(connection: Connection) -> list[str]:
    found = connection.execute(select(v3.trainings.c.title).order_by(v3.trainings.c.id))
    return list(found.scalars())


TITLES = [  # whichever they are
    [],
    ["A"],
    ["Bad"],
    ["Bad", "B", "C"],
    ["A", "B", "Bad"],
    ["A", "Bad", "C", "Bad", "E", "F", "Bad"],
    ["Bad"] * 4,
]


@pytest.mark.parametrize("titles", TITLES)
def test_all_rows_arrive_but_those_that_are_refused(titles: list[str], connection: Connection) -> None:
    refusals = trainings_of(connection).insert(trainings(titles), Refusals())
    assert titles_of(connection) == [title for title in titles if title != "Bad"]
    bad = [place for place, title in enumerate(titles, 1) if title == "Bad"]
    assert [(row.v2_table, row.v2_id, row.v3_table, row.v3_id, row.reason) for row in refusals.rows] == [
        ("training", str(place), "trainings", IDS_OF[place - 1], "load-refused") for place in bad
    ]
    assert refusals.ids == {IDS_OF[place - 1] for place in bad}


def test_what_belongs_to_a_refused_row_is_not_tried(connection: Connection) -> None:
    rows = pa.concat_tables([trainings(["A"]), trainings(["B", "C"], member=LOST).slice(1)])
    before = tuple(
        Refused("members", key, "members", v3_id, "load-refused", "It was refused.")
        for key, v3_id in (("8", LOST), ("9", "c" * 32))
    )
    refusals = trainings_of(connection).insert(rows, Refusals(before))
    assert titles_of(connection) == ["A"]
    (row,) = refusals.rows
    words = "What this row belongs to could not be loaded."
    assert (row.v2_id, row.reason, row.error) == ("2", "parent-rejected", words)


TOGETHER: list[tuple[list[str], list[list[str]], list[str]]] = [  # new titles, groups, what v3 then has
    (["A", "B", "C"], [], ["A", "B", "C"]),
    (["A", "Bad", "C"], [], ["A", "old", "C"]),
    (["A", "Bad", "C"], [IDS_OF[:2]], ["old", "old", "C"]),
    (["A", "Bad", "C"], [[IDS_OF[0], IDS_OF[2]]], ["A", "old", "C"]),
    (["Bad", "B", "Bad"], [IDS_OF[:2]], ["old", "old", "old"]),
]


@pytest.mark.parametrize(("titles", "together", "left"), TOGETHER)
def test_rows_that_depend_on_each_other_are_updated_all_or_none(
    titles: list[str], together: list[list[str]], left: list[str], connection: Connection
) -> None:
    before = trainings(["old"] * len(titles))
    trainings_of(connection).insert(before, Refusals())
    written: list[str] = []

    def write(part: pa.Table) -> None:
        for row in part.select(["id", "title"]).to_pylist():
            written.append(row["id"])
            changed = update(v3.trainings).where(v3.trainings.c.id == row["id"])
            connection.execute(changed.values(title=row["title"]))

    held = before.drop_columns(["v2_id"]).take([2, 1, 0])  # in whatever order v3 gave them
    refusals = trainings_of(connection).update(trainings(titles), held, write, together)
    assert titles_of(connection) == left
    assert sorted(row.v2_id for row in refusals.changes) == [
        str(place) for place, title in enumerate(left, 1) if title == "old"
    ]
    assert all(row.held == {"title": "old"} for row in refusals.changes)
    assert (refusals.rows, refusals.ids) == ((), frozenset())


def error(kind: type[DBAPIError], code: str | int, *, is_lost: bool = False) -> DBAPIError:
    """Return an error as the drivers report it, by its code."""
    return kind("UPDATE", None, Exception(code, "words"), connection_invalidated=is_lost)


ERRORS = [  # an error, whether a value was refused
    (error(IntegrityError, 19), True),
    (error(DataError, 1406), True),
    (error(OperationalError, 1644), True),
    (error(OperationalError, 1205), False),
    (error(InterfaceError, 0), False),
    (error(IntegrityError, 19, is_lost=True), False),
    (error(OperationalError, 1644, is_lost=True), False),
]


@pytest.mark.parametrize(("failure", "refused"), ERRORS)
def test_a_failure_is_no_refusal(failure: DBAPIError, *, refused: bool) -> None:
    assert is_refusal(failure) is refused


def test_a_failure_ends_the_load(connection: Connection) -> None:
    def fail(part: pa.Table) -> None:
        raise error(OperationalError, 2013)

    with pytest.raises(OperationalError):
        trainings_of(connection).update(trainings(["A"]), trainings(["A"]), fail)


def test_rows_are_deleted_by_one_column_or_by_several(connection: Connection) -> None:
    trainings_of(connection).insert(trainings(["A", "B", "C"]), Refusals())
    stage(connection, IDS, distinct(pa.array([IDS_OF[0], IDS_OF[4]], TEXT), "id"))
    assert delete_staged(connection, v3.trainings, ["id"], IDS) == 1
    assert titles_of(connection) == ["B", "C"]
    keys = [(table, key) for table in ("education", "training") for key in ("1", "2")]
    put(
        connection,
        ledger.rows,
        *({"v2_table": table, "v2_id": key} for table, key in keys),
        fate="f",
        run_id="r",
    )
    stage(connection, ROWS, pa.table({"v2_table": ["education", "training"], "v2_id": ["2", "1"]}))
    assert delete_staged(connection, ledger.rows, ["v2_table", "v2_id"], ROWS) == 2
    left = connection.execute(select(ledger.rows.c.v2_table, ledger.rows.c.v2_id)).all()
    assert sorted(map(tuple, left)) == [keys[0], keys[3]]
