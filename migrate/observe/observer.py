"""What observes a run, and what it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class ObservedRun:
    """A run as its observers know it. The URLs have no password."""

    command: str
    source: str
    target: str
    cohort: str | None
    rules_version: str
    run_id: str | None = None
    resumed: bool = False
    started_at: datetime | None = None
    v2_tables: Mapping[str, str] = field(default_factory=dict)
    """Canonical name → v2's own; one that is missing is the same."""

    def begun(self, run_id: str, *, resumed: bool, moment: datetime) -> "ObservedRun":
        """Return the run with the id that the ledger gave it."""
        return replace(self, run_id=run_id, resumed=resumed, started_at=moment)


@dataclass(frozen=True)
class Ending:
    """How a run ended."""

    status: str
    """`completed`, `failed` or `interrupted`, as in the ledger."""
    moment: datetime
    counts: Mapping[str, Any]
    checks: Sequence[Mapping[str, Any]]
    error: str | None = None
    """The kind of error, not its words: those may quote a database."""


class Observer(Protocol):
    """One way of telling."""

    def begun(self, run: ObservedRun) -> None:
        """The run has its id."""

    def batch_done(
        self, run: ObservedRun, done: int, total: int, counts: Mapping[str, Any], moment: datetime
    ) -> None:
        """A batch was committed."""

    def checked(self, run: ObservedRun, checks: Sequence[Mapping[str, Any]], moment: datetime) -> None:
        """A quality suite was run."""

    def ended(self, run: ObservedRun, ending: Ending) -> None:
        """The run is over."""
