"""`career-migrate decisions`: what reviewers decided, in a file to keep, compare and apply again."""

from pathlib import Path

import click

from migrate.cli.options import json_option, rules_option, target_option
from migrate.cli.output import say, show_json

_MOST_NAMED = 20
"""So many lines of a file are named; the others are counted."""


@click.group()
def decisions() -> None:
    """Export or import the reviewers' decisions.

    \b
    Example:
      career-migrate decisions export --target sqlite:///v3.db decisions.csv
      career-migrate decisions import --target sqlite:///v3.db decisions.csv
    """


@decisions.command("export")
@target_option
@json_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_file(target: str, file: Path, as_json: bool) -> None:
    """Write every decision, its history included, to FILE."""
    from migrate.cli.ledger import reading_ledger
    from migrate.decisions.csv_exchange import export_decisions
    from migrate.files.whole import replacing

    with reading_ledger(target) as connection, replacing(file) as stream:
        count = export_decisions(connection, stream)
    if as_json:
        show_json({"file": str(file), "decisions": count})
    say(f"Decisions in {file}: {count:,}.")


@decisions.command("import")
@target_option
@rules_option
@json_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(target: str, rules_folder: Path | None, file: Path, as_json: bool) -> None:
    """Add the decisions of FILE to the ledger: all of them, or none where a line is bad.

    A line about a row that no run has met is added, and named.
    """
    from migrate.cli.ledger import writing_ledger
    from migrate.decisions.csv_exchange import import_decisions
    from migrate.files.whole import reading
    from migrate.rulebook.durations import load_duration_policy

    policy = load_duration_policy(rules_folder)
    with reading(file) as stream, writing_ledger(target) as connection:
        imported = import_decisions(connection, stream, name=str(file), max_hours=policy.max_hours)
    if as_json:
        show_json({"file": str(file), **imported._asdict()})
    for warning in imported.unmet[:_MOST_NAMED]:
        say(warning)
    if len(imported.unmet) > _MOST_NAMED:
        say(f"{file}: and {len(imported.unmet) - _MOST_NAMED:,} more lines like these")
    say(f"Decisions added: {imported.added:,}; known before: {imported.known:,}.")
    if imported.added:
        say("The next run applies what was added.")
