"""Joins a run and its observers; an observer that fails never fails the run."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from migrate.databases import without_password
from migrate.errors import InterruptedRunError, MigrationError
from migrate.observe.json_lines import JsonLines, Remarks
from migrate.observe.lineage_configured import is_configured
from migrate.observe.observer import Ending, ObservedRun, Observer
from migrate.observe.summary import SummaryFile

Clock = Callable[[], datetime]
Opening = Callable[[], list[Observer]]
"""Opens what may have something to say already: once the log is there."""
_log = logging.getLogger("migrate.observe")


def _now() -> datetime:
    return datetime.now(UTC)


class Observation:
    """A run that is being told of. As a context it tells the end, too, whatever the end is."""

    def __init__(
        self,
        run: ObservedRun,
        observers: Sequence[Observer],
        clock: Clock = _now,
        *,
        in_json: bool = False,
        lineage: Opening | None = None,
    ) -> None:
        self._run = run
        self._observers = list(observers)
        self._failing: set[int] = set()
        self._lineage = lineage
        self._remarks = Remarks(lambda: self._run) if in_json else None
        self._clock = clock
        self._counts: Mapping[str, Any] = {}
        self._checks: list[Mapping[str, Any]] = []

    def begun(self, run_id: str, *, resumed: bool = False) -> None:
        """Tell that the ledger has let the run in."""
        self._run = self._run.begun(run_id, resumed=resumed, moment=self._clock())
        self._tell(lambda observer: observer.begun(self._run))

    def batch_done(self, done: int, total: int, counts: Mapping[str, Any]) -> None:
        """Tell that a batch was committed; it fits where the run asks for a `Progress`."""
        moment = self._clock()
        self._tell(lambda observer: observer.batch_done(self._run, done, total, counts, moment))

    def checked(self, checks: Sequence[Mapping[str, Any]]) -> None:
        """Tell what a quality suite found, each result as its document."""
        self._checks += checks
        moment = self._clock()
        self._tell(lambda observer: observer.checked(self._run, checks, moment))

    def counted(self, counts: Mapping[str, Any]) -> None:
        """Take the counts of the whole run; they are told at its end."""
        self._counts = counts

    def __enter__(self) -> "Observation":
        if self._remarks:
            logging.getLogger().addHandler(self._remarks)
        if self._lineage:
            self._observers += self._lineage()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        ending = Ending(
            status=_status(error),
            moment=self._clock(),
            counts=self._counts,
            checks=self._checks,
            error=kind.__name__ if kind else None,
        )
        self._tell(lambda observer: observer.ended(self._run, ending))
        if self._remarks:
            logging.getLogger().removeHandler(self._remarks)

    def _tell(self, tell: Callable[[Observer], None]) -> None:
        for observer in self._observers:
            try:
                tell(observer)
            except Exception as error:  # noqa: BLE001  # whatever a transport raises, the migration goes on
                if id(observer) not in self._failing:  # said once; it is tried again at each event
                    words = str(error) if isinstance(error, MigrationError) else type(error).__name__
                    _log.warning("%s could not tell: %s", type(observer).__name__, words)
                self._failing.add(id(observer))


def start(
    *,
    command: str,
    source: str,
    target: str,
    cohort: str | None,
    rules_version: str,
    v2_tables: Mapping[str, str] | None = None,
    log_format: str = "text",
    summary: Path | None = None,
    clock: Clock = _now,
) -> Observation:
    """Return the observation of a run that is about to start.

    `v2_tables` gives v2's own names by the canonical ones. `log_format` json writes a line an event to
    standard error; `summary` is a file to write at the end. OpenLineage events go where `OPENLINEAGE_…` in
    the environment says, and nowhere without it.
    """
    observers: list[Observer] = []
    if log_format == "json":
        observers.append(JsonLines())
    if summary:
        observers.append(SummaryFile(summary))
    urls = (without_password(source), without_password(target))
    run = ObservedRun(command, *urls, cohort, rules_version, v2_tables=v2_tables or {})
    lineage = _open_lineage if is_configured(os.environ) else None
    return Observation(run, observers, clock, in_json=log_format == "json", lineage=lineage)


def _open_lineage() -> list[Observer]:
    """Return the observer that sends lineage, or say that there is none: a run does not wait for it."""
    try:
        from migrate.observe.lineage import Lineage

        return [Lineage()]
    except Exception as error:  # noqa: BLE001  # whatever the environment names
        kind = type(error).__name__
        _log.warning(
            "No OpenLineage events are sent: the environment's transport cannot be opened (%s)", kind
        )
        return []


def _status(error: BaseException | None) -> str:
    if error is None:
        return "completed"
    return "interrupted" if isinstance(error, InterruptedRunError | KeyboardInterrupt) else "failed"
