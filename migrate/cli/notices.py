"""`career-migrate notices`: what each member should check, as a page each and a CSV for mail merge."""

from pathlib import Path

import click

from migrate.cli.options import cohorts_option, json_option, out_option, rules_option, target_option
from migrate.cli.output import say, show_json


@click.command()
@target_option
@cohorts_option
@out_option
@click.option("--all", "issue_all", is_flag=True, help="Also those that were issued and have not changed.")
@rules_option
@json_option
def notices(
    *,
    target: str,
    cohorts: tuple[str, ...],
    out: Path,
    issue_all: bool,
    rules_folder: Path | None,
    as_json: bool,
) -> None:
    """Write what each member should check: a page each, and notices.csv for mail merge.

    Holds personal data. What was issued is marked: a second call writes only what is new or changed.

    \b
    Example:
      career-migrate notices --target sqlite:///v3.db --cohort 2024-A --out notices
    """
    from datetime import UTC, datetime

    from migrate.cli.ledger import writing_ledger
    from migrate.load.ledger.known_cohorts import refuse_unknown_cohorts
    from migrate.notices.compose import Wording
    from migrate.notices.issue import issue_notices
    from migrate.notices.words import load_words
    from migrate.rulebook import load_rules

    rules = load_rules(rules_folder)
    wording = Wording(load_words(), rules, datetime.now(UTC).date())
    with writing_ledger(target) as connection:
        refuse_unknown_cohorts(connection, cohorts)
        issued = issue_notices(connection, out, wording, cohorts=cohorts, issue_all=issue_all)
    if as_json:
        counts = {"written": issued.written, "unchanged": issued.unchanged}
        files = {"csv": str(issued.csv), "pages": str(issued.pages)}
        show_json(counts | {"nothing_to_say": issued.nothing_to_say} | files)
    say(f"{issued.written:,} notices are in {issued.csv} and {issued.pages}.")
    say(f"{issued.unchanged:,} were issued before, {issued.nothing_to_say:,} members have nothing to check.")
