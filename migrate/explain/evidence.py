"""Everything that is known of one v2 row, from v2, the rules, the ledger and v3."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from migrate.decisions.decision import Decision

Key = tuple[str, str]
"""Table and v2_id."""
Values = dict[str, str | None]
"""Column → canonical text (`migrate.load.canonical`)."""


class RowFate(NamedTuple):
    """What the ledger says of the row."""

    fate: str
    reason: str | None
    v3_table: str | None
    v3_id: str | None
    run_id: str
    member_id: str | None
    cohort: str | None
    is_adopted: bool = False
    """Whether it is a member's account that was there before the migration."""


class Remark(NamedTuple):
    """One anomaly of the row."""

    v2_column: str | None
    code: str
    severity: str
    raw_value: str | None
    candidates: str | None
    message: str | None


Moving = Literal["here", "away", "orphaned"]
"""Whom v2 has given a row to since it was migrated: the member who is explained, another one, or one that v2
does not have."""


@dataclass(frozen=True)
class Evidence:
    """One v2 row and all that is known of it; what is None is not there."""

    v2_table: str
    v2_id: str
    v2: Values | None
    """v2's columns as they are now."""
    fate: RowFate | None
    loaded: Values | None = None
    """v3 column → what was last loaded, as the base encodes it (`migrate.load.base`)."""
    now: Values | None = None
    """v3 column → what v3 says now; also the columns that only v3 has."""
    next: Values | None = None
    """v3 column → what v2, rules and decisions come to now."""
    coming: RowFate | None = None
    """The fate that a run would give as things are now, where that is another one or the first."""
    taken_back_at: datetime | None = None
    """When a rollback took back what its cohort had, if the ledger has nothing of the row since; UTC."""
    moving: Moving | None = None
    number_is_taken: bool = False
    """Whether v2 gives a migrated member a number that somebody else's account has and will not give up."""
    remarks: tuple[Remark, ...] = ()
    decisions: dict[str | None, Decision] = field(default_factory=dict)
    """v2 column → the decision that holds, the row's before its text's."""
    readings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """v2 column → what else was assumed in reading it."""

    @property
    def is_migrated(self) -> bool:
        """Whether it was carried over once."""
        return self.fate is not None and self.fate.fate == "migrated"

    @property
    def is_waiting(self) -> bool:
        """Whether a run would carry it over for the first time."""
        return self.coming is not None and self.coming.fate == "migrated"


def by_table(keys: Collection[Key]) -> dict[str, list[str]]:
    """Return v2 table → v2_ids, in order."""
    tables: dict[str, list[str]] = {}
    for table, v2_id in sorted(keys):
        tables.setdefault(table, []).append(v2_id)
    return tables
