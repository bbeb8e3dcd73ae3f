"""Who works on the batches: this process, a local Dask cluster, or one that is there already."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from migrate.run.task import BatchTask
from migrate.run.this_process import ThisProcess
from migrate.run.workplace import Workplace
from migrate.transform.decision_lookup import Decisions


class Workers(Protocol):
    """Works on batches and gives their counts as they are done."""

    def warm_up(self, workplace: Workplace) -> None:
        """Have whoever transforms load its readers early, while v2 lists its keys."""

    def work(
        self, tasks: Sequence[BatchTask], workplace: Workplace, decisions: Decisions
    ) -> Generator[dict[str, Any], None, None]:
        """Yield the counts of each batch, in any order."""


@contextmanager
def open_workers(count: int, scheduler: str | None) -> Iterator[Workers]:
    """Open this process, a local cluster of `count` processes, or the cluster at `scheduler`.

    Raises MigrationError where a cluster cannot be opened.
    """
    if scheduler is None and count <= 1:
        yield ThisProcess()
        return
    from migrate.run.cluster import join_cluster, start_cluster

    with start_cluster(count) if scheduler is None else join_cluster(scheduler) as cluster:
        yield cluster
