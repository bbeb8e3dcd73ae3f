"""`career-migrate report`: what the ledger says, as a page, a workbook, CSV and JSON."""

from pathlib import Path

import click

from migrate.cli.options import cohorts_option, json_option, out_option, rules_option, target_option
from migrate.cli.output import say, show_json
from migrate.errors import ConfigurationError
from migrate.report import FORMATS


def _read_formats(context: click.Context, parameter: click.Parameter, given: str) -> tuple[str, ...]:
    formats = tuple(part.strip() for part in given.split(",") if part.strip())
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        got = ", ".join(unknown) or given
        raise ConfigurationError(f"--format must be some of {', '.join(FORMATS)}, by commas (got {got!r})")
    return formats


@click.command()
@target_option
@cohorts_option
@out_option
@click.option(
    "--format",
    "formats",
    default=",".join(FORMATS),
    callback=_read_formats,
    metavar="FORMATS",
    help="Some of html, xlsx, csv and json, by commas; all where none is named.",
)
@click.option("--with-personal-data", is_flag=True, help="Show names, addresses and numbers as they are.")
@rules_option
@json_option
def report(
    *,
    target: str,
    cohorts: tuple[str, ...],
    out: Path,
    formats: tuple[str, ...],
    with_personal_data: bool,
    rules_folder: Path | None,
    as_json: bool,
) -> None:
    """Write the anomaly report, and schemes.csv beside it.

    \b
    Example:
      career-migrate report --target sqlite:///v3.db --out report
    """
    from migrate.cli.ledger import reading_ledger
    from migrate.load.ledger.known_cohorts import refuse_unknown_cohorts
    from migrate.report.json_file import report_document
    from migrate.report.write import write_report

    with reading_ledger(target) as connection:
        refuse_unknown_cohorts(connection, cohorts)
        written = write_report(
            connection,
            out,
            cohorts=cohorts,
            formats=formats,
            with_personal_data=with_personal_data,
            rules_folder=rules_folder,
        )
    if as_json:
        show_json(report_document(written.facts) | {"files": [str(path) for path in written.files]})
    say("\n".join(str(path) for path in written.files))
