"""Which columns that others added to v3 are looked at for what a user has put there, by their default."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, insert, or_, select, text

from migrate.load.rollback.own_columns import filled_in, not_looked_at
from migrate.schema import v3

MEMBER, LEFT, FILLED = (letter * 32 for letter in "cab")


@pytest.fixture
def connection() -> Iterator[Connection]:
    """v3 on SQLite, with nothing in it."""
    engine = create_engine("sqlite://")
    v3.metadata.create_all(engine)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def filled(connection: Connection) -> list[str]:
    """Return the trainings in which a user is seen to have filled in something."""
    wanted = select(v3.trainings.c.id).where(or_(*filled_in(connection, v3.trainings)))
    return list(connection.execute(wanted).scalars())


SAME = [  # how the column was added, what a user made of it
    ("TEXT", "''"),
    ("TEXT DEFAULT null", "'null'"),
    ("TEXT DEFAULT ''", "NULL"),
    ("INTEGER DEFAULT -1", "1"),
    ("NUMERIC(5, 2) DEFAULT 0.5", "0.25"),
    ("NUMERIC(5, 2) DEFAULT 1.0", "2"),  # is kept as 1
    ("INTEGER DEFAULT 1.0", "2"),
    ("REAL DEFAULT 1", "2"),  # is kept as 1.0
    ("TEXT DEFAULT 1", "'2'"),  # is kept as '1'
    ("BOOLEAN NOT NULL DEFAULT False", "TRUE"),
    ("TEXT NOT NULL DEFAULT 'it''s (new)'", "'it''s (New)'"),
]


@pytest.mark.parametrize(("added", "value"), SAME)
def test_what_a_user_made_of_a_default_that_is_always_the_same_is_seen(
    added: str, value: str, connection: Connection
) -> None:
    connection.execute(text(f"ALTER TABLE trainings ADD COLUMN own {added}"))
    connection.execute(insert(v3.trainings), [{"id": each, "member_id": MEMBER} for each in (LEFT, FILLED)])
    connection.execute(text(f"UPDATE trainings SET own = {value} WHERE id = '{FILLED}'"))  # noqa: S608
    assert filled(connection) == [FILLED]
    assert not_looked_at(connection) == []


DIFFERING = [  # how the column was added, which columns are named
    ("TIMESTAMP DEFAULT CURRENT_TIMESTAMP", ["trainings.own"]),
    ("TEXT DEFAULT (lower('A'))", ["trainings.own"]),
    ("TEXT DEFAULT ('a' || 'b')", ["trainings.own"]),
    ("INTEGER GENERATED ALWAYS AS (length(title)) VIRTUAL", []),
]


@pytest.mark.parametrize(("added", "named"), DIFFERING)
def test_what_the_database_put_there_itself_is_not_taken_for_a_users(
    added: str, named: list[str], connection: Connection
) -> None:
    connection.execute(text(f"ALTER TABLE trainings ADD COLUMN own {added}"))
    connection.execute(insert(v3.trainings).values(id=LEFT, member_id=MEMBER, title="Relays"))
    assert filled(connection) == []
    assert not_looked_at(connection) == named


def test_a_field_of_the_contract_that_only_v3_has_is_seen_when_it_is_filled_in(
    connection: Connection,
) -> None:
    connection.execute(
        insert(v3.trainings), [{"id": each, "member_id": MEMBER, "title": each} for each in (LEFT, FILLED)]
    )
    connection.execute(text(f"UPDATE trainings SET cpd_hours = 2 WHERE id = '{FILLED}'"))  # noqa: S608
    assert filled(connection) == [FILLED]
