"""Who works on the batches: this process, a local Dask cluster, or one that is there already."""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

from migrate.errors import MigrationError
from migrate.run.batch import BatchTask, Prepared, prepare_task, work_on
from migrate.run.unchanged import Unchanged
from migrate.run.workplace import Workplace
from migrate.transform.decisions import Decisions

WORKER_DEATHS = 3
"""How often a batch may lose its worker before the run gives up on it."""


class Workers(Protocol):
    """Works on batches and gives their counts as they are done."""

    def work(
        self, tasks: Sequence[BatchTask], workplace: Workplace, decisions: Decisions
    ) -> Generator[dict[str, Any], None, None]:
        """Yield the counts of each batch, in any order."""


class ThisProcess:
    """One batch after the other; while one is loaded the next is read and transformed."""

    def work(
        self, tasks: Sequence[BatchTask], workplace: Workplace, decisions: Decisions
    ) -> Generator[dict[str, Any], None, None]:
        """Yield the counts of each batch, in order."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="prepare") as ahead:
            upcoming: Future[Prepared | Unchanged] | None = None
            for place, task in enumerate(tasks):
                ready = _outcome(upcoming)
                following = tasks[place + 1] if place + 1 < len(tasks) else None
                if ready is None:
                    ready = _outcome(ahead.submit(prepare_task, task, workplace, decisions))
                upcoming = ahead.submit(prepare_task, following, workplace, decisions) if following else None
                yield work_on(task, workplace, decisions, ready)


def _outcome(future: Future[Prepared | Unchanged] | None) -> Prepared | Unchanged | None:
    """Return what was prepared, or None where that failed: the batch then tries it again itself."""
    if future is None or future.exception() is not None:
        return None
    return future.result()


class DaskCluster:
    """Batches as tasks of a Dask cluster; one whose worker dies is handed to another."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def work(
        self, tasks: Sequence[BatchTask], workplace: Workplace, decisions: Decisions
    ) -> Generator[dict[str, Any], None, None]:
        """Yield the counts of each batch as it is done."""
        from distributed import KilledWorker, as_completed

        futures = [
            self._client.submit(work_on, task, workplace, decisions, pure=False, retries=WORKER_DEATHS)
            for task in tasks
        ]
        try:
            for future in as_completed(futures):
                yield future.result()
        except KilledWorker as error:
            raise MigrationError(
                f"A batch lost its worker {WORKER_DEATHS} times ({error}). "
                "What is committed stays; run again."
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

    with dask.config.set({"distributed.scheduler.allowed-failures": WORKER_DEATHS}):
        if scheduler is not None:
            with Client(scheduler) as client:
                yield DaskCluster(client)
            return
        with (
            LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                silence_logs=50,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield DaskCluster(client)
