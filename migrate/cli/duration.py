"""`career-migrate duration`: read durations as the migration reads them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from migrate.cli.options import rules_option
from migrate.cli.output import json_line

if TYPE_CHECKING:
    from migrate.transform.durations import Duration


class _TextCommand(click.Command):
    """A command whose arguments may begin with a dash: `-3 hours` is a text, not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Set the options before the texts, and end them there."""
        options: list[str] = []
        texts: list[str] = []
        for place, argument in enumerate(args):
            known = argument.partition("=")[0] in {"--json", "--rules", "--help", "-h"}
            is_value = place > 0 and args[place - 1] == "--rules"
            (options if known or is_value else texts).append(argument)
        return super().parse_args(ctx, [*options, "--", *(text for text in texts if text != "--")])


@click.command(cls=_TextCommand)
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one for each text.")
@rules_option
def duration(texts: tuple[str, ...], *, as_json: bool, rules_folder: Path | None) -> None:
    """Read durations as the migration reads them; a single - reads one a line from standard input.

    \b
    Examples:
      career-migrate duration "2 days" "6 x 2 hours"
      career-migrate duration --json - < durations.txt
    """
    from migrate.rulebook.durations import load_duration_policy
    from migrate.transform.durations import read_duration

    policy = load_duration_policy(rules_folder)
    for text in _lines() if texts == ("-",) else texts:
        found = read_duration(text, policy)
        _write(json_line(_as_object(text, found)) if as_json else _as_words(text, found))


def _lines() -> Iterator[str]:
    """Yield the lines of standard input, whatever their bytes, blank lines too; none where it is closed."""
    for line in sys.stdin.buffer if sys.stdin else ():
        yield line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", errors="surrogateescape")


def _as_object(text: str, found: "Duration") -> dict[str, Any]:
    return {
        "text": text,
        "hours": found.hours,
        "code": found.code,
        "severity": found.severity,
        "assumptions": found.assumptions,
        "candidates": found.candidates,
        "message": found.message,
    }


def _as_words(text: str, found: "Duration") -> str:
    hours = "" if found.hours is None else f"{found.hours.normalize():f} h"
    return f"{hours:>10}  {found.code:<20}{found.message or text}"


def _write(line: str) -> None:
    """Print a line, in UTF-8 everywhere; what is no character at all is printed as its escape."""
    click.echo(line.encode("utf-8", errors="backslashreplace"))
