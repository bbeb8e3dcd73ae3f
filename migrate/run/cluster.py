"""A Dask cluster that works on the batches: opened on this machine, or joined where there is one already."""

# mypy: disable-error-code="no-untyped-call"

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing import forkserver, resource_tracker
from typing import Any

import dask
from distributed import CancelledError, Client, KilledWorker, LocalCluster, as_completed
from distributed.comm.core import CommClosedError
from distributed.scheduler import NoWorkerError
from distributed.utils import get_mp_context, silence_logging_cmgr

from migrate.errors import MigrationError
from migrate.run.batch import work_on
from migrate.run.garbage import kept_for_later
from migrate.run.task import BatchTask
from migrate.run.workplace import Workplace
from migrate.transform.decision_lookup import Decisions
from migrate.transform.early_loading import load_readers

WORKER_DEATHS = 3
"""How often a batch that lost its worker is handed to another."""

DESERTED_SECONDS = 120
"""How long a cluster may be without workers before the run gives up: a local one, which replaces each worker
that dies, and one that was joined before it had started its first."""

SETTINGS = {
    "distributed.scheduler.allowed-failures": WORKER_DEATHS,
    "distributed.scheduler.no-workers-timeout": f"{DESERTED_SECONDS}s",
    "distributed.worker.profile.enabled": False,  # a hundred samples a second of every worker
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 1 << 28,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 1 << 25,
}
"""Dask's monitoring is turned down: nobody looks at it, and it took a tenth of the workers' time. The malloc
thresholds let a worker keep its memory from batch to batch; as Dask sets them it gives the memory back, only
to ask for it again a moment later."""

_ANY_PORT = "127.0.0.1:0"
"""Where a local scheduler serves HTTP, as it does even without a dashboard: Dask's own port may be taken."""

_FORKED = "forkserver"
_IMPORTED_ONCE = ("distributed", "migrate.run.batch", "migrate.transform.early_loading")
"""Modules that a local cluster's workers need not import: where the system can fork, they are forked from one
process that has."""


class DaskCluster:
    """Batches as tasks of a Dask cluster; one whose worker dies is handed to another."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._warming_up: list[Any] = []  # Dask cancels a task whose future nobody holds

    def warm_up(self, workplace: Workplace) -> None:
        """Have each worker load the readers, and with them everything else that a batch imports."""
        workers = self._client.scheduler_info()["workers"]
        self._warming_up = [
            self._client.submit(_load_readers, workplace, workers=[each], pure=False) for each in workers
        ]

    def work(
        self, tasks: Sequence[BatchTask], workplace: Workplace, decisions: Decisions
    ) -> Generator[dict[str, Any], None, None]:
        """Yield the counts of each batch as it is done."""
        futures = [self._client.submit(_work_on, task, workplace, decisions, pure=False) for task in tasks]
        try:
            for future in as_completed(futures):
                yield future.result()
        except KilledWorker as error:
            raise MigrationError(
                f"A batch lost its worker {WORKER_DEATHS + 1} times; where that is for want of memory, "
                "a smaller --batch-size helps. What is committed stays; run again."
            ) from error
        except (CancelledError, CommClosedError, NoWorkerError) as error:
            raise MigrationError(
                "The Dask cluster is gone: its scheduler no longer answers, or it has no workers. "
                "What is committed stays; run again when it is there."
            ) from error
        finally:
            self._client.cancel(futures)


def _work_on(task: BatchTask, workplace: Workplace, decisions: Decisions) -> dict[str, Any]:
    """Work on a batch in a worker. Its garbage waits for its end, as it does in a run without a cluster."""
    with kept_for_later():
        return work_on(task, workplace, decisions)


def _load_readers(workplace: Workplace) -> None:
    load_readers(workplace.rules)


@contextmanager
def start_cluster(count: int) -> Iterator[DaskCluster]:
    """Open a cluster of so many processes on this machine. Raises MigrationError."""
    begun = partial(
        LocalCluster,
        n_workers=count,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": _ANY_PORT},
        silence_logs=logging.CRITICAL,
    )
    failure = f"--workers {count}: they could not be started"
    with (
        _set_up(),
        dask.config.set(_forked_where_possible()),
        _opened(begun, failure) as cluster,
        _opened(lambda: Client(cluster), failure) as client,
    ):
        yield DaskCluster(client)


@contextmanager
def join_cluster(scheduler: str) -> Iterator[DaskCluster]:
    """Open the cluster at an address. Raises MigrationError."""
    failure = f"--scheduler {scheduler}: no Dask scheduler could be spoken to"
    with _set_up(), _opened(lambda: Client(scheduler), failure) as client:
        _wait_for_a_worker(client, scheduler)
        yield DaskCluster(client)


def _wait_for_a_worker(client: Any, scheduler: str) -> None:
    """Give a cluster without workers something to do: an adaptive cluster then starts its first.

    Raises MigrationError where no worker comes.
    """
    if client.scheduler_info()["workers"]:
        return
    try:
        client.submit(os.getpid, pure=False).result(timeout=DESERTED_SECONDS)
    except (TimeoutError, NoWorkerError) as error:
        raise MigrationError(
            f"--scheduler {scheduler}: the cluster has no workers, and {DESERTED_SECONDS} seconds brought "
            "none. No batch was begun; start workers and run again."
        ) from error


@contextmanager
def _set_up() -> Iterator[None]:
    with dask.config.set(SETTINGS), silence_logging_cmgr(logging.CRITICAL):
        yield


def _forked_where_possible() -> dict[str, str]:
    """Return Dask's setting for workers that are forked, and name what they are to begin with."""
    if _FORKED not in multiprocessing.get_all_start_methods():
        return {}
    setting = {"distributed.worker.multiprocessing-method": _FORKED}
    with dask.config.set(setting):
        get_mp_context().set_forkserver_preload(list(_IMPORTED_ONCE))  # Dask names its own the first time
    _begin_forking()
    return setting


def _begin_forking() -> None:
    """Start the process that workers are forked from, deaf to SIGINT as they will be.

    Ctrl-C reaches each process of the terminal, and only this one is to decide when the work ends.
    """
    resource_tracker.ensure_running()  # started within `forkserver`, it would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _opened(opening: Callable[[], Any], failure: str) -> Iterator[Any]:
    """Open a cluster or a client of one. Raises MigrationError, with the failure and Dask's reason."""
    try:
        opened = opening()
    except (OSError, RuntimeError, TypeError, ValueError) as error:  # no answer, no room, no certificate
        reason = " ".join(str(error).split()) or type(error).__name__
        raise MigrationError(
            f"{failure}: {reason}. No batch was begun; run again when that is mended."
        ) from error
    with opened:
        yield opened
