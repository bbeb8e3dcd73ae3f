"""Who works on the batches, and that a batch which fails for good is not begun again by a cluster."""

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


def test_a_batch_that_fails_for_good_is_not_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "work_on", _fail)
    _begun.clear()
    workplace = Workplace("sqlite:///none.db", "sqlite:///none.db", Scope())
    within = {"processes": False, "n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with (
        dask.config.set(cluster.SETTINGS),
        Client(**within) as client,  # type: ignore[no-untyped-call]
        pytest.raises(ZeroDivisionError),
    ):
        next(DaskCluster(client).work([BatchTask("r", 7, Bounds("schemes"))], workplace, Decisions()))
    assert _begun == [7]


def _fail(task: BatchTask, *_: Any) -> None:
    _begun.append(task.number)
    raise ZeroDivisionError
