"""The columns that a transform gets in addition to v2's own.

v2_id         the row's key
owner         v2's key of the owning member, even where there is no such member; NULL where unknown
cohort        that of the owning member
member_v3, assessment_v3, scheme_v3   the v3 ids of the parents that a table refers to
NAME_damaged  boolean: whether a spreadsheet damaged the cell in column NAME; absent if it damaged none there
"""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.schema import v2
from migrate.schema.arrow import TEXT
from migrate.schema.storable import cleaned
from migrate.transform.columns import frame_of, series, text_array, texts_of
from migrate.transform.identity import v3_ids

_PARENT_IDS = {"members": "member_v3", "competence_assessments": "assessment_v3", "schemes": "scheme_v3"}


def with_owners(table: str, tables: Mapping[str, pd.DataFrame], owners: pa.Array) -> pd.DataFrame:
    """Return the rows of a table with v2_id, owner and cohort."""
    frame = tables[table]
    added = {
        "v2_id": frame[v2.KEYS[table]],
        "owner": owners,
        "cohort": _cohorts(tables.get("members"), owners),
    }
    return frame_of({**frame, **added})


def with_parents(table: str, frame: pd.DataFrame, adopted: Mapping[str, str]) -> pd.DataFrame:
    """Return rows with the v3 ids of their parents; for members, their own. `adopted`: member_id → v3 id."""
    keys = {"member_id": "members"} if table == "members" else v2.PARENTS.get(table, {})
    added = {
        _PARENT_IDS[parent]: _parent_ids(parent, texts_of(frame, column), adopted)
        for column, parent in keys.items()
        if parent in _PARENT_IDS
    }
    return frame_of({**frame, **added})


def with_damage(table: str, frame: pd.DataFrame, damaged: pd.DataFrame) -> pd.DataFrame:
    """Return rows with a flag for each column that a spreadsheet damaged somewhere in the batch."""
    cells = damaged[damaged["v2_table"] == table]
    keys = texts_of(frame, "v2_id")
    added = {
        f"{column}_damaged": pc.is_in(keys, value_set=texts_of(cells[cells["v2_column"] == column], "v2_id"))
        for column in cells["v2_column"].unique()
    }
    return frame_of({**frame, **added}) if added else frame


def _cohorts(members: pd.DataFrame | None, owners: pa.Array) -> pa.Array:
    if members is None:
        return text_array([None] * len(owners))
    places = pc.index_in(owners, value_set=texts_of(members, "member_id"), skip_nulls=True)
    return cleaned(texts_of(members, "cohort")).take(places)


def _parent_ids(parent: str, keys: pa.Array, adopted: Mapping[str, str]) -> pa.Array:
    """Derive the id of each distinct key once; an adopted member's is the account's own."""
    encoded = keys.dictionary_encode()
    ids = pa.array(v3_ids(parent, series(encoded.dictionary)), type=TEXT)
    if parent == "members" and adopted:
        places = pc.index_in(encoded.dictionary, value_set=text_array(list(adopted)))
        ids = pc.coalesce(text_array(list(adopted.values())).take(places), ids)
    return ids.take(encoded.indices)
