"""Gives every v2 row its fate: migrated, dropped on purpose, or rejected by name (contract, part 2).

Where several reasons apply the first of `REASONS` is given. What a rejected row owns is rejected with it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.schema import v2
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

REASONS = {  # reason → fate, the first that applies to a row is given
    ARCHIVED_ASSESSMENT: DROPPED,
    SUPPORTERS_NOT_NEEDED: DROPPED,
    DUPLICATE_MEMBER: REJECTED,
    NUMBER_TAKEN: REJECTED,
    ORPHAN: REJECTED,
    PARENT_REJECTED: REJECTED,
}
_REASON_NAMES = (None, *REASONS)

PARENTS_FIRST = (
    "schemes", "members", "employment", "education", "training", "other_experience", "competence_assessments",
    "assessment_responses", "verifications", "intents_to_register", "supporters", "scheme_memberships",
)  # fmt: skip


@dataclass(frozen=True)
class Fates:
    """What becomes of the rows of one v2 table, and whose they are."""

    reasons: npt.NDArray[np.int8]
    """For each row its place in (None, *REASONS); 0: it is migrated."""
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


def assign_fates(
    tables: Mapping[str, pd.DataFrame],
    archived: Mask,
    scheme_ids: frozenset[str],
    duplicates: Mapping[str, str],
    taken: Collection[str],
) -> dict[str, Fates]:
    """Return the fates of the rows of each table of a batch.

    archived: of each row of competence_assessments. scheme_ids: every scheme of v2. duplicates: the members
    who have the membership number of another one that is migrated. taken: those whose number somebody else's
    v3 account has.
    """
    fates: dict[str, Fates] = {}
    for table in PARENTS_FIRST:
        if table in tables:
            found = {
                column: _Parent(tables, fates, parent, texts_of(tables[table], column), scheme_ids)
                for column, parent in v2.PARENTS.get(table, {}).items()
            }
            applies = _applies(table, tables[table], found, archived, duplicates, taken)
            fates[table] = Fates(_first(applies, len(tables[table])), _owners(tables[table], found))
    return fates


class _Parent:
    """The parents that one column of a table refers to."""

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        fates: Mapping[str, Fates],
        table: str,
        keys: pa.Array,
        scheme_ids: frozenset[str],
    ) -> None:
        self.keys = keys
        self.fates = fates.get(table)
        if table == "schemes":  # they come in a batch of their own, and none is ever rejected
            self.exists = mask_of(pc.is_in(keys, value_set=text_array(sorted(scheme_ids))))
            self.places = None
        else:
            known = texts_of(tables[table], v2.KEYS[table]) if table in tables else text_array([])
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


def _applies(
    table: str,
    frame: pd.DataFrame,
    parents: Mapping[str, _Parent],
    archived: Mask,
    duplicates: Mapping[str, str],
    taken: Collection[str],
) -> dict[str, Mask]:
    """Return where each reason applies to the rows of a table."""
    none = np.zeros(len(frame), dtype=bool)
    applies = dict.fromkeys(REASONS, none)
    if table == "members":
        keys = texts_of(frame, "member_id")
        applies[DUPLICATE_MEMBER] = mask_of(pc.is_in(keys, value_set=text_array(sorted(duplicates))))
        applies[NUMBER_TAKEN] = mask_of(pc.is_in(keys, value_set=text_array(sorted(taken))))
    if table == "supporters":
        applies[SUPPORTERS_NOT_NEEDED] = ~none
    if table == "competence_assessments":
        applies[ARCHIVED_ASSESSMENT] = archived
    for parent in parents.values():
        applies[ARCHIVED_ASSESSMENT] = applies[ARCHIVED_ASSESSMENT] | parent.has_reason(ARCHIVED_ASSESSMENT)
        applies[ORPHAN] = applies[ORPHAN] | ~parent.exists
        applies[PARENT_REJECTED] = applies[PARENT_REJECTED] | parent.has_reason(*_REJECTIONS)
    return applies


_REJECTIONS = tuple(reason for reason, fate in REASONS.items() if fate == REJECTED)


def _first(applies: Mapping[str, Mask], count: int) -> npt.NDArray[np.int8]:
    reasons = np.zeros(count, dtype=np.int8)
    for reason in reversed(REASONS):
        reasons[applies[reason]] = _REASON_NAMES.index(reason)
    return reasons


def _owners(frame: pd.DataFrame, parents: Mapping[str, _Parent]) -> pa.Array:
    if "member_id" in frame.columns:
        return texts_of(frame, "member_id")
    return next(iter(parents.values())).owners() if parents else text_array([None] * len(frame))
