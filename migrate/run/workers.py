"""Who works on the batches: this process, a local Dask cluster, or one that is there already."""

# mypy: disable-error-code="no-untyped-call"

import logging
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest
from multiprocessing import forkserver, resource_tracker
from typing import Any, Protocol

from migrate.errors import MigrationError
from migrate.run.batch import prepare_ahead, work_on
from migrate.run.looking import look
from migrate.run.prepared import Prepared, Rows, read
from migrate.run.task import BatchTask
from migrate.run.unchanged import Unchanged
from migrate.run.workplace import Workplace
from migrate.transform.decisions import Decisions
from migrate.transform.early import load_readers

LOOKS = 4
"""How many batches are looked at at once: the servers do it, and wait for their disks in between."""

READ_AHEAD = frozenset({"sqlite"})
"""Engines that read in this process, and so in a thread of their own. Elsewhere the server does it meanwhile,
and rows that lie ready would only take memory."""

WORKER_DEATHS = 3
"""How often a batch that lost its worker is handed to another."""

DESERTED_SECONDS = 120
"""How long a local cluster may be without workers, each of which gets a successor; then the run gives up."""

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
"""What watches a cluster is turned down: nobody looks, and it took a tenth of the workers' time. Memory is
kept from batch to batch: Dask has each worker give it back, to be asked for again a moment later."""

_ANY_PORT = "127.0.0.1:0"
"""Where a local scheduler answers in HTTP, which it does without a dashboard as well: 8787 may be taken."""

_FORKED = "forkserver"
_IMPORTED_ONCE = ("distributed", "migrate.run.batch", "migrate.transform.early")
"""What a local cluster's workers begin with: they are forked from one process that has imported it, where the
system can do that."""


class Workers(Protocol):
    """Works on batches and gives their counts as they are done."""

    def warm_up(self, workplace: Workplace) -> None:
        """Have whoever transforms load what the first odd text would load; v2 lists its keys meanwhile."""

    def work(
        self, tasks: Sequence[BatchTask], workplace: Workplace, decisions: Decisions
    ) -> Generator[dict[str, Any], None, None]:
        """Yield the counts of each batch, in any order."""


class ThisProcess:
    """One batch after the other: while one is loaded the next is transformed and compared, and the one after
    that is read, of some engines.

    One at a time, for two would wait for each other in Python. Whether anything has changed in the batches
    after it, the servers are asked meanwhile.
    """

    def warm_up(self, workplace: Workplace) -> None:
        """Load it here."""
        _load_readers(workplace)

    def work(
        self, tasks: Sequence[BatchTask], workplace: Workplace, decisions: Decisions
    ) -> Generator[dict[str, Any], None, None]:
        """Yield the counts of each batch, in order."""
        with (
            ThreadPoolExecutor(LOOKS, "look") as looking,
            ThreadPoolExecutor(1, "read") as reading,
            ThreadPoolExecutor(1, "prepare") as preparing,
        ):
            looks = _begun_ahead(tasks, LOOKS, lambda task: looking.submit(look, task, workplace))
            reads = _begun_ahead(tasks, 1, lambda task: reading.submit(_read, task, next(looks), workplace))
            prepared = _begun_ahead(
                tasks,
                1,
                lambda task: preparing.submit(_prepare, task, next(reads), workplace, decisions),
            )
            try:
                for task, ready in zip(tasks, prepared, strict=True):
                    yield work_on(task, workplace, decisions, _outcome(ready))
            finally:
                looking.shutdown(cancel_futures=True)
                reading.shutdown(cancel_futures=True)
                preparing.shutdown(cancel_futures=True)


def _begun_ahead(
    tasks: Sequence[BatchTask], count: int, begin: Callable[[BatchTask], Future[Any]]
) -> Iterator[Future[Any]]:
    """Give what is begun for each task, in order, when so many of the following ones are begun as well."""
    begun = deque(map(begin, tasks[:count]))
    for _, following in zip_longest(tasks, tasks[count:]):
        if following is not None:
            begun.append(begin(following))
        yield begun.popleft()


def _read(task: BatchTask, looked: Future[Unchanged | None], workplace: Workplace) -> Rows | Unchanged | None:
    unchanged: Unchanged | None = _outcome(looked)
    if unchanged or workplace.source.engine.dialect.name not in READ_AHEAD:
        return unchanged
    return read(task.bounds, workplace, marked=True)


def _prepare(
    task: BatchTask, found: Future[Rows | Unchanged | None], workplace: Workplace, decisions: Decisions
) -> Prepared | Unchanged:
    rows = _outcome(found)
    return rows if isinstance(rows, Unchanged) else prepare_ahead(task, workplace, decisions, rows)


def _load_readers(workplace: Workplace) -> None:
    load_readers(workplace.rules)


def _outcome(future: Future[Any]) -> Any:
    """Return what was found, or None where that failed: whoever needs it then tries it again itself."""
    return None if future.exception() is not None else future.result()


class DaskCluster:
    """Batches as tasks of a Dask cluster; one whose worker dies is handed to another."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._warming_up: list[Any] = []  # what nobody holds is cancelled

    def warm_up(self, workplace: Workplace) -> None:
        """Have each worker that is there load it, and import all that batches need to ask for it."""
        workers = self._client.scheduler_info()["workers"]
        self._warming_up = [
            self._client.submit(_load_readers, workplace, workers=[each], pure=False) for each in workers
        ]

    def work(
        self, tasks: Sequence[BatchTask], workplace: Workplace, decisions: Decisions
    ) -> Generator[dict[str, Any], None, None]:
        """Yield the counts of each batch as it is done."""
        from distributed import CancelledError, KilledWorker, as_completed
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import NoWorkerError

        futures = [
            self._client.submit(work_on, task, workplace, decisions, pure=False, retries=WORKER_DEATHS)
            for task in tasks
        ]
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


@contextmanager
def open_workers(count: int, scheduler: str | None) -> Iterator[Workers]:
    """Open this process, a local cluster of `count` processes, or the cluster at `scheduler`."""
    if scheduler is None and count <= 1:
        yield ThisProcess()
        return
    import dask
    from distributed import Client, LocalCluster
    from distributed.utils import silence_logging_cmgr

    with dask.config.set(SETTINGS), silence_logging_cmgr(logging.CRITICAL):
        if scheduler is not None:
            with _opened(
                lambda: Client(scheduler), f"--scheduler {scheduler}: no Dask scheduler could be spoken to"
            ) as client:
                yield DaskCluster(client)
            return
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
            dask.config.set(_forked_where_possible()),
            _opened(begun, failure) as cluster,
            _opened(lambda: Client(cluster), failure) as client,
        ):
            yield DaskCluster(client)


def _forked_where_possible() -> dict[str, str]:
    """Return Dask's setting for workers that are forked, and name what they are to begin with."""
    if _FORKED not in multiprocessing.get_all_start_methods():
        return {}
    import dask
    from distributed.utils import get_mp_context

    setting = {"distributed.worker.multiprocessing-method": _FORKED}
    with dask.config.set(setting):
        get_mp_context().set_forkserver_preload(list(_IMPORTED_ONCE))  # Dask names its own the first time
    _begin_forking()
    return setting


def _begin_forking() -> None:
    """Start the process that workers are forked from, deaf to SIGINT as they will be.

    Ctrl-C reaches each process of the terminal, and only this one is to decide when the work ends.
    """
    resource_tracker.ensure_running()  # it would have the signal let through again
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
