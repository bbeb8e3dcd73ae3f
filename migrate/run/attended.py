"""Guards the work of a run: says how it ended, in the ledger and in words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from migrate.databases import shown_url
from migrate.databases.error_codes import advice_on, has_no_room, lacks_right
from migrate.errors import InterruptedRunError, MigrationError
from migrate.load.applying.apply import ChangedUnderneathError
from migrate.load.ledger.runs import StartedRun, finish_run
from migrate.run.retry import retrying
from migrate.run.stop_requests import stop_requests

Stopped = Callable[[], bool]
"""Asked at each batch boundary: has somebody asked to stop?"""

_MENDS = (
    (lacks_right, "have that right granted to the account, and "),
    (has_no_room, "see that the disks of both databases have room, and "),
)
"""What has to be done before the same command can go on: the first that is true of the error."""


@contextmanager
def attended(engine: Engine, run: StartedRun) -> Iterator[Stopped]:
    """Yield a function that tells whether a stop was requested; the ledger is told what ends the work early.

    Raises InterruptedRunError when stopped, MigrationError with words for what v2 or v3 said; what was
    committed stays.
    """
    try:
        with stop_requests() as stopped:
            yield stopped.is_set
    except (KeyboardInterrupt, InterruptedRunError):
        _end(engine, run, "interrupted")
        raise InterruptedRunError(
            f"Run {run.run_id} was stopped at a batch boundary. Run the same command again to go on."
        ) from None
    except Exception as error:
        _end(engine, run, "failed")
        words = _words_of(engine, run, error)
        if words is None:
            raise
        raise MigrationError(words) from error


@contextmanager
def beginning(engine: Engine) -> Iterator[None]:
    """Raise MigrationError, in words, for what a database says while a run begins."""
    try:
        yield
    except DBAPIError as error:
        raise MigrationError(
            f"{shown_url(engine.url)}: the work could not begin: {_reason(error)}. "
            f"No record of v3 was changed; {advice_on(error, _MENDS) or ''}run the same command again."
        ) from error


def renew_hold(run: StartedRun) -> None:
    """Take a run's hold again where its connection was lost, trying as often as for a batch."""
    retrying()(run.hold.renew)


def _end(engine: Engine, run: StartedRun, status: str) -> None:
    """Write how the run ended, where v3 can still be reached; the next run finds out where it cannot."""
    with suppress(DBAPIError):
        finish_run(engine, run, status)
        return
    run.hold.release()


def _words_of(engine: Engine, run: StartedRun, error: Exception) -> str | None:
    """Return in words what v2 or v3 said; None for other errors: those with words of their own, and bugs."""
    if isinstance(error, ChangedUnderneathError):
        why = f"gave up: v3's users changed rows of a batch each time it was about to be written ({error})"
    elif isinstance(error, DBAPIError):
        why = f"into {shown_url(engine.url)} gave up: {_reason(error)}"
    else:
        return None
    mend = (isinstance(error, DBAPIError) and advice_on(error, _MENDS)) or ""
    return (
        f"Run {run.run_id} {why}. Every batch before is committed; {mend}run the same command again to go on."
    )


def _reason(error: DBAPIError) -> str:
    return next(iter(str(error.orig).splitlines()), "") or type(error.orig).__name__
