"""What waits to be applied: a decision, in each cohort whose runs have not brought it to everybody."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, insert

from migrate.decisions.applied import read_run_decisions
from migrate.decisions.decision import Decision
from migrate.decisions.record import append_decisions
from migrate.review.waiting import waiting_for
from migrate.schema import ledger
from tests.ledgers import put
from tests.review.browsing import Reviewer, snapshot_of
from tests.servers import opened

_TEXT = "three and a bit"
_NIGHT = datetime.fromisoformat("2027-01-01T20:00")

Run = tuple[int, str, list[str], list[str]]  # last decision read, status, cohorts, members
ALL: list[str] = []
CASES: list[tuple[str, list[str], list[Run], list[str] | None]] = [
    # actions on the text, cohorts where it is reported, runs, where it waits: None for nowhere, [] for all
    ("no run has read it", ["set"], [(0, "completed", ALL, [])], ["A", "B"]),
    ("one cohort has it", ["set"], [(0, "completed", ALL, []), (1, "completed", ["A"], [])], ["B"]),
    ("no run was of all", ["set"], [(0, "completed", ["A"], [])], ["A", "B"]),
    ("both have it", ["set"], [(1, "completed", ["A"], []), (1, "completed", ["B"], [])], None),
    ("an older run ends later", ["set"], [(1, "completed", ALL, []), (0, "completed", ["A"], [])], None),
    ("interrupted", ["set"], [(0, "completed", ALL, []), (1, "interrupted", ALL, [])], ["A", "B"]),
    ("at work", ["set"], [(0, "completed", ALL, []), (1, "running", ["A"], [])], ["A", "B"]),
    ("members alone", ["set"], [(1, "completed", ALL, ["7"])], ["A", "B"]),
    ("withdrawn unread", ["set", "withdraw"], [(0, "completed", ALL, [])], None),
    # who is in no cohort may hold the earlier value too, and moves in a run of all
    ("withdrawn once read by a run of all", ["set", "withdraw"], [(1, "completed", ALL, [])], []),
    (
        "withdrawn once read, taken back in one of three cohorts",
        ["set", "withdraw"],
        [(1, "completed", ["A", "C"], []), (1, "completed", ["B"], []), (2, "completed", ["A"], [])],
        ["B", "C"],
    ),
]


@pytest.mark.parametrize(("_", "actions", "runs", "where"), CASES, ids=[case[0] for case in CASES])
def test_a_decision_waits_where_no_run_has_brought_it_to_everybody(
    sqlite_ledger: Engine, _: str, actions: list[str], runs: list[Run], where: list[str] | None
) -> None:
    _report(sqlite_ledger, "A", "B")
    _decide(sqlite_ledger, actions)
    _run(sqlite_ledger, runs)
    assert _waiting(sqlite_ledger) == ((0, []) if where is None else (1, where))


ROWS: list[tuple[str | None, list[str], list[str] | None]] = [
    # the row's cohort, cohorts that have run since, where the decision waits
    ("A", [], ["A"]),
    ("A", ["B"], ["A"]),
    ("A", ["B", "A"], None),
    (None, ["A"], ALL),
    ("", ["A"], ALL),
]


@pytest.mark.parametrize(("cohort", "runs", "where"), ROWS)
def test_a_decision_on_a_row_waits_in_the_rows_own_cohort(
    sqlite_ledger: Engine, cohort: str | None, runs: list[str], where: list[str] | None
) -> None:
    """Also where it replaces one that a run of all has read, and nothing is reported of the row any more."""
    with sqlite_ledger.begin() as connection:
        fate = {"v2_id": "8800", "fate": "migrated", "run_id": "r"}
        put(connection, ledger.rows, fate | {"v2_table": "training", "cohort": cohort})
        put(connection, ledger.rows, fate | {"v2_table": "employment", "cohort": "B"})
        for number in range(2):
            moment = _NIGHT + timedelta(minutes=number)
            one = Decision("row", "training", "duration", "set", v2_id="8800", value="3", reviewer="Kim")
            append_decisions(connection, [replace(one, decided_at=moment)])
    _run(sqlite_ledger, [(1, "completed", ALL, []), *((2, "completed", [each], []) for each in runs)])
    assert _waiting(sqlite_ledger) == ((0, []) if where is None else (1, where))


HELD: list[tuple[list[Run], list[str] | None]] = [
    # runs, where a decision waits to be taken back of which nothing is reported any more
    ([(1, "completed", ALL, [])], ["A", "B"]),
    ([(1, "completed", ALL, []), (2, "completed", ["A"], [])], ["B"]),
    ([(1, "completed", ALL, []), (2, "completed", ["A"], []), (2, "completed", ["B"], [])], None),
    ([(1, "interrupted", ["B"], [])], ["B"]),
]


@pytest.mark.parametrize(("runs", "where"), HELD)
def test_a_decision_is_taken_back_wherever_v3_may_hold_its_value_though_nothing_is_reported_there(
    sqlite_url: str, runs: list[Run], where: list[str] | None
) -> None:
    """Neither who was left out nor who has no record of the kind is waited for."""
    left_out = {"v2_table": "training", "v2_id": "3", "fate": "rejected", "reason": "orphan"}
    with opened(sqlite_url) as engine:
        with engine.begin() as connection:
            for v2_table, v2_id, cohort in (
                ("training", "1", "A"),
                ("training", "2", "B"),
                ("members", "1", "C"),
            ):
                fate = {"v2_table": v2_table, "v2_id": v2_id, "cohort": cohort, "fate": "migrated"}
                put(connection, ledger.rows, fate, run_id="r")
            put(connection, ledger.rows, left_out, run_id="r")
        _decide(engine, ["set", "withdraw"])
        _run(engine, runs)
        assert _waiting(engine) == ((0, []) if where is None else (1, where))


UNKNOWN: list[tuple[list[Run], list[str] | None]] = [
    # runs, where a decision waits of which neither the ledger nor an anomaly tells whose it is
    ([], ALL),
    ([(0, "completed", ALL, [])], ALL),
    ([(1, "interrupted", ALL, [])], ALL),
    ([(1, "completed", ["A"], [])], None),
    ([(2, "completed", ["A"], []), (0, "completed", ["B"], [])], None),
]


@pytest.mark.parametrize("scope", ["text", "row"])
@pytest.mark.parametrize(("runs", "where"), UNKNOWN)
def test_a_decision_on_what_nobody_knows_waits_until_a_whole_run_has_read_it(
    sqlite_ledger: Engine, runs: list[Run], where: list[str] | None, scope: str
) -> None:
    """A file of decisions may be imported before the first run."""
    found = {"raw_value": _TEXT} if scope == "text" else {"v2_id": "8800"}
    one = Decision(
        scope, "training", "duration", "set", value="3", reviewer="Kim", decided_at=_NIGHT, **found
    )
    with sqlite_ledger.begin() as connection:
        append_decisions(connection, [one])
    _run(sqlite_ledger, runs)
    assert _waiting(sqlite_ledger) == ((0, []) if where is None else (1, where))


@pytest.mark.parametrize("cohort", [None, ""])
def test_a_decision_on_a_text_of_members_in_no_cohort_waits_for_a_run_of_all(
    sqlite_ledger: Engine, cohort: str | None
) -> None:
    _report(sqlite_ledger, cohort, "A")
    _decide(sqlite_ledger, ["set"])
    _run(sqlite_ledger, [(1, "completed", ["A"], [])])
    assert _waiting(sqlite_ledger) == (1, ALL)


@pytest.mark.parametrize(("cohort", "is_open"), [("A", True), ("B", False)])
def test_what_a_run_could_not_apply_stays_decided_again_while_other_cohorts_run(
    sqlite_ledger: Engine, cohort: str, is_open: bool
) -> None:
    said = {"code": "decision-stale", "severity": "warning", "raw_value": _TEXT, "run_id": "r"}
    with sqlite_ledger.begin() as connection:
        row = said | {"v2_id": "8800", "cohort": "A", "v2_table": "training", "v2_column": "duration"}
        put(connection, ledger.anomalies, row)
    _decide(sqlite_ledger, ["set"])
    _run(sqlite_ledger, [(0, "completed", ALL, []), (1, "completed", [cohort], [])])
    snapshot = snapshot_of(sqlite_ledger)
    (place,) = snapshot.decided.cells_with("training", "duration", _TEXT)
    assert bool(snapshot.decided.decided[place] == 0) is is_open


@pytest.mark.parametrize(
    ("status", "words"),
    [("completed", None), ("running", "did not come to its end"), ("interrupted", "did not come to its end")],
)
def test_apply_says_that_the_last_run_is_not_done(
    sqlite_ledger: Engine, reviewer: Reviewer, status: str, words: str | None
) -> None:
    """A run that says it is running, and whose process is gone, was interrupted."""
    _run(sqlite_ledger, [(0, status, ALL, [])])
    page = reviewer.get("/apply").text
    assert ("did not come to its end" in page or "A run is at work" in page) is (words is not None)


def _waiting(engine: Engine) -> tuple[int, list[str]]:
    """Return how many decisions wait, and in which cohorts."""
    with engine.connect() as connection:
        waiting = waiting_for(connection, snapshot_of(engine), read_run_decisions(connection))
    return waiting.decisions, waiting.cohorts


def _report(engine: Engine, *cohorts: str | None) -> None:
    said = {"code": "no-unit", "severity": "warning", "raw_value": _TEXT, "run_id": "r"}
    rows = [{**said, "v2_id": str(8000 + n), "cohort": cohort} for n, cohort in enumerate(cohorts)]
    with engine.begin() as connection:
        put(connection, ledger.anomalies, *rows, v2_table="training", v2_column="duration")


def _decide(engine: Engine, actions: list[str]) -> None:
    with engine.begin() as connection:
        for number, action in enumerate(actions):
            value = "3" if action == "set" else None
            moment = _NIGHT + timedelta(minutes=number)
            one = Decision(
                "text", "training", "duration", action,
                raw_value=_TEXT, value=value, reviewer="Kim", decided_at=moment,
            )  # fmt: skip
            append_decisions(connection, [one])


def _run(engine: Engine, runs: list[Run]) -> None:
    with engine.begin() as connection:
        for number, (read, status, cohorts, members) in enumerate(runs):
            scope = json.dumps({"cohorts": cohorts, "members": members, "state": f"r/{read}/c"})
            row = {"run_id": f"2027-{number}", "command": "run", "status": status, "scope": scope}
            moment = _NIGHT + timedelta(days=number)
            connection.execute(insert(ledger.runs).values(**row, rules_version="r", started_at=moment))
