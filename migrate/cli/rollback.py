"""`career-migrate rollback`."""

import click

from migrate.cli.options import cohort_name, json_option, target_option
from migrate.cli.output import say, show_json, show_table
from migrate.errors import ConfigurationError


@click.command()
@target_option
@click.option("--run", "run_id", metavar="RUN", help="What this run created.")
@click.option("--cohort", type=cohort_name, metavar="COHORT", help="Everything of this cohort; schemes stay.")
@json_option
def rollback(target: str, run_id: str | None, cohort: str | None, as_json: bool) -> None:
    """Take back what a run or a cohort brought into v3; what users have edited since stays and is listed.

    \b
    Example:
      career-migrate rollback --target sqlite:///v3.db --cohort 2024-A
    """
    if (run_id is None) == (cohort is None):
        raise ConfigurationError("rollback takes either --run RUN or --cohort COHORT. Nothing was written.")
    from migrate.cli.ledger import sound_ledger
    from migrate.load.rollback.rollback import WHY, Selection
    from migrate.run.rollback import roll_back

    with sound_ledger(target) as engine:
        result = roll_back(engine, Selection(run_id, cohort))
    if as_json:
        show_json(result.as_document())
        return
    if result.deleted:
        show_table("Deleted", ("v3 table", "rows"), result.deleted.items())
    if result.kept:
        kept = [(row.v3_table, row.v3_id, row.v2_table, row.v2_id, WHY[row.why]) for row in result.kept]
        show_table("Kept", ("v3 table", "id", "v2 table", "v2 id", "why"), kept)
    deleted = sum(result.deleted.values())
    say(
        f"Rollback {result.run_id}: {deleted:,} rows deleted, {len(result.kept):,} kept, "
        f"{result.ledger_rows:,} ledger rows and {result.anomalies:,} anomalies forgotten. "
        "What was taken back can be migrated again."
    )
    if result.not_looked_at:
        say(
            f"Not looked at: {', '.join(result.not_looked_at)}. v3's database fills them itself, so that a "
            "user's change there cannot be told; a row with no other change is among the deleted."
        )
