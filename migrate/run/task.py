"""What a worker is told to do."""

from dataclasses import dataclass
from datetime import datetime

from migrate.extract.bounds import Bounds
from migrate.load.ledger.batches import Before


@dataclass(frozen=True)
class BatchTask:
    """One batch of a run; plain values, so that it can be sent to another process."""

    run_id: str
    number: int
    bounds: Bounds
    state: str = ""
    """Stands for the rules, decisions and code that the run reads v2 with: another state, another result."""
    before: Before | None = None
    """What the last batch of these bounds left behind."""
    done_at: datetime | None = None
    """When the run did this batch before it was stopped: it is looked at again, since v2 may have changed."""
    resumed: bool = False
    """Whether the run goes on after it was stopped: what it changes now it may have changed before."""
    first: bool = False
    """Whether the ledger was empty when the run began."""
