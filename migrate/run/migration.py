"""A whole run, from admission to its last batch."""

from collections.abc import Callable, Container, Generator, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from migrate.decisions.applied import state_of
from migrate.errors import InterruptedRunError
from migrate.extract.folder import FOLDER_SCHEME
from migrate.load.applying.counts import add_counts, counts_of_both
from migrate.load.ledger.batches import batch_counts
from migrate.load.ledger.indexes import complete_indexes, complete_key, set_aside_indexes
from migrate.load.ledger.runs import StartedRun, batch_size_of, finish_run, start_run
from migrate.load.lost_schemes import read_lost_schemes
from migrate.load.planning.adoption import read_own_numbers
from migrate.run.attended import Stopped, attended, beginning, renew_hold
from migrate.run.batches import DEFAULT_SIZE, KnownKeys, Stages, cut, read_known_keys
from migrate.run.decision_history import read_decisions
from migrate.run.garbage import collect_garbage, kept_for_later
from migrate.run.retry import retrying
from migrate.run.scheduling import schedule, waiting_batch
from migrate.run.task import BatchTask
from migrate.run.unchanged import code_version
from migrate.run.workers import open_workers
from migrate.run.workplace import Workplace

Progress = Callable[[int, int, dict[str, Any]], None]
"""Batches done, batches in all, and the counts of the one just done."""

Work = Callable[[list[BatchTask]], Generator[dict[str, Any], None, None]]
"""Works on the batches of a stage and gives the counts of each as it is done."""

Begun = Callable[[str, bool], None]
"""Called with the run's id, and whether it resumes an interrupted run."""


@dataclass(frozen=True)
class RunOptions:
    """How a run works, apart from whom it migrates."""

    workers: int = 1
    scheduler: str | None = None
    batch_size: int = DEFAULT_SIZE
    afresh: bool = False


@dataclass(frozen=True)
class RunResult:
    """How a run ended."""

    run_id: str
    resumed: bool
    counts: dict[str, Any]


@kept_for_later()
def migrate(
    workplace: Workplace, options: RunOptions, progress: Progress | None = None, begun: Begun | None = None
) -> RunResult:
    """Migrate what the workplace's scope names. v3's tables and ledger must be there.

    Raises ScopeHeldError where another run works on the same members, InterruptedRunError when stopped at a
    batch boundary, MigrationError when a batch failed for good; what was committed stays, and running again
    continues.
    """
    engine = workplace.target
    with beginning(engine):
        with engine.connect() as connection:
            decisions, last = read_decisions(connection)
        state = state_of(workplace.rules.version, last, code_version())
        run = start_run(engine, "run", workplace.scope, workplace.rules.version, state, afresh=options.afresh)
    if begun:
        begun(run.run_id, run.resumed)
    with attended(engine, run) as stopped:
        options = replace(options, batch_size=retrying()(batch_size_of, engine, run, options.batch_size))
        first = retrying()(set_aside_indexes, engine, run.run_id, partial(_needs_key, workplace))
        with open_workers(options.workers, options.scheduler) as workers:
            with ThreadPoolExecutor(1, "early") as early:  # while v2's server lists its keys
                if first:
                    early.submit(workers.warm_up, workplace)
                workplace, stages = _cut(workplace, options)
            planned = {bounds.as_json() for stage in stages for bounds in stage}
            tasks = schedule(engine, run, stages, state, afresh=options.afresh, first=first)

            work = partial(workers.work, workplace=workplace, decisions=decisions)
            in_turn = chain(tasks, _last_stage(engine, run, planned, state))
            with _key_restored_on_failure(engine):
                _work(work, in_turn, sum(map(len, tasks)), partial(_batch_done, run, progress), stopped)
        if first:
            retrying()(complete_indexes, engine)
        return _completed(engine, run, planned)


def _needs_key(workplace: Workplace) -> bool:
    """Return whether a key that stands twice in v2 must be refused by the ledger."""
    return not workplace.source.keys_are_unique()


@contextmanager
def _key_restored_on_failure(engine: Engine) -> Iterator[None]:
    """Give the ledger its key back, where it was set aside, if the run fails or is stopped."""
    try:
        yield
    except Exception:
        with suppress(DBAPIError):
            complete_key(engine)
        raise


