"""Creates v3's tables, its drop-down list and the ledger where they are missing."""

import xxhash
from sqlalchemy import Connection, Engine, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from migrate.databases import make_file, shown_url
from migrate.databases.error_codes import has_no_room, has_no_such_letter
from migrate.errors import PreflightError
from migrate.rulebook.qualifications import load_qualification_types
from migrate.schema import ledger, v3


def init_target(engine: Engine) -> list[str]:
    """Create what is missing and return the names of the tables made.

    The ledger is made first and its version written last. On MariaDB, where each table stays as soon as it is
    made, the missing version shows that somebody was stopped in between, and the next call makes the rest.

    Raises PreflightError where the tables cannot be created, MigrationError where a file cannot be made.
    """
    make_file(engine)
    before = set(inspect(engine).get_table_names())
    try:
        with engine.begin() as connection:
            ledger.metadata.create_all(connection)
            v3.metadata.create_all(connection)
            _fill_qualification_types(connection)
            _write_version(connection)
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        if has_no_such_letter(error):
            raise PreflightError(
                f"{shown_url(engine.url)}: v3's database lacks letters that members use ({reason}). Have it "
                "created anew with ENCODING 'UTF8'; no table was made."
            ) from None
        mend = (
            "See that there is room for them, and call again."
            if has_no_room(error)
            else "Give the account the right to, or have them created for it by `init-target` "
            "under another account."
        )
        raise PreflightError(
            f"{shown_url(engine.url)}: v3's tables cannot be created ({reason}). {mend}"
        ) from None
    return sorted(set(inspect(engine).get_table_names()) - before)


def is_uninitialised(engine: Engine) -> bool:
    """Tell whether v3 has none of its tables, or no ledger, or was left while they were made."""
    present = set(inspect(engine).get_table_names())
    if not set(ledger.metadata.tables) <= present or present.isdisjoint(v3.metadata.tables):
        return True
    with engine.connect() as connection:
        return is_half_made(connection)


def is_half_made(connection: Connection) -> bool:
    """Tell whether the ledger's tables are there without its version, which is written when all are made."""
    return connection.execute(select(ledger.ledger.c.name).limit(1)).first() is None


def refuse_uninitialised(engine: Engine) -> None:
    """Raise PreflightError where v3 has none of its tables, or no ledger."""
    if is_uninitialised(engine):
        raise PreflightError("v3 has no ledger yet: run `career-migrate init-target` or `run` first.")


def _fill_qualification_types(connection: Connection) -> None:
    types = v3.qualification_types
    if connection.execute(select(types.c.code).limit(1)).first():
        return
    rows = [
        {"id": _qualification_id(entry.code), "code": entry.code, "label": entry.label}
        for entry in load_qualification_types()
    ]
    connection.execute(insert(types), rows)


def _qualification_id(code: str) -> str:
    """Return a UUID of version 8 made from the code."""
    digest = xxhash.xxh3_128_hexdigest(f"qualification_types\x1f{code}".encode())
    return f"{digest[:12]}8{digest[13:16]}8{digest[17:]}"


def _write_version(connection: Connection) -> None:
    if is_half_made(connection):
        connection.execute(insert(ledger.ledger).values(name="version", value=ledger.LEDGER_VERSION))
