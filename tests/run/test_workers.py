"""Who works on the batches, and that a batch which fails for good is not begun again by a cluster."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dask
import pytest
from distributed import Client

from migrate.extract.bounds import Bounds
from migrate.load.ledger.scope import Scope
from migrate.run import cluster
from migrate.run.cluster import DaskCluster
from migrate.run.task import BatchTask
from migrate.run.this_process import ThisProcess
from migrate.run.workers import open_workers
from migrate.run.workplace import Workplace
from migrate.transform.decision_lookup import Decisions

ADDRESS = "tcp://10.0.0.1:8786"
WORKERS: list[tuple[int, str | None, object]] = [  # how many, whose scheduler → who works
    (0, None, None),
    (1, None, None),
    (2, None, 2),
    (1, ADDRESS, ADDRESS),
    (4, ADDRESS, ADDRESS),
]
_begun: list[int] = []


@pytest.mark.parametrize(("count", "scheduler", "opened"), WORKERS)
def test_a_scheduler_comes_before_a_count_and_one_worker_is_this_process(
    count: int, scheduler: str | None, opened: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def as_asked(asked: object) -> Iterator[object]:
        yield asked

    monkeypatch.setattr(cluster, "start_cluster", as_asked)
    monkeypatch.setattr(cluster, "join_cluster", as_asked)
    with open_workers(count, scheduler) as workers:
        assert isinstance(workers, ThisProcess) if opened is None else workers == opened


TASK = BatchTask("r", 7, Bounds("schemes"))


def test_a_batch_that_fails_for_good_is_not_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "work_on", _fail)
    _begun.clear()
    with pytest.raises(ZeroDivisionError):
        _worked_on_by_a_cluster()
    assert _begun == [7]


def test_a_worker_looks_for_cycles_of_garbage_between_batches_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "work_on", lambda *_: {"collecting": gc.isenabled()})
    gc.enable()
    try:
        assert _worked_on_by_a_cluster() == {"collecting": False}
        assert gc.isenabled()
    finally:
        gc.disable()  # as during any test


def _worked_on_by_a_cluster() -> dict[str, Any]:
    """Return the counts of a batch; the cluster's only worker is a thread of this process."""
    workplace = Workplace("sqlite:///none.db", "sqlite:///none.db", Scope())
    within = {"processes": False, "n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with dask.config.set(cluster.SETTINGS), Client(**within) as client:  # type: ignore[no-untyped-call]
        return next(DaskCluster(client).work([TASK], workplace, Decisions()))


def _fail(task: BatchTask, *_: Any) -> None:
    _begun.append(task.number)
    raise ZeroDivisionError
