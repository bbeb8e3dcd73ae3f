"""`career-migrate init-target`."""

import click

from migrate.cli.options import json_option, target_option
from migrate.cli.output import say, show_json


@click.command("init-target")
@target_option
@json_option
def init_target(target: str, as_json: bool) -> None:
    """Create v3's tables, the drop-down list and the ledger, where missing.

    \b
    Example:
      career-migrate init-target --target sqlite:///v3.db
    """
    from migrate.check.preflight import check_tables
    from migrate.databases import open_engine
    from migrate.errors import PreflightError
    from migrate.load.ledger import target as v3_target

    engine = open_engine(target)
    problems = check_tables(engine)
    if problems:
        raise PreflightError(*problems)
    created = v3_target.init_target(engine)
    if as_json:
        show_json({"created": created})
    else:
        say(f"Created {len(created)} tables: {', '.join(created)}." if created else "Nothing was missing.")
