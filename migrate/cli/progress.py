"""The progress of a run: a bar with rate and time left on standard error, if that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Any]:
    """Give a function that takes the batches done, the batches in all and the counts of the last one.

    Gives None where no bar is shown.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("batches, {task.fields[rate]:,.0f} rows/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Migrating", total=None, rate=0)
        rows = 0

        def advance(done: int, total: int, counts: dict[str, Any]) -> None:
            nonlocal rows
            rows += counts["rows"]
            elapsed = bar.tasks[task].elapsed or 1
            bar.update(task, completed=done, total=total, rate=rows / elapsed)

        yield advance
