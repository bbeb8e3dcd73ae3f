"""Which runs the verdict is about: the last of each cohort, whoever else was migrated with it."""

from datetime import UTC, datetime

import pytest

from migrate.load.ledger.scope import Scope
from migrate.report.runs import Run
from migrate.report.verdict import _last_runs

A, B, BOTH, EVERYONE = Scope(("A",)), Scope(("B",)), Scope(("A", "B")), Scope()
SOME, OTHERS = Scope(members=("1",)), Scope(members=("2",))
HISTORIES = {  # scopes from the first run to the last, those that the verdict is about, the newest first
    "one cohort after the other": ([A, B], [B, A]),
    "again": ([A, B, A], [A, B]),
    "both after each": ([A, B, BOTH], [BOTH]),
    "each after both": ([BOTH, A, B], [B, A]),
    "one after both": ([BOTH, A], [A, BOTH]),
    "everyone after some": ([A, SOME, EVERYONE], [EVERYONE]),
    "some members after a cohort": ([A, SOME], [SOME, A]),
    "some members, others, the same again": ([SOME, OTHERS, SOME], [SOME, OTHERS]),
    "a cohort after everyone": ([EVERYONE, A], [A, EVERYONE]),
}


@pytest.mark.parametrize(("scopes", "last"), HISTORIES.values(), ids=HISTORIES)
def test_a_run_counts_until_later_ones_have_had_all_that_it_was_about(
    scopes: list[Scope], last: list[Scope]
) -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    runs = [
        Run(str(place), "run", scope.name, "completed", "1", began, None, scope)
        for place, scope in enumerate(scopes)
    ]
    assert [run.scope for run in _last_runs(runs[::-1])] == last
