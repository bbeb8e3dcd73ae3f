"""`career-migrate forget`: removes what members wrote from the ledger, and keeps the counts."""

from datetime import UTC, date, datetime

import click

from migrate.cli.options import json_option, target_option
from migrate.cli.output import show_json, show_table
from migrate.errors import ConfigurationError


def _read_day(context: click.Context, parameter: click.Parameter, given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ConfigurationError(f"--before must be a date like 2026-01-31 (got {given!r})") from None


@click.command()
@click.option(
    "--before", required=True, callback=_read_day, metavar="DATE", help="Runs that finished before this day."
)
@target_option
@json_option
def forget(*, before: date, target: str, as_json: bool) -> None:
    """Remove raw texts, bases and decided texts from the ledger; keep fates and counts.

    It cannot be undone, and a later run keeps what v3 then holds of those rows. See docs/personal-data.md.

    \b
    Example:
      career-migrate forget --before 2026-01-31 --target sqlite:///v3.db
    """
    from migrate.cli.ledger import writing_ledger
    from migrate.retention.forget import forget_before
    from migrate.retention.held import held_texts

    with writing_ledger(target) as connection:
        removed = forget_before(connection, before, today=datetime.now(UTC).date())
        held = held_texts(connection)
    if as_json:
        show_json({"before": before.isoformat(), "removed": removed, "held": held})
        return
    show_table("Removed", ("what", "rows"), removed.items())
    show_table("Still held", ("what", "rows"), [(each["what"], each["rows"]) for each in held])
