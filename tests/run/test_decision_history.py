"""What v3 may still hold of earlier decisions, by the runs there have been: `verify` calls it no fault."""

import pytest

from migrate.decisions.applied import RunDecisions
from migrate.decisions.decision import Decision, Recorded
from migrate.load.ledger.scope import Scope
from migrate.run.decision_history import DecisionHistory
from migrate.transform.decision_lookup import Decisions

DECISIONS = [
    Recorded(number, Decision("text", "training", "duration", "set", raw_value="3", value=str(number)))
    for number in (1, 2, 3)
]
EVERYONE, A, B, LISTED = Scope(), Scope(("A",)), Scope(("B",)), Scope(members=("7",))

RUNS: dict[str, tuple[list[tuple[Scope, bool, int]], list[str | None]]] = {
    # scope, whether complete and last decision read of each run → what may have been decided for cohort A
    "none": ([], []),
    "one before any decision": ([(EVERYONE, True, 0)], [None]),
    "one that read them all": ([(EVERYONE, True, 3)], []),
    "one that read some": ([(EVERYONE, True, 2)], ["2"]),
    "two of everyone": ([(EVERYONE, True, 1), (EVERYONE, True, 2)], ["2"]),
    "two of the cohort": ([(A, True, 1), (A, True, 2)], ["2"]),
    "the later of another cohort": ([(A, True, 1), (B, True, 3)], ["1"]),
    "the later of listed members": ([(A, True, 1), (LISTED, True, 3)], ["1"]),
    "the later did not end": ([(EVERYONE, True, 1), (EVERYONE, False, 2)], ["1", "2"]),
}


@pytest.mark.parametrize(("runs", "values"), RUNS.values(), ids=RUNS)
def test_values_of_earlier_decisions_are_those_of_runs_that_nothing_has_settled_since(
    runs: list[tuple[Scope, bool, int]], values: list[str | None]
) -> None:
    history = DecisionHistory(DECISIONS, [_run(*run) for run in runs])
    assert [_value(earlier) for earlier in history.earlier(["A"])] == values


def test_a_run_of_one_cohort_settles_no_batch_of_several() -> None:
    history = DecisionHistory(DECISIONS, [_run(EVERYONE, True, 1), _run(A, True, 3)])
    assert [_value(earlier) for earlier in history.earlier(["A", None])] == ["1"]


def _run(scope: Scope, is_complete: bool, last_decision: int) -> RunDecisions:
    return RunDecisions(frozenset(scope.cohorts), bool(scope.members), is_complete, last_decision)


def _value(decisions: Decisions) -> str | None:
    found = decisions.for_texts("training", "duration").get("3")
    return found and found.value
