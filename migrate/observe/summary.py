"""What a run did, as one JSON file beside it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from migrate.files.whole import replacing
from migrate.observe.observer import Ending, ObservedRun


class SummaryFile:
    """Writes the file when the run is over, however it ended; it is there whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._batches = {"done": 0, "total": 0}

    def begun(self, run: ObservedRun) -> None:
        """Nothing yet."""

    def batch_done(
        self, run: ObservedRun, done: int, total: int, counts: Mapping[str, Any], moment: datetime
    ) -> None:
        """Keep how far the run came."""
        self._batches = {"done": done, "total": total}

    def checked(self, run: ObservedRun, checks: Sequence[Mapping[str, Any]], moment: datetime) -> None:
        """Nothing: the ending has every check."""

    def ended(self, run: ObservedRun, ending: Ending) -> None:
        """Write the file."""
        document = {
            "run": run.run_id,
            "command": run.command,
            "cohort": run.cohort,
            "source": run.source,
            "target": run.target,
            "rules_version": run.rules_version,
            "resumed": run.resumed,
            "status": ending.status,
            "error": ending.error,
            "started_at": run.started_at.isoformat() if run.started_at else None,
            "finished_at": ending.moment.isoformat(),
            "seconds": _seconds(run, ending),
            "batches": self._batches,
            "counts": ending.counts,
            "checks": list(ending.checks),
        }
        with replacing(self._path) as stream:
            json.dump(document, stream, ensure_ascii=False, indent=2, default=str)
            stream.write("\n")


def _seconds(run: ObservedRun, ending: Ending) -> float | None:
    return round((ending.moment - run.started_at).total_seconds(), 3) if run.started_at else None
