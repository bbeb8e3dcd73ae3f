"""`career-migrate pack`: the cut-over pack for sign-off."""

import sys
from pathlib import Path

import click

from migrate.cli.options import (
    cohorts_option,
    json_option,
    out_option,
    rules_option,
    source_option,
    target_option,
)
from migrate.cli.output import say, show_json
from migrate.errors import ExitCode


@click.command()
@source_option
@target_option
@cohorts_option
@out_option
@rules_option
@json_option
def pack(
    *, source: str, target: str, cohorts: tuple[str, ...], out: Path, rules_folder: Path | None, as_json: bool
) -> None:
    """Write hashes, counts, balance, quality results and open anomalies for whoever signs the cut-over.

    Made again from the same state, the pack is the same byte for byte. Exit code 5 while the balance is open,
    4 where a critical expectation failed; the pack is written all the same.

    \b
    Example:
      career-migrate pack --source sqlite:///v2.db --target sqlite:///v3.db --cohort 2024-A --out pack
    """
    from migrate.cli.ledger import refuse_missing
    from migrate.cli.scope import read_scope
    from migrate.run.workplace import Workplace
    from migrate.signoff.pack import write_pack

    refuse_missing(target)
    written = write_pack(Workplace(source, target, read_scope(cohorts), rules_folder), out)
    if as_json:
        show_json(
            {
                "files": [str(path) for path in written.files],
                "balance_closed": written.closed,
                "critical_failures": written.critical_failures,
            }
        )
    balance = "closed" if written.closed else "OPEN: run `career-migrate verify`"
    say(f"The pack is in {out}. Balance: {balance}. Critical failures: {written.critical_failures}.")
    if not written.closed:
        sys.exit(ExitCode.DIFFERENCE)
    if written.critical_failures:
        sys.exit(ExitCode.QUALITY)
