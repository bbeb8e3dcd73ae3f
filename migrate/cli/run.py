"""`career-migrate run`."""

from pathlib import Path

import click

from migrate.cli.options import (
    cohorts_option,
    json_option,
    members_file_option,
    rules_option,
    source_option,
    target_option,
)
from migrate.cli.output import say, show_json
from migrate.cli.tables import show_counts
from migrate.errors import ConfigurationError

MOST_MEMBERS = 100_000_000
"""No v2 has more; a larger number is a slip, which resumed runs would keep."""


def _read_address(context: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
    if given is not None and not given.rpartition(":")[2].rstrip("/").isdigit():
        raise ConfigurationError(f"--scheduler must be an address like tcp://host:8786 (got {given!r})")
    return given


@click.command()
@source_option
@target_option
@cohorts_option
@members_file_option
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes of this machine."
)
@click.option("--scheduler", metavar="ADDRESS", callback=_read_address,
              help="A Dask cluster that is there already.")  # fmt: skip
@click.option(
    "--batch-size",
    type=click.IntRange(1, MOST_MEMBERS),
    default=None,
    help="Members in a batch.  [default: 3500]",
)
@click.option("--no-checks", is_flag=True, help="Leave out the quality suites before and after.")
@click.option("--data-docs", type=click.Path(path_type=Path), metavar="DIR",
              help="Write the suites' results as great-expectations' Data Docs.")  # fmt: skip
@click.option("--afresh", is_flag=True, help="Begin anew, even where an interrupted run could go on.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--summary", type=click.Path(path_type=Path), metavar="FILE", help="Write what the run did as JSON."
)
@rules_option
@json_option
def run(
    source: str,
    target: str,
    cohorts: tuple[str, ...],
    members_file: Path | None,
    workers: int,
    scheduler: str | None,
    batch_size: int | None,
    no_checks: bool,
    data_docs: Path | None,
    afresh: bool,
    log_format: str,
    summary: Path | None,
    rules_folder: Path | None,
    as_json: bool,
) -> None:
    """Migrate; running again, or after a crash, continues and changes only what changed.

    \b
    Example:
      career-migrate run --source sqlite:///v2.db --target sqlite:///v3.db --cohort 2024-A
    """
    from migrate.cli.progress import progress_bar
    from migrate.cli.scope import read_scope
    from migrate.files.whole import make_folder, refuse_no_file
    from migrate.run.batches import DEFAULT_SIZE
    from migrate.run.checked_run import OTHER_RULES, Checks, checked_run
    from migrate.run.migration import RunOptions
    from migrate.run.workplace import Workplace

    if summary:
        refuse_no_file(summary)
    if data_docs:
        make_folder(data_docs)
    workplace = Workplace(source, target, read_scope(cohorts, members_file), rules_folder)
    options = RunOptions(workers, scheduler, batch_size or DEFAULT_SIZE, afresh)
    checks = Checks(suites=not no_checks, data_docs=data_docs, log_format=log_format, summary=summary)
    with progress_bar(quiet=as_json or log_format == "json") as progress:
        result = checked_run(workplace, options, checks, progress)
    if as_json:
        show_json(
            {"run_id": result.run_id, "resumed": result.resumed, **result.counts, "checks": result.checks}
        )
    else:
        show_counts(f"Run {result.run_id}", result.counts)
    if log_format == "json":  # standard error is a document of its own
        return
    if result.by_other_rules:
        say(OTHER_RULES)
    if not as_json:
        say("Next: career-migrate verify, then career-migrate report.")
