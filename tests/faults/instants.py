"""Runs a command that is killed at an instant of its work that has a name, as by SIGKILL or a power cut."""

import importlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Instant:
    """Just before, or just after, a function of the product is called for the nth time."""

    module: str
    function: str
    call: int = 1
    after: bool = False

    def arm(self) -> None:
        """Kill this process when the instant has come."""
        module = importlib.import_module(self.module)
        original: Callable[..., Any] = getattr(module, self.function)
        calls = 0

        def killed(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == self.call and not self.after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = original(*arguments, **named)
            if calls == self.call:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(module, self.function, killed)


IN_A_RUN = {
    "at its start, before its batches are scheduled": Instant("migrate.run.scheduling", "write_batches"),
    "when v3's rows are written and their ledger is not": Instant(
        "migrate.load.applying.apply", "_write_fates", 3
    ),
    "before the commit": Instant("migrate.run.batch", "finish_batch", 3, after=True),
    "after the commit": Instant("migrate.run.batch", "load", 3, after=True),
    "when all is done but the run's end": Instant("migrate.run.migration", "finish_run"),
}
IN_A_REPORT = {
    "before its first file": Instant("migrate.report.html_file", "report_page"),
    "when a file is written and has no name": Instant("migrate.report.write", "write_anomalies", after=True),
    "between two files": Instant("migrate.report.write", "write_anomalies"),
}
