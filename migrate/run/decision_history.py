"""What reviewers have decided: by now, and by each earlier run whose values v3 may still hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from migrate.decisions.applied import RunDecisions, read_run_decisions
from migrate.decisions.decision import Recorded
from migrate.decisions.record import read_recorded
from migrate.transform.decision_lookup import Decisions


@dataclass(frozen=True)
class DecisionHistory:
    """The decisions, and the runs in their order."""

    decisions: list[Recorded]
    runs: list[RunDecisions]

    def earlier(self, cohorts: Iterable[str | None]) -> list[Decisions]:
        """Return the decisions that held at each run whose values these cohorts may still have.

        Those that hold now are left out.
        """
        latest = max((each.decision_id for each in self.decisions), default=0)
        cohorts, known = set(cohorts), set()
        for run in reversed(self.runs):
            known.add(run.last_decision)
            if run.settles(cohorts):
                break
        return [self._until(decision_id) for decision_id in sorted(known - {latest})]

    def _until(self, decision_id: int) -> Decisions:
        return Decisions.that_hold(each for each in self.decisions if each.decision_id <= decision_id)


class KnownDecisions(NamedTuple):
    """Decisions as they were read at one moment."""

    holding: Decisions
    last: int
    """The id of the last of them; 0 of none."""


def read_decisions(connection: Connection) -> KnownDecisions:
    """Return the decisions that hold, and which is the last that was recorded."""
    recorded = list(read_recorded(connection))
    return KnownDecisions(Decisions.that_hold(recorded), recorded[-1].decision_id if recorded else 0)


def read_history(connection: Connection) -> DecisionHistory:
    """Read the decisions, and what each run knew of them."""
    return DecisionHistory(list(read_recorded(connection)), read_run_decisions(connection))
