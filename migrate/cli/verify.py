"""`career-migrate verify`."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from migrate.cli.options import cohorts_option, json_option, rules_option, source_option, target_option
from migrate.cli.output import say, show_json, show_table
from migrate.errors import ExitCode

if TYPE_CHECKING:
    from migrate.check.account import Account

MOST_SHOWN = 20
UNFINISHED = {  # status of the last run → what to do about an open balance
    "running": "Run {run} is still at work. Verify again when it has ended.",
    "interrupted": "Run {run} was interrupted. Give its command again to go on, then verify.",
    "failed": "Run {run} failed. Give its command again to go on, then verify.",
    "rolled-back": "Run {run} was rolled back. Run again to migrate, then verify.",
}

OTHER_RULES = (
    "Run {run} (cohort: {whom}) went by other rules than these: give its --rules, or run again by these."
)


@click.command()
@source_option
@target_option
@cohorts_option
@rules_option
@json_option
def verify(
    source: str, target: str, cohorts: tuple[str, ...], rules_folder: Path | None, as_json: bool
) -> None:
    """Account for every v2 row and compare every migrated value.

    Exit code 5 while a difference is unexplained. Users' edits and deletions, decisions and rows gone from v2
    are explained.

    \b
    Example:
      career-migrate verify --source sqlite:///v2.db --target sqlite:///v3.db --cohort 2024-A
    """
    from migrate.check.balance import balance_of, hours_of
    from migrate.cli.ledger import refuse_missing
    from migrate.cli.scope import read_scope
    from migrate.run.verification import verify as account_for
    from migrate.run.workplace import Workplace

    refuse_missing(target)
    account = account_for(Workplace(source, target, read_scope(cohorts), rules_folder))
    balance, hours = balance_of(account), hours_of(account)
    if as_json:
        show_json(
            {
                "closed": account.closed,
                "balance": balance,
                "hours": hours,
                "differences": [asdict(difference) for difference in account.differences],
            }
        )
    else:
        _show(account, balance, hours)
    if not account.closed:
        _advise(account)
    sys.exit(ExitCode.DONE if account.closed else ExitCode.DIFFERENCE)


def _advise(account: "Account") -> None:
    """Say what to do about an open balance, where the runs tell."""
    if account.by_other_rules:
        run = account.by_other_rules
        say(OTHER_RULES.format(run=run.run_id, whom=run.cohort or "all"))
    if account.last_run is None:
        say("No run has migrated any of this yet: run first, then verify.")
    elif account.last_run.status in UNFINISHED:
        say(UNFINISHED[account.last_run.status].format(run=account.last_run.run_id))


def _show(account: "Account", balance: list[dict[str, Any]], hours: list[dict[str, Any]]) -> None:
    from migrate.report.counts import cohort_label

    differences = account.differences
    show_table("Balance in rows: read = migrated + dropped + rejected", *_by_table(balance))
    if hours:
        lines = [[cohort_label(row["cohort"]), *list(row.values())[1:]] for row in hours]
        show_table("Training, in hours", _headings(hours[0]), lines)
    if differences:
        rows = [
            [_told(each) for each in asdict(difference).values()] for difference in differences[:MOST_SHOWN]
        ]
        show_table("Differences", _headings(asdict(differences[0])), rows)
    if len(differences) > MOST_SHOWN:
        say(f"These are the first {MOST_SHOWN} differences: --json lists more.")
    say("The balance is closed: every v2 row is accounted for." if account.closed else "The balance is open.")


def _headings(names: Iterable[str]) -> list[str]:
    return [name.replace("_", " ") for name in names]


def _told(value: str | None) -> str | None:
    """Return a value, in quotes where its blanks would not be seen; of NULL nothing is to be seen."""
    return value if value is None or (value and value == value.strip()) else f"“{value}”"


def _by_table(balance: list[dict[str, Any]]) -> tuple[list[str], list[list[Any]]]:
    """Return headings and lines of the balance by v2 table, without the columns that are 0 throughout."""
    from migrate.check.balance import MIGRATED
    from migrate.report.counts import table_place

    totals: dict[str, Counter[str]] = {}
    for row in balance:
        numbers = {name: value for name, value in row.items() if type(value) is int}
        totals.setdefault(row["v2_table"], Counter()).update(numbers)
    names = [
        name for name in (balance[0] if balance else ()) if any(total[name] for total in totals.values())
    ]
    shown = [name for name in names if name != "equal"] + (["open"] if "open" not in names else [])
    headings = [f"of them {name}" if name in MIGRATED else name for name in shown]
    return ["v2 table", *headings], [
        [table, *(totals[table][name] for name in shown)] for table in sorted(totals, key=table_place)
    ]
