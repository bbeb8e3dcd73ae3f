"""The primary key of the ledger's rows, set aside on PostgreSQL while a first run fills them.

Kept up row by row it costs more than half as much as writing the rows; made at the end, a third of that. It
is set aside only where v2's own keys rule out duplicates, no other run is writing, and no publication sends
the table to others. A worker claims its batch before it writes (`load.ledger.batches.claim_batch`). A v2
row that changes hands between two batches may still be recorded twice: the migrated one is then kept, or the
one recorded last.
"""

from contextlib import suppress

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from migrate.databases.error_codes import lacks_right
from migrate.load.ledger.locks import lock_until_committed
from migrate.load.ledger.short_waits import not_waiting_long
from migrate.schema import ledger

_CONSTRAINT = "migration_rows_pkey"
_UNATTACHED = "migration_rows_key"
_TABLE = ledger.rows.name
_DROP = text(f"ALTER TABLE {_TABLE} DROP CONSTRAINT IF EXISTS {_CONSTRAINT}")
_CREATE = text(f"CREATE UNIQUE INDEX IF NOT EXISTS {_UNATTACHED} ON {_TABLE} (v2_table, v2_id)")
_ATTACH = text(f"ALTER TABLE {_TABLE} ADD CONSTRAINT {_CONSTRAINT} PRIMARY KEY USING INDEX {_UNATTACHED}")
_ALONE = text(f"LOCK TABLE {_TABLE} IN SHARE ROW EXCLUSIVE MODE")
_KEEP_ONE = text(
    f"DELETE FROM {_TABLE} WHERE ctid IN (SELECT ctid FROM (SELECT ctid, row_number() OVER "  # noqa: S608  # our names
    "(PARTITION BY v2_table, v2_id ORDER BY fate = 'migrated' DESC, run_id DESC, ctid DESC) AS place "
    f"FROM {_TABLE}) AS places WHERE place > 1)"
)
_COPIED = text("SELECT 1 FROM pg_publication_tables WHERE tablename = :name")
"""A published table needs its key: subscribers tell rows apart by it."""


def drop_key(connection: Connection) -> None:
    """Drop the key of a ledger that holds nothing. Raises DBAPIError where that is not allowed."""
    if has_separate_key(connection) and not connection.execute(_COPIED, {"name": _TABLE}).first():
        connection.execute(_DROP)


def create_key(engine: Engine) -> None:
    """Make the index of a key that is missing; `attach_key` then makes it the table's key.

    An account that does not own the table leaves this to a run of its owner.
    """
    if not has_separate_key(engine):
        return
    try:
        with engine.begin() as connection:
            lock_until_committed(connection, _CONSTRAINT)
            if not _has_key(connection):
                _create(connection)
    except DBAPIError as error:
        if not lacks_right(error):
            raise


def attach_key(engine: Engine) -> None:
    """Make the index the table's key. Where somebody keeps the table busy for long, the next run does it."""
    if not has_separate_key(engine):
        return
    with suppress(DBAPIError), engine.begin() as connection:
        lock_until_committed(connection, _CONSTRAINT)
        if not _has_key(connection):
            with not_waiting_long(connection):
                connection.execute(_ATTACH)


def has_separate_key(bind: Engine | Connection) -> bool:
    """Return whether the key can be made later: PostgreSQL's is an index beside the table."""
    return bind.dialect.name == "postgresql"


def _create(connection: Connection) -> None:
    try:
        with connection.begin_nested():
            connection.execute(_CREATE)
    except IntegrityError:
        connection.execute(_ALONE)
        connection.execute(_KEEP_ONE)
        connection.execute(_CREATE)


def _has_key(connection: Connection) -> bool:
    return bool(inspect(connection).get_pk_constraint(_TABLE)["constrained_columns"])
