"""The version of what v3 has of some members: any write to their rows changes it, and no other does."""

from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest
from sqlalchemy import Connection, Table, update

from migrate.databases import open_engine
from migrate.load.versions import (
    MEMBER_TABLES,
    read_version,
    read_version_and_counts,
    read_version_and_counts_between,
)
from migrate.schema import ledger, v3
from migrate.schema.types import LongText
from migrate.transform.identity import v3_id
from tests.ledgers import put

TEXT = pa.large_string()
ONE, TWO, THREE = (v3_id("members", key) for key in "123")
OWN = ONE[:-1] + "f"  # an account that its user opened in v3, between those of members 1 and 2
SCHEME = v3_id("schemes", "1")


@pytest.fixture
def connection(sqlite_url: str) -> Iterator[Connection]:
    """A v3 in which members 1 and 2 have a row in each table, on SQLite."""
    with open_engine(sqlite_url).connect() as opened:
        put(opened, v3.schemes, {"id": SCHEME})
        for table in MEMBER_TABLES:
            put(opened, table, *(row_of(table, member) for member in (ONE, TWO)))
        owned = {"v2_table": "training", "fate": "migrated", "run_id": "r"}
        rows = (("1", ONE, "A"), ("2", ONE, "B"), ("3", TWO, "A"))
        put(opened, ledger.rows, *({"v2_id": key, "owner_id": whose, "cohort": cohort} | owned
                                   for key, whose, cohort in rows))  # fmt: skip
        said = {"v2_table": "training", "v2_id": "1", "code": "no-unit", "severity": "info", "run_id": "r"}
        whose = ((ONE, "A"), (ONE, "A"), (ONE, "B"), (TWO, "A"))
        put(opened, ledger.anomalies, *({"owner_id": owner, "cohort": cohort} | said
                                        for owner, cohort in whose))  # fmt: skip
        yield opened


def row_of(table: Table, member: str) -> dict[str, object]:
    """Return a row of a member: each table's has the member's own id, so that assessments are told apart."""
    parts = {"member_id": member, "assessment_id": member, "scheme_id": SCHEME, "spoken_to_pra": False}
    return {"id": member} | {name: value for name, value in parts.items() if name in table.c}


def members(*ids: str) -> pa.Array:
    return pa.array(ids, TEXT)


READS: list[Callable[[Connection, str], str]] = [
    lambda connection, member: read_version(connection, members(member)),
    lambda connection, member: read_version_and_counts(connection, members(member))[0],
    lambda connection, member: read_version_and_counts_between(connection, member, member)[0],
]


@pytest.mark.parametrize("table", MEMBER_TABLES, ids=[table.name for table in MEMBER_TABLES])
@pytest.mark.parametrize("read", READS, ids=["one by one", "with counts", "between"])
def test_a_write_to_a_row_changes_the_version_of_its_member_alone(
    connection: Connection, read: Callable[[Connection, str], str], table: Table
) -> None:
    text = next(column for column in table.c if isinstance(column.type, type(LongText)))
    before = {member: read(connection, member) for member in (ONE, TWO, THREE)}
    connection.execute(update(table).where(table.c.id == ONE).values({text: "edited"}))
    connection.execute(update(v3.schemes).values(name="edited"))
    changed = {member for member in before if read(connection, member) != before[member]}
    assert changed == {ONE}
    assert "" not in before.values()


COUNTS: list[tuple[tuple[str, ...], tuple[str, ...], tuple[int, int]]] = [
    # members, cohorts of the run → how many rows and anomalies the ledger has of them
    ((ONE,), (), (2, 3)),
    ((ONE, TWO), (), (3, 4)),
    ((ONE, TWO), ("A",), (2, 3)),
    ((ONE, TWO), ("A", "B"), (3, 4)),
    ((ONE,), ("B",), (1, 1)),
    ((THREE,), (), (0, 0)),
]


@pytest.mark.parametrize(("whose", "cohorts", "counts"), COUNTS)
def test_the_ledgers_rows_and_anomalies_of_members_are_counted(
    connection: Connection, whose: tuple[str, ...], cohorts: tuple[str, ...], counts: tuple[int, int]
) -> None:
    version, counted = read_version_and_counts(connection, members(*whose), cohorts)
    assert counted == counts
    assert version == read_version(connection, members(*whose))
    if not cohorts:
        assert read_version_and_counts_between(connection, whose[0], whose[-1]) == (version, counts)


def test_of_a_range_in_which_a_user_opened_an_account_there_is_no_version(connection: Connection) -> None:
    put(connection, v3.members, {"id": OWN})
    assert ONE < OWN < TWO
    assert read_version_and_counts_between(connection, ONE, TWO) == ("", (3, 4))
    assert all(read_version_and_counts_between(connection, each, each)[0] for each in (ONE, TWO))
