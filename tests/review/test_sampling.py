"""The sample: what it proves is exact, and rows are drawn from what nobody looked at."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from migrate.decisions.decision import Decision
from migrate.review.sampling import bound, note_of, propose, unlooked, upper_bound
from migrate.schema import ledger
from tests.recording import record_decision
from tests.review.browsing import snapshot_of

BOUNDS = [  # rows looked at, wrong, the bound at 95 %: Clopper and Pearson's tables
    (0, 0, 1.0),
    (1, 0, 0.95),
    (10, 0, 0.2589),
    (59, 0, 0.0495),
    (299, 0, 0.00997),
    (20, 1, 0.2161),
    (100, 5, 0.1023),
    (10, 10, 1.0),
]


@pytest.mark.parametrize(("looked_at", "wrong", "expected"), BOUNDS)
def test_the_bound_is_the_exact_one(looked_at: int, wrong: int, expected: float) -> None:
    assert upper_bound(looked_at, wrong, 0.95) == pytest.approx(expected, abs=5e-5)


@settings(deadline=None)  # the machine may be busy
@given(st.integers(1, 500), st.data())
def test_more_errors_never_prove_less(looked_at: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, looked_at - 1))
    fewer, more = upper_bound(looked_at, wrong, 0.95), upper_bound(looked_at, wrong + 1, 0.95)
    assert wrong / looked_at <= fewer <= more <= 1


def test_rows_are_drawn_from_groups_with_a_value_and_without_a_decision(ledger_engine: Engine) -> None:
    decided = Decision("text", "training", "duration", "accept", raw_value="1 week", reviewer="Kim")
    with ledger_engine.begin() as connection:
        record_decision(connection, decided)
    snapshot = snapshot_of(ledger_engine)
    assert int(unlooked(snapshot).sum()) == 68
    with ledger_engine.connect() as connection:
        drawn = propose(connection, snapshot, size=20, seed=7)
        again = propose(connection, snapshot, size=20, seed=7)
    assert len({row.anomaly_id for row in drawn}) == len(drawn) == 20
    assert drawn == again
    assert {row.start for row in drawn} <= {"2 days", "2 Days"}


def test_verdicts_count_for_their_round_and_wrong_ones_for_good(ledger_engine: Engine) -> None:
    right = _verdicts("accept", None, "1", "2", "3")
    wrong = _verdicts("set", "15", "4")
    with ledger_engine.begin() as connection:
        for decision in (*right, *wrong):
            record_decision(connection, decision)
    proved = bound(snapshot_of(ledger_engine), 1, 0.95)
    assert (proved.rows, proved.looked_at, proved.wrong) == (80, 4, 1)
    with ledger_engine.begin() as connection:
        all_of_it = Decision("text", "training", "duration", "accept", raw_value="2 days", reviewer="Kim")
        record_decision(connection, all_of_it)
    after = bound(snapshot_of(ledger_engine), 1, 0.95)
    assert (after.rows, after.looked_at, after.wrong) == (12, 1, 1)
    assert bound(snapshot_of(ledger_engine), 2, 0.95).looked_at == 0


def test_verdicts_prove_as_much_after_a_run_has_settled_their_rows(ledger_engine: Engine) -> None:
    settled = [str(number) for number in range(1, 11)]
    with ledger_engine.begin() as connection:
        for decision in _verdicts("accept", None, *settled):
            record_decision(connection, decision)
    before = bound(snapshot_of(ledger_engine), 1, 0.95)
    c = ledger.anomalies.c
    with ledger_engine.begin() as connection:
        connection.execute(delete(ledger.anomalies).where(c.v2_table == "training", c.v2_id.in_(settled)))
    after = bound(snapshot_of(ledger_engine), 1, 0.95)
    assert (before.rows, before.looked_at, before.wrong) == (80, 10, 0)
    assert (after.rows, after.looked_at, after.wrong) == (70, 10, 0)


def test_a_row_with_a_verdict_is_not_drawn_again(ledger_engine: Engine) -> None:
    ids = [str(number) for number in range(1, 61)]
    with ledger_engine.begin() as connection:
        for decision in _verdicts("accept", None, *ids):
            record_decision(connection, decision)
    snapshot = snapshot_of(ledger_engine)
    with ledger_engine.connect() as connection:
        drawn = propose(connection, snapshot, size=20, seed=7)
    assert drawn
    assert not {row.v2_id for row in drawn} & set(ids)


def _verdicts(action: str, value: str | None, *ids: str) -> list[Decision]:
    return [
        Decision("row", "training", "duration", action, v2_id=v2_id, raw_value="2 days", value=value,
                 reviewer="Kim", note=note_of(1))
        for v2_id in ids
    ]  # fmt: skip
