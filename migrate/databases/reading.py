"""Who only reads: databases that are opened read-only, and transactions beside those that write."""

from sqlalchemy import Connection, Engine

_READS = "career_migrate_reads"


def mark_read_only(engine: Engine) -> None:
    """Note that an engine's server refuses every write."""
    engine.dialect.career_migrate_read_only = True  # type: ignore[attr-defined]


def is_read_only(bind: Engine | Connection) -> bool:
    """Tell whether the server refuses every write, temporary tables included."""
    return bool(getattr(bind.dialect, "career_migrate_read_only", False))


def for_reading(engine: Engine) -> Engine:
    """Return an engine whose transactions write only temporary tables, and each see v3 as of one moment.

    In SQLite they wait for no writer, who waits for them only to commit, and see one snapshot anyway.
    """
    of_one_moment = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    return engine.execution_options(**{_READS: True}, **of_one_moment)


def as_reader(connection: Connection) -> Connection:
    """Let a connection that has begun nothing yet read as those of `for_reading` do, of any moment."""
    return connection.execution_options(**{_READS: True})


def only_reads(connection: Connection) -> bool:
    """Tell whether a transaction is a reader's, or of a read-only engine."""
    return is_read_only(connection) or bool(connection.get_execution_options().get(_READS, False))