def _completed(engine: Engine, run: StartedRun, planned: Container[str]) -> RunResult:
    """Write that a run is done, with the counts of its batches.

    planned: the bounds of the batches that count. A run that was interrupted, and resumed after v2 had
    changed, may have done others: what those created and updated, these met.
    """
    for attempt in retrying():
        with attempt:
            with engine.connect() as connection:
                done = batch_counts(connection, run.run_id)
            counts = add_counts(counts for bounds, counts in done if bounds in planned)
            others = add_counts(counts for bounds, counts in done if bounds not in planned)
            counts = counts_of_both(others, counts, twice={})
            finish_run(engine, run, "completed", {"counts": counts})
    return RunResult(run.run_id, run.resumed, counts)


class _Held(NamedTuple):
    """What v3 holds before a run begins."""

    keys: KnownKeys
    own_numbers: tuple[str, ...] | None
    lost_schemes: tuple[str, ...]


def _cut(workplace: Workplace, options: RunOptions) -> tuple[Workplace, Stages]:
    """Cut the batches. What v3 holds, and which members share a number, is read while v2 lists its keys."""
    with ThreadPoolExecutor(2, "beside") as beside:
        sharing = beside.submit(retrying(), _duplicates, workplace)
        held, stages = retrying()(_list, workplace, options.batch_size, beside)
    workplace = replace(
        workplace,
        duplicates=sharing.result(),
        own_numbers=held.own_numbers,
        lost_schemes=held.lost_schemes,
        source_url=_shareable(workplace),
    )
    return workplace, stages


def _list(workplace: Workplace, size: int, beside: Executor) -> tuple[_Held, Stages]:
    with workplace.source.snapshot(workplace.scope.cohorts) as snapshot:
        reading = beside.submit(_read_held, workplace)
        stages = cut(snapshot, workplace.scope, lambda: reading.result().keys, size)
        return reading.result(), stages


def _read_held(workplace: Workplace) -> _Held:
    with workplace.reading.connect() as target:
        return _Held(
            read_known_keys(target, workplace.scope), read_own_numbers(target), read_lost_schemes(target)
        )


def _duplicates(workplace: Workplace) -> dict[str, str]:
    with workplace.source.snapshot() as snapshot:
        return snapshot.duplicates()


def _shareable(workplace: Workplace) -> str:
    """Return v2's URL for other processes: of a folder, the file that it was staged in."""
    if not workplace.source_url.startswith(FOLDER_SCHEME):
        return workplace.source_url
    return workplace.source.engine.url.render_as_string(hide_password=False)


def _last_stage(engine: Engine, run: StartedRun, planned: set[str], state: str) -> Iterator[list[BatchTask]]:
    """Yield the stage of the members whom the batches before it left out, and add its bounds to `planned`.

    Who they are is known only when all other stages are done.
    """
    waiting = waiting_batch(engine, run, planned)
    if waiting:
        planned.update(bounds.as_json() for bounds in waiting)
        yield from schedule(engine, run, [waiting], state, afresh=True)


def _batch_done(
    run: StartedRun, progress: Progress | None, done: int, total: int, counts: dict[str, Any]
) -> None:
    """Renew the run's hold after a batch, collect its garbage, and tell whoever wants to know."""
    renew_hold(run)
    collect_garbage(done)
    if progress:
        progress(done, total, counts)


def _work(
    work: Work, stages: Iterable[list[BatchTask]], total: int, told: Progress, stopped: Stopped
) -> None:
    """Work on the batches, stage after stage. total: how many there are, without those of the last stage.

    Raises InterruptedRunError where somebody asks to stop and batches are left.
    """
    done = 0
    for stage in stages:
        total = max(total, done + len(stage))
        if stage and done and stopped():  # before the last stage, which was not planned
            raise InterruptedRunError("stopped")
        with closing(work(stage)) as finished:
            for counts in finished:
                done += 1
                told(done, total, counts)
                if stopped() and done < total:
                    raise InterruptedRunError("stopped")
