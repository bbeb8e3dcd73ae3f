"""Gives every v2 row its fate: migrated, dropped on purpose, or rejected for a named reason.

Where several reasons apply, the first of `REASONS` is given. What a rejected row owns is rejected with it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.schema import v2
from migrate.schema.frames import V2Batch
from migrate.schema.reasons import (
    ARCHIVED_ASSESSMENT,
    DUPLICATE_MEMBER,
    NUMBER_TAKEN,
    ORPHAN,
    PARENT_REJECTED,
    SUPPORTERS_NOT_NEEDED,
)
from migrate.transform.columns import Mask, mask_of, text_array, texts_of

MIGRATED, DROPPED, REJECTED = "migrated", "dropped", "rejected"

REASONS = {  # reason → fate; the first that applies to a row is given
    ARCHIVED_ASSESSMENT: DROPPED,
    SUPPORTERS_NOT_NEEDED: DROPPED,
    DUPLICATE_MEMBER: REJECTED,
    NUMBER_TAKEN: REJECTED,
    ORPHAN: REJECTED,
    PARENT_REJECTED: REJECTED,
}
_REASON_NAMES = (None, *REASONS)
_REJECTIONS = tuple(reason for reason, fate in REASONS.items() if fate == REJECTED)

PARENTS_FIRST = (
    "schemes", "members", "employment", "education", "training", "other_experience", "competence_assessments",
    "assessment_responses", "verifications", "intents_to_register", "supporters", "scheme_memberships",
)  # fmt: skip


@dataclass(frozen=True)
class Fates:
    """What becomes of the rows of one v2 table, and whose they are."""

    reasons: npt.NDArray[np.int8]
    """For each row the place of its reason in (None, *REASONS); 0 where it is migrated."""
    owners: pa.Array
    """The owning v2 member's key as text, also where no such member exists; NULL where unknown."""

    @property
    def migrated(self) -> Mask:
        """Where rows are migrated."""
        return np.equal(self.reasons, 0)

    def has_reason(self, reason: str) -> Mask:
        """Return where rows have a reason."""
        return np.equal(self.reasons, _REASON_NAMES.index(reason))

    @property
    def reason_texts(self) -> pa.Array:
        """The reasons, NULL where migrated."""
        return text_array(_REASON_NAMES).take(pa.array(self.reasons))

    @property
    def fate_texts(self) -> pa.Array:
        """The fates."""
        return text_array([MIGRATED, *REASONS.values()]).take(pa.array(self.reasons))


def assign_fates(batch: V2Batch, archived: Mask) -> dict[str, Fates]:
    """Return the fates of the rows of each table of a batch.

    archived: which rows of competence_assessments are archived.
    """
    fates: dict[str, Fates] = {}
    for table in PARENTS_FIRST:
        if table in batch.tables:
            frame = batch.tables[table]
            parents = [
                _Parent(batch, fates, parent, texts_of(frame, column))
                for column, parent in v2.PARENTS.get(table, {}).items()
            ]
            reasons = [_own_reasons(batch, table, archived), *map(_reasons_of_parent, parents)]
            fates[table] = Fates(_first(reasons, len(frame)), _owners(frame, parents))
    return fates


class _Parent:
    """The parents that one column of a table refers to, row by row."""

    def __init__(self, batch: V2Batch, fates: Mapping[str, Fates], table: str, keys: pa.Array) -> None:
        """Find the parents in `table`; keys: for each row the key of its parent."""
        self.keys = keys
        self.fates = fates.get(table)
        if table == "schemes":  # they come in a batch of their own, and none is ever rejected
            self.exists = _is_among(keys, batch.scheme_ids)
            self.places = None
        else:
            frame = batch.tables.get(table)
            known = text_array([]) if frame is None else texts_of(frame, v2.KEYS[table])
            self.places = pc.index_in(keys, value_set=known, skip_nulls=True)
            self.exists = mask_of(pc.is_valid(self.places))

    def has_reason(self, *reasons: str) -> Mask:
        """Return where the parent has one of some reasons."""
        if self.fates is None or self.places is None:
            return np.zeros(len(self.keys), dtype=bool)
        of_parent = np.isin(self.fates.reasons, [_REASON_NAMES.index(reason) for reason in reasons])
        return mask_of(pa.array(of_parent).take(self.places))

    def owners(self) -> pa.Array:
        """Return the owning members of the parents."""
        if self.fates is None:
            return text_array([None] * len(self.keys))
        return self.fates.owners.take(self.places)


def _own_reasons(batch: V2Batch, table: str, archived: Mask) -> dict[str, Mask]:
    """Return where the rows of a table have a reason that is not their parents'."""
    frame = batch.tables[table]
    if table == "members":
        keys = texts_of(frame, "member_id")
        return {
            DUPLICATE_MEMBER: _is_among(keys, batch.duplicates),
            NUMBER_TAKEN: _is_among(keys, batch.taken),
        }
    if table == "supporters":
        return {SUPPORTERS_NOT_NEEDED: np.ones(len(frame), dtype=bool)}
    return {ARCHIVED_ASSESSMENT: archived} if table == "competence_assessments" else {}


def _reasons_of_parent(parent: _Parent) -> dict[str, Mask]:
    """Return where rows have a reason because of one of their parents."""
    return {
        ARCHIVED_ASSESSMENT: parent.has_reason(ARCHIVED_ASSESSMENT),
        ORPHAN: ~parent.exists,
        PARENT_REJECTED: parent.has_reason(*_REJECTIONS),
    }


def _first(found: Sequence[Mapping[str, Mask]], count: int) -> npt.NDArray[np.int8]:
    """Return for each row the first of its reasons, as its place in `_REASON_NAMES`."""
    first = np.zeros(count, dtype=np.int8)
    for reason in reversed(REASONS):
        for applies in found:
            if reason in applies:
                first[applies[reason]] = _REASON_NAMES.index(reason)
    return first


def _is_among(keys: pa.Array, wanted: Collection[str]) -> Mask:
    return mask_of(pc.is_in(keys, value_set=text_array(sorted(wanted))))


def _owners(frame: pd.DataFrame, parents: Sequence[_Parent]) -> pa.Array:
    if "member_id" in frame.columns:
        return texts_of(frame, "member_id")
    return parents[0].owners() if parents else text_array([None] * len(frame))
