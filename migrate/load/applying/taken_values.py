"""Updates v3's rows where v3 takes a value of v2's, and nowhere else in the row.

A value that stays is not written back: it may be one that v3's database holds and nobody can give it again,
such as `yes` where SQLite has a flag, or MariaDB's 0000-00-00.
"""

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Table, update

from migrate.load.staging import stage, staged_like
from migrate.schema import v3
from migrate.schema.arrow import NULL, TEXT, differ, whole

_TAKEN = "taken"
"""The staged column that has a sign for each column of the table: whether the row takes its value."""
_YES, _NO, _NOTHING = pa.scalar("1", TEXT), pa.scalar("0", TEXT), pa.scalar("", TEXT)


def update_taken(connection: Connection, table: Table, rows: pa.Table, held: pa.Table) -> None:
    """Write the values of some rows in which they differ from what v3 has, and their updated_at.

    rows: the written columns; held: id and merged columns of these rows, and perhaps of others, in v3.
    There is one statement for the rows that take values of the same columns. One for all rows, with a CASE
    for each column, would write the others back: MariaDB makes NULL of a 0000-00-00 there.
    """
    before = held.take(pc.index_in(whole(rows["id"]), value_set=whole(held["id"])))
    taken = {name: differ(rows[name], before[name]) for name in v3.merged_columns(table)}
    staged = staged_like(table, (*v3.written_columns(table), _TAKEN), "_taken")
    signs = _signs(list(taken.values()))
    stage(connection, staged, _staged_rows(rows, taken).append_column(_TAKEN, signs))
    for same in sorted(signs.unique().to_pylist()):
        names = [name for name, sign in zip(taken, same, strict=True) if sign == _YES.as_py()]
        values = {name: staged.c[name] for name in (*names, "updated_at")}
        these = (table.c.id == staged.c.id) & (staged.c[_TAKEN] == same)
        connection.execute(update(table).values(values).where(these))


def _signs(taken: list[pa.Array]) -> pa.Array:
    """Return for each row which columns it takes, as one text."""
    return pc.binary_join_element_wise(*(pc.if_else(where, _YES, _NO) for where in taken), _NOTHING)


def _staged_rows(rows: pa.Table, taken: dict[str, pa.Array]) -> pa.Table:
    """Return the rows as they are staged: without the values that are not taken."""
    columns = {name: pc.if_else(where, rows[name], NULL) for name, where in taken.items()}
    return pa.table({"id": rows["id"], **columns, "updated_at": rows["updated_at"]})
