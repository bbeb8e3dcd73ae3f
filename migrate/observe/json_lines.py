"""The log as JSON, one event a line, for whatever collects logs.

Every line has `time`, `level`, `event`, `run`, `cohort`, `batch` and `counts`, NULL where there is none.
"""

import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TextIO

from migrate.observe.observer import Ending, ObservedRun


class JsonLines:
    """Writes a line an event to standard error."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._write = partial(_write_line, stream)

    def begun(self, run: ObservedRun) -> None:
        """Write `run-started`, or `run-resumed`."""
        event = "run-resumed" if run.resumed else "run-started"
        more = {"command": run.command, "rules_version": run.rules_version}
        self._write(run, event, run.started_at, more=more)

    def batch_done(
        self, run: ObservedRun, done: int, total: int, counts: Mapping[str, Any], moment: datetime
    ) -> None:
        """Write `batch-done`."""
        self._write(run, "batch-done", moment, batch=done, counts=counts, more={"batches": total})

    def checked(self, run: ObservedRun, checks: Sequence[Mapping[str, Any]], moment: datetime) -> None:
        """Write `checked`, with the expectations that failed."""
        failed = [
            {"suite": check["suite"], "expectation": check["expectation"], "severity": check["severity"]}
            for check in checks
            if not check["passed"]
        ]
        counts = {"expectations": len(checks), "failed": len(failed)}
        level = "warning" if failed else "info"
        self._write(run, "checked", moment, counts=counts, more={"failed": failed}, level=level)

    def ended(self, run: ObservedRun, ending: Ending) -> None:
        """Write `run-completed`, `run-failed` or `run-interrupted`."""
        level = "info" if ending.status == "completed" else "error"
        more = {"error": ending.error} if ending.error else {}
        self._write(run, f"run-{ending.status}", ending.moment, counts=ending.counts, more=more, level=level)


class Remarks(logging.Handler):
    """Writes the warnings of all loggers in the same form, so that each line of the log is JSON."""

    def __init__(self, run: Callable[[], ObservedRun], stream: TextIO | None = None) -> None:
        super().__init__(logging.WARNING)
        self._run = run
        self._write = partial(_write_line, stream)

    def emit(self, record: logging.LogRecord) -> None:
        """Write `remark`."""
        moment = datetime.fromtimestamp(record.created, UTC)
        more = {"logger": record.name, "message": record.getMessage()}
        level = record.levelname.lower()
        self._write(self._run(), "remark", moment, more=more, level=level)


def _write_line(
    stream: TextIO | None,
    run: ObservedRun,
    event: str,
    moment: datetime | None,
    *,
    batch: int | None = None,
    counts: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
    level: str = "info",
) -> None:
    line = {
        "time": moment.isoformat() if moment else None,
        "level": level,
        "event": event,
        "run": run.run_id,
        "cohort": run.cohort,
        "batch": batch,
        "counts": counts or {},
        **(more or {}),
    }
    stream = stream or sys.stderr
    stream.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    stream.flush()
