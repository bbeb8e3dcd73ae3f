"""What reviewers decided, looked up by text and by row while columns are read.

A decision on a row goes before one on its text, and that before the rules. Of several on one subject the
latest holds; `withdraw` takes it back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Place = tuple[str, str | None]
"""A v2 table and column; no column where a decision is about a whole row."""


class Decision(NamedTuple):
    """One decision: `set`, `leave-blank` or `accept`."""

    action: str
    value: str | None = None
    raw_value: str | None = None
    decision_id: int | None = None


@dataclass(frozen=True)
class Decisions:
    """The decisions that hold."""

    texts: Mapping[Place, Mapping[str, Decision]] = field(default_factory=dict)
    """Table and column → raw text → decision."""
    rows: Mapping[Place, Mapping[str, Decision]] = field(default_factory=dict)
    """Table and column → v2_id → decision."""

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> "Decisions":
        """Return what holds of rows of `migration_decisions` in any order: the latest on each subject."""
        by_scope: dict[str, dict[Place, dict[str, Decision]]] = {"text": {}, "row": {}}
        for row in sorted(rows, key=_moment):
            subject = row["raw_value"] if row["scope"] == "text" else row["v2_id"]
            place = by_scope[row["scope"]].setdefault((row["v2_table"], row["v2_column"]), {})
            if row["action"] == "withdraw":
                place.pop(str(subject), None)
            elif subject is not None:
                place[str(subject)] = Decision(
                    row["action"], row.get("value"), row.get("raw_value"), row.get("decision_id")
                )
        return cls(texts=by_scope["text"], rows=by_scope["row"])

    def for_texts(self, table: str, column: str | None) -> Mapping[str, Decision]:
        """Return raw text → decision for a column."""
        return self.texts.get((table, column), {})

    def for_rows(self, table: str, column: str | None) -> Mapping[str, Decision]:
        """Return v2_id → decision for a column, or for whole rows."""
        return self.rows.get((table, column), {})


NO_DECISIONS = Decisions()


def _moment(row: Mapping[str, Any]) -> tuple[str, int]:
    decided_at = row.get("decided_at")
    text = decided_at.isoformat(" ", "microseconds") if isinstance(decided_at, datetime) else decided_at
    return str(text or ""), row.get("decision_id") or 0
