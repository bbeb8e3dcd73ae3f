"""The decisions that hold, to be looked up by text and by row while columns are read.

A decision on a row takes precedence over one on its text, and that over the rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from migrate.decisions.decision import Recorded
from migrate.decisions.holding import holding

Place = tuple[str, str | None]
"""A v2 table and column; no column where a decision is about a whole row."""


class DecidedValue(NamedTuple):
    """The part of a decision that transforms need; it is sent to every worker with every batch."""

    action: str
    """`set`, `leave-blank` or `accept`."""
    value: str | None = None
    raw_value: str | None = None


@dataclass(frozen=True)
class Decisions:
    """The decisions that hold, by where they apply."""

    texts: Mapping[Place, Mapping[str, DecidedValue]] = field(default_factory=dict)
    """Table and column → raw text → decision."""
    rows: Mapping[Place, Mapping[str, DecidedValue]] = field(default_factory=dict)
    """Table and column → v2_id → decision."""

    @classmethod
    def that_hold(cls, history: Iterable[Recorded]) -> "Decisions":
        """Return the decisions that hold. history: all decisions, in any order."""
        by_scope: dict[str, dict[Place, dict[str, DecidedValue]]] = {"text": {}, "row": {}}
        for subject, decision in holding(history).items():
            if subject.text is not None:  # a text that the ledger has forgotten is decided no more
                place = by_scope[subject.scope].setdefault((subject.v2_table, subject.v2_column), {})
                place[subject.text] = DecidedValue(decision.action, decision.value, decision.raw_value)
        return cls(texts=by_scope["text"], rows=by_scope["row"])

    def for_texts(self, table: str, column: str | None) -> Mapping[str, DecidedValue]:
        """Return raw text → decision for a column."""
        return self.texts.get((table, column), {})

    def for_rows(self, table: str, column: str | None) -> Mapping[str, DecidedValue]:
        """Return v2_id → decision for a column, or for whole rows."""
        return self.rows.get((table, column), {})


NO_DECISIONS = Decisions()
