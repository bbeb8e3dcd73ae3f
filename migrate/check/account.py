"""The account that `verify` gives: what became of every v2 row, and each difference that is left."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from migrate.load.ledger.runs import LastRun

DIFFERENCES = ("different", "unaccounted", "surplus")
"""Outcomes that keep the balance open."""
SHOWN = 1_000
"""So many differences are listed; all are counted."""


@dataclass(frozen=True)
class Difference:
    """One value or row that is not as it ought to be."""

    kind: str
    v2_table: str
    v2_id: str | None
    v3_table: str | None = None
    v3_id: str | None = None
    column: str | None = None
    expected: str | None = None
    found: str | None = None


@dataclass
class Account:
    """What reconciliation found, of one batch or of several."""

    rows: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(cohort, v2 table, outcome) → rows."""
    hours: defaultdict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """(cohort, `migrated`, `rejected`, `unaccounted` or `in v3`) → hours of training."""
    differences: list[Difference] = field(default_factory=list)
    last_run: LastRun | None = None
    """The run that last migrated what is accounted for, in part at least."""
    by_other_rules: LastRun | None = None
    """The last of the runs that did part of it by other rules than the account's."""

    def add(self, other: "Account") -> None:
        """Take another batch's account in."""
        self.rows.update(other.rows)
        for key, hours in other.hours.items():
            self.hours[key] += hours
        self.list_differences(other.differences)

    def list_differences(self, more: list[Difference]) -> None:
        """List more differences, as many as there is room for."""
        self.differences += more[: max(0, SHOWN - len(self.differences))]

    @property
    def closed(self) -> bool:
        """Whether every row and value is explained."""
        return not any(number for (_, _, outcome), number in self.rows.items() if outcome in DIFFERENCES)
