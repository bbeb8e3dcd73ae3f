"""v3 rows that no v2 row explains: with an id of the migration, or the copy of a migrated row."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from migrate.check.account import SHOWN, Account, Difference
from migrate.load.base import encode_rows
from migrate.schema import v3
from migrate.schema.arrow import TEXT, as_one_text, whole
from migrate.transform.identity import is_made

Moments = Callable[[Table, pa.Array], pa.Array]
"""v3 table and ids in, their updated_at out, in the same order."""


def find_surplus(table: Table, theirs: pa.Table, migrated: pa.Array, moments: Moments) -> pa.Array:
    """Return the ids of the rows of a v3 table that may be surplus: the whole ledger is still to be asked.

    migrated: the v3 ids that the ledger has for the owners of these rows, and those that v2 gives. A user's
    own row that repeats a migrated one is a copy only if it was last changed at the same moment.
    """
    ids = whole(theirs["id"])
    strange = pc.invert(pc.is_in(ids, value_set=migrated))
    made = ids.filter(pc.and_(strange, is_made(ids)))
    return pa.concat_arrays([made, _copies(table, theirs, strange, moments)]).unique()


def add_surplus(account: Account, v2_table: str, table: Table, v3_ids: pa.Array) -> None:
    """Count and list v3 rows that no v2 row explains."""
    if not len(v3_ids):
        return
    account.rows["", v2_table, "surplus"] += len(v3_ids)
    listed = v3_ids.slice(0, SHOWN).to_pylist()
    account.list_differences([Difference("surplus", v2_table, None, table.name, v3_id) for v3_id in listed])


def _copies(table: Table, theirs: pa.Table, strange: pa.Array, moments: Moments) -> pa.Array:
    if table is v3.members or not pc.any(strange).as_py():
        return pa.array([], TEXT)
    texts, ids = _content(table, theirs), whole(theirs["id"])
    alike = pc.and_(strange, pc.is_in(texts, value_set=texts.filter(pc.invert(strange))))
    if not pc.any(alike).as_py():
        return pa.array([], TEXT)
    concerned = pc.is_in(texts, value_set=texts.filter(alike))
    ids, texts, strange = ids.filter(concerned), texts.filter(concerned), strange.filter(concerned)
    dated = as_one_text(texts, pc.fill_null(moments(table, ids), ""))
    copied = pc.is_in(dated, value_set=dated.filter(pc.invert(strange)))
    return ids.filter(pc.and_(strange, copied))


def _content(table: Table, rows: pa.Table) -> pa.Array:
    return encode_rows([whole(rows[name]) for name in v3.merged_columns(table)])
