"""What rows belong to in v3: a row whose parent a user has deleted has no place there."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from migrate.load.planning.merge import TableMerge
from migrate.load.present import Present
from migrate.schema import v3
from migrate.schema.arrow import TEXT, nowhere, whole

PARENT_COLUMNS = {  # v3 table → its columns that must lead to a row → that row's table
    table.name: {
        column.name: next(iter(column.foreign_keys)).column.table.name
        for column in table.columns
        if column.name in ("member_id", "assessment_id", "scheme_id")
    }
    for table in v3.LOAD_ORDER
}


def living_parents(
    table: str,
    ours: pa.Table,
    present: Present,
    merged: Mapping[str, TableMerge],
    losing: set[str],
    lost_schemes: tuple[str, ...],
) -> dict[str, pa.Array]:
    """Return column → whether v3 has, or gets, the parent that it leads to, where a user has deleted one.

    losing: v3 tables of which rows are left out already; what belongs to those rows is left out with them.
    """
    living: dict[str, pa.Array] = {}
    for column, parent in PARENT_COLUMNS[table].items():
        ids = whole(ours[column])
        if parent in merged and (len(merged[parent].deleted) or parent in losing):
            here = [present.rows[parent]["id"], merged[parent].inserts["id"]]
            known = pa.chunked_array([chunk for column_ids in here for chunk in column_ids.chunks], TEXT)
            living[column] = pc.is_in(ids, value_set=whole(known))
        elif parent == v3.schemes.name and lost_schemes:
            living[column] = pc.invert(pc.is_in(ids, value_set=pa.array(lost_schemes, TEXT)))
    return living


def have_parents(
    ours: pa.Table, living: Mapping[str, pa.Array], theirs: pa.Table, migrated: pa.Array
) -> pa.Array:
    """Tell which rows can be loaded: v3 has or gets their parents, or the rows were there before."""
    owned = pc.invert(nowhere(ours.num_rows))
    for lives in living.values():
        owned = pc.and_(owned, lives)
    here = pc.is_in(whole(ours["id"]), value_set=theirs["id"])
    return pc.or_(pc.or_(owned, migrated), here)
