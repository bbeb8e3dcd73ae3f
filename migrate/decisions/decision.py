"""One decision of a reviewer, and what it is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

SCOPES = ("row", "text")
WITHDRAW = "withdraw"
ACTIONS = ("set", "leave-blank", "accept", WITHDRAW)


class Subject(NamedTuple):
    """What a decision is about; of several on one subject one holds (`migrate.decisions.holding`)."""

    scope: str
    v2_table: str
    v2_column: str | None
    text: str | None
    """The v2_id of a row, or the raw value of a text."""


@dataclass(frozen=True)
class Decision:
    """A row of `migration_decisions`; `action` may also be `withdraw`, which takes the earlier one back."""

    scope: str
    v2_table: str
    v2_column: str | None
    action: str
    v2_id: str | None = None
    raw_value: str | None = None
    """The text decided, to the letter; for a row, what the reviewer saw (None: not known)."""
    value: str | None = None
    reviewer: str | None = None
    note: str | None = None
    decided_at: datetime | None = None
    """UTC without zone; None until it is recorded."""

    @property
    def subject(self) -> Subject:
        """What it is about."""
        text = self.v2_id if self.scope == "row" else self.raw_value
        return Subject(self.scope, self.v2_table, self.v2_column, text)


class Recorded(NamedTuple):
    """A decision as it stands in the ledger."""

    decision_id: int
    decision: Decision

    @property
    def age(self) -> tuple[datetime, int]:
        """The key that sorts the newest last: an imported decision may be older than its id suggests."""
        return self.decision.decided_at or datetime.min, self.decision_id  # noqa: DTZ901  # UTC without zone
