"""`career-migrate plan`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from migrate.cli.options import (
    cohorts_option,
    json_option,
    members_file_option,
    rules_option,
    source_option,
    target_option,
)
from migrate.cli.output import say, show_json, show_table
from migrate.cli.tables import show_counts

if TYPE_CHECKING:
    from migrate.run.rehearsal import Change

MOST_CHANGES = 30


@click.command()
@source_option
@target_option
@cohorts_option
@members_file_option
@rules_option
@json_option
def plan(
    source: str,
    target: str,
    cohorts: tuple[str, ...],
    members_file: Path | None,
    rules_folder: Path | None,
    as_json: bool,
) -> None:
    """Show what a run would create, update, keep and drop; write nothing.

    With --json, the rows that will not arrive are listed by v2 id, so that their owners can be told.

    \b
    Example:
      career-migrate plan --source sqlite:///v2.db --target sqlite:///v3.db --cohort 2024-A
    """
    from migrate.cli.scope import read_scope
    from migrate.run.rehearsal import rehearse
    from migrate.run.workplace import Workplace

    found = rehearse(Workplace(source, target, read_scope(cohorts, members_file), rules_folder))
    if as_json:
        show_json(found.as_document())
        return
    show_counts("A run would do this", found.counts)
    _show_changes(found.changes.most_common(MOST_CHANGES))
    more = len(found.changes) - MOST_CHANGES
    say(f"{more} more kinds of change: see --json." if more > 0 else "Nothing was written.")


def _show_changes(changes: "list[tuple[Change, int]]") -> None:
    if not changes:
        return
    rows = [
        (f"{each.v3_table}.{each.v3_column}", each.raw_value, each.code, each.before, each.after, number)
        for each, number in changes
    ]
    show_table("Values that would change", ("column", "v2 text", "rule", "now", "then", "rows"), rows)
