"""What verification found counts for the cohorts that it looked at, until they move again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from migrate.load.ledger.scope import Scope
from migrate.report.results import current_balance, current_checks
from migrate.report.runs import Run

Line = dict[str, Any]
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def line(cohort: str | None, left: int = 0) -> Line:
    return {"cohort": cohort, "v2_table": "training", "open": left, "balanced": not left}


def run(command: str, cohort: str | None, *balance: Line) -> Run:
    scope = Scope((cohort,) if cohort else ())
    return Run(command, command, cohort, "completed", "1", BEGUN, None, scope, balance=list(balance))


GOOD_A, GOOD_B, BAD_A, SCHEMES = line("A"), line("B"), line("A", 3), line(None)
HISTORIES = {  # runs from the first to the last, cohorts, lines that hold, cohorts of which nothing is known
    "never verified": ([run("run", "A")], ["A"], [], ["A"]),
    "verified": ([run("run", "A"), run("verify", "A", GOOD_A)], ["A"], [GOOD_A], []),
    "moved since": ([run("verify", "A", GOOD_A), run("run", "A")], ["A"], [], ["A"]),
    "taken back since": ([run("verify", "A", GOOD_A), run("rollback", None)], ["A"], [], ["A"]),
    "another cohort verified since": (
        [run("run", "A"), run("run", "B"), run("verify", "A", BAD_A), run("verify", "B", GOOD_B)],
        ["A", "B"],
        [BAD_A, GOOD_B],
        [],
    ),
    "one of two verified": (
        [run("run", "A"), run("verify", "A", GOOD_A), run("run", "B")],
        ["A", "B"],
        [GOOD_A],
        ["B"],
    ),
    "verified again, alone": (
        [run("run", None), run("verify", None, BAD_A, GOOD_B, SCHEMES), run("verify", "A", GOOD_A)],
        ["A", "B", None],
        [GOOD_A, GOOD_B, SCHEMES],
        [],
    ),
    "rows of a cohort that the ledger does not know": (
        [run("run", "A"), run("verify", None, GOOD_A, line("C", 7))],
        ["A"],
        [GOOD_A, line("C", 7)],
        [],
    ),
    "schemes moved with a cohort": (
        [run("run", "A"), run("verify", "A", GOOD_A, SCHEMES)],
        ["A", None],
        [GOOD_A, SCHEMES],
        [],
    ),
}


@pytest.mark.parametrize(("history", "cohorts", "lines", "unknown"), HISTORIES.values(), ids=HISTORIES)
def test_the_newest_balance_of_each_cohort_holds_until_it_moves(
    history: list[Run], cohorts: list[str | None], lines: list[Line], unknown: list[str | None]
) -> None:
    found = current_balance(_newest_first(history), cohorts, everyone=True)
    assert sorted(found.lines, key=repr) == sorted(lines, key=repr)
    assert found.unknown == unknown


def test_the_suites_count_until_anything_moves_without_them() -> None:
    checked = replace(run("run", "A"), checks=[{"passed": True}])
    assert current_checks(_newest_first([run("run", None), checked])).lines == [{"passed": True}]
    assert current_checks(_newest_first([checked, run("run", "B")])).lines == []
    assert current_checks(_newest_first([checked, run("verify", None, GOOD_A)])).lines == [{"passed": True}]


def _newest_first(history: list[Run]) -> list[Run]:
    told = [
        replace(each, run_id=str(place), started_at=each.started_at + timedelta(place))
        for place, each in enumerate(history)
    ]
    return told[::-1]
