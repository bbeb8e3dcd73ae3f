"""`career-migrate status`."""

from collections.abc import Mapping
from typing import Any

import click

from migrate.cli.options import json_option, target_option
from migrate.cli.output import show_json, show_table

RUN_COLUMNS = ("run", "command", "cohort", "status", "result", "batches", "finished (UTC)")
"""A run's name says when it began."""


@click.command()
@target_option
@json_option
def status(target: str, as_json: bool) -> None:
    """Show cohorts and runs at a glance, and what the ledger holds.

    \b
    Example:
      career-migrate status --target sqlite:///v3.db
    """
    from migrate.cli.ledger import reading_ledger
    from migrate.load.ledger.overview import COUNTED, read_overview
    from migrate.report.counts import cohort_label
    from migrate.retention.held import forgotten_before, held_texts

    with reading_ledger(target) as connection:
        overview = read_overview(connection)
        overview["texts"] = held_texts(connection)
        overview["forgotten_before"] = forgotten_before(connection)
    if as_json:
        show_json(overview)
        return
    cohorts = [[cohort_label(row["cohort"]), *(row[name] for name in COUNTED)] for row in overview["cohorts"]]
    show_table("Cohorts: rows by fate, anomalies by severity", ("cohort", *COUNTED), cohorts)
    show_table("Runs", RUN_COLUMNS, [_run_line(run) for run in overview["runs"]])
    texts = [[held["what"], held["table"], held["rows"]] for held in overview["texts"]]
    show_table("Texts of members that the ledger still holds", ("what", "table", "rows"), texts)
    show_table("What the ledger holds", ("table", "rows"), list(overview["held"].items()))


def _run_line(run: Mapping[str, Any]) -> list[object]:
    batches = f"{run['done'] or 0} of {run['batches']}" if run["batches"] else None
    finished = run["finished_at"]
    moment = f"{finished:%Y-%m-%d %H:%M:%S}" if finished else None
    return [*(run[name] for name in ("run_id", "command", "cohort", "status", "result")), batches, moment]
