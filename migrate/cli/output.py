"""What commands print: data on standard output, words on standard error."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import click

from migrate.files.json_values import plain

WIDTH_OF_FILES = 120


def show_json(document: Any) -> None:
    """Print one JSON document on standard output."""
    click.echo(json.dumps(document, default=plain, ensure_ascii=False, indent=2))


def json_line(document: Any) -> str:
    """Return a document as one line of JSON."""
    return json.dumps(document, default=plain, ensure_ascii=False)


def say(words: str) -> None:
    """Print words for a person on standard error."""
    click.echo(words, err=True)


def show_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table on standard output; figures stand to the right.

    What a terminal would obey or hide in a text is spelt out.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from migrate.report.privacy import visible

    listed = [list(row) for row in rows]
    table = Table(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        figures = all(isinstance(row[place], int | float | Decimal) for row in listed)
        table.add_column(
            heading, justify="right" if figures and listed else "left", overflow="fold", no_wrap=place == 0
        )
    for row in listed:
        table.add_row(*(Text(visible(_shown(cell))) for cell in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH_OF_FILES)
    console.print(table)


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
