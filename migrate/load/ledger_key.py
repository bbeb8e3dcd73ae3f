"""The primary key of the ledger's rows, set aside on PostgreSQL while a first run fills them.

Kept up row by row it takes more than half of what writing the rows does; made at the end, a third of that.
It is set aside only where v2's own keys keep a row from standing twice and no other run is at work; v3's keys
refuse such a row in any case, if it is migrated. A row that changes hands between two batches may still be
recorded twice: what was seen last is then kept.
"""

from contextlib import suppress

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from migrate.load.holds import lock_until_committed
from migrate.schema import ledger

_NAME = "migration_rows_pkey"
_INDEX = "migration_rows_key"
_COLUMNS = "v2_table, v2_id"
_DROP = text(f"ALTER TABLE {ledger.rows.name} DROP CONSTRAINT IF EXISTS {_NAME}")
_CREATE = text(f"CREATE UNIQUE INDEX IF NOT EXISTS {_INDEX} ON {ledger.rows.name} ({_COLUMNS})")
_ATTACH = text(f"ALTER TABLE {ledger.rows.name} ADD CONSTRAINT {_NAME} PRIMARY KEY USING INDEX {_INDEX}")
_LOOKED_AT = text("SET LOCAL lock_timeout = '5s'")
_KEEP_LAST = text(
    f"DELETE FROM {ledger.rows.name} earlier USING {ledger.rows.name} later "  # noqa: S608  # our own names
    "WHERE earlier.v2_table = later.v2_table AND earlier.v2_id = later.v2_id AND earlier.ctid < later.ctid"
)


def drop_key(connection: Connection) -> None:
    """Drop the key of a ledger that holds nothing. Raises DBAPIError where that is not allowed."""
    if _is_separate(connection):
        connection.execute(_DROP)


def create_key(engine: Engine) -> None:
    """Make the index of a key that is missing; `attach_key` then makes it the table's key."""
    if not _is_separate(engine):
        return
    with engine.begin() as connection:
        lock_until_committed(connection, _NAME)
        if _has_key(connection):
            return
        try:
            with connection.begin_nested():
                connection.execute(_CREATE)
        except IntegrityError:
            connection.execute(_KEEP_LAST)
            connection.execute(_CREATE)


def attach_key(engine: Engine) -> None:
    """Make the index the table's key; where somebody looks at the table for long the next run does."""
    if not _is_separate(engine):
        return
    with suppress(DBAPIError), engine.begin() as connection:
        lock_until_committed(connection, _NAME)
        if not _has_key(connection):
            connection.execute(_LOOKED_AT)
            connection.execute(_ATTACH)


def _is_separate(bind: Engine | Connection) -> bool:
    """Return whether the key is an index beside the table; elsewhere the table itself is in its order."""
    return bind.dialect.name == "postgresql"


def _has_key(connection: Connection) -> bool:
    return bool(inspect(connection).get_pk_constraint(ledger.rows.name)["constrained_columns"])
