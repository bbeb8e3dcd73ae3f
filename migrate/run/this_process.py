"""Works on the batches in this process: the next ones are looked at and prepared while one is written."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import zip_longest
from typing import Any

from migrate.run.batch import prepare_ahead, work_on
from migrate.run.looking import look
from migrate.run.prepared import Prepared, Rows, read
from migrate.run.task import BatchTask
from migrate.run.unchanged import Unchanged
from migrate.run.workplace import Workplace
from migrate.transform.decision_lookup import Decisions
from migrate.transform.early_loading import load_readers

LOOKS = 4
"""How many batches are looked at at once: the servers do it, and wait for their disks in between."""

READ_AHEAD = frozenset({"sqlite"})
"""Engines that read in this process, and so in a thread of their own. Elsewhere the server does it meanwhile,
and rows that lie ready would only take memory."""


class ThisProcess:
    """One batch after the other: while one is loaded, the next is transformed and compared, and on some
    engines the one after that is read.

    Only one is transformed at a time, since two would wait for each other in Python. Meanwhile the servers
    are asked whether anything has changed in later batches.
    """

    def warm_up(self, workplace: Workplace) -> None:
        """Load the readers here."""
        load_readers(workplace.rules)

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
    """Yield what was begun for each task, in order; by then the next `count` tasks are begun as well."""
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


def _outcome(future: Future[Any]) -> Any:
    """Return what was found, or None where that failed: whoever needs it then tries it again itself."""
    return None if future.exception() is not None else future.result()
