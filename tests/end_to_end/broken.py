"""Breaks a finished migration as a loader that works wrongly would leave it: v3 and the ledger agree."""

from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Table, delete, insert, select, update

from migrate.load.base import encode_rows
from migrate.load.present import read_rows_by_id
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.end_to_end.places import Place

TEXT = pa.large_string()
REFUSED = {"fate": "rejected", "reason": "load-refused", "v3_table": None, "v3_id": None}


def load_wrongly(place: Place, table: Table, v2_table: str, key: str, **values: Any) -> None:
    """Give a v3 row other values, and the ledger a base that says they were loaded."""
    own = v3_id(v2_table, key)
    with place.target.begin() as connection:
        connection.execute(update(table).where(table.c.id == own).values(values))
        found = read_rows_by_id(connection, table, pa.array([own], TEXT))
        base = encode_rows([found[name].combine_chunks() for name in v3.merged_columns(table)])
        _change_ledger(connection, v2_table, key, base=base[0].as_py())


def lose(place: Place, table: Table, v2_table: str, key: str) -> None:
    """Load a row not at all, and say nothing of it."""
    with place.target.begin() as connection:
        connection.execute(delete(table).where(table.c.id == v3_id(v2_table, key)))
        connection.execute(delete(ledger.rows).where(*_row(v2_table, key)))


def lose_as_refused(place: Place, table: Table, v2_table: str, key: str) -> None:
    """Load a row not at all, and say that v3 has refused it, but to nobody who would look."""
    with place.target.begin() as connection:
        connection.execute(delete(table).where(table.c.id == v3_id(v2_table, key)))
        _change_ledger(connection, v2_table, key, **REFUSED)


def call_refused(place: Place, v2_table: str, key: str) -> None:
    """Say, in the ledger and to whoever looks, that v3 has refused a row which it has."""
    found = ledger.anomalies
    with place.target.begin() as connection:
        _change_ledger(connection, v2_table, key, **REFUSED)
        theirs = (found.c.v2_table == v2_table, found.c.v2_id == key)
        told = dict(connection.execute(select(found).where(*theirs)).mappings().one())
        del told["anomaly_id"]
        refusal = {"code": "load-refused", "v2_column": None, "severity": "error"}
        connection.execute(insert(found).values(told | refusal))


def double(place: Place, table: Table, v2_table: str, key: str, new_id: str) -> None:
    """Load a row twice, the second time under another id."""
    with place.target.begin() as connection:
        row = connection.execute(select(table).where(table.c.id == v3_id(v2_table, key))).mappings().one()
        connection.execute(insert(table).values({**row, "id": new_id}))


def give_id(place: Place, table: Table, v2_table: str, key: str, new_id: str) -> None:
    """Load a row under another id than its own, and note that in the ledger."""
    with place.target.begin() as connection:
        own = table.c.id == v3_id(v2_table, key)
        connection.execute(update(table).where(own).values(id=new_id))
        _change_ledger(connection, v2_table, key, v3_id=new_id)


def put(place: Place, table: Table, v2_table: str, key: str, **values: Any) -> None:
    """Load a row that ought not to be there."""
    with place.target.begin() as connection:
        connection.execute(insert(table).values(id=v3_id(v2_table, key), **values))


def note_wrongly(place: Place, v2_table: str, key: str, **values: Any) -> None:
    """Have the ledger say something else of a v2 row."""
    with place.target.begin() as connection:
        _change_ledger(connection, v2_table, key, **values)


def keep_silent(place: Place, v2_table: str, key: str) -> None:
    """Report nothing of a v2 row."""
    found = ledger.anomalies.c
    with place.target.begin() as connection:
        gone = delete(ledger.anomalies).where(found.v2_table == v2_table, found.v2_id == key)
        assert connection.execute(gone).rowcount


def tell_wrongly(place: Place, v2_table: str, key: str, **values: Any) -> None:
    """Say something else in the anomalies of a v2 row."""
    found = ledger.anomalies.c
    with place.target.begin() as connection:
        change = update(ledger.anomalies).where(found.v2_table == v2_table, found.v2_id == key)
        assert connection.execute(change.values(values)).rowcount == 1


def _change_ledger(connection: Connection, v2_table: str, key: str, **values: Any) -> None:
    done = connection.execute(update(ledger.rows).where(*_row(v2_table, key)).values(values))
    assert done.rowcount == 1


def _row(v2_table: str, key: str) -> tuple[Any, Any]:
    return ledger.rows.c.v2_table == v2_table, ledger.rows.c.v2_id == key
