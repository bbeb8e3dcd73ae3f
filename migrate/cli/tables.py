"""The tables that several commands print."""

from collections.abc import Mapping
from typing import Any

from migrate.cli.output import show_table

OUTCOMES = {
    "created": "created",
    "updated": "updated",
    "unchanged": "unchanged",
    "kept_edits": "edits kept",
    "conflicts": "conflicts",
    "kept_deletes": "deletions kept",
}


def show_counts(title: str, counts: Mapping[str, Any]) -> None:
    """Print what happens to v3's tables, and which v2 rows do not arrive and why."""
    rows = [[table, *(outcome.get(name, 0) for name in OUTCOMES)] for table, outcome in counts["v3"].items()]
    show_table(title, ["v3 table", *OUTCOMES.values()], rows)
    left = [
        [table, fate, reason, number]
        for table, fates in counts["fates"].items()
        for fate, reasons in fates.items()
        if fate != "migrated"
        for reason, number in reasons.items()
    ]
    if left:
        show_table("Not migrated", ["v2 table", "fate", "reason", "rows"], left)
