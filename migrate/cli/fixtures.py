"""`career-migrate fixtures`: writes a synthetic v2."""

import click

from migrate.cli.options import json_option
from migrate.cli.output import say, show_json, show_table

MOST_MEMBERS = 300_000_000
"""v2's keys are integers of 32 bits, and its largest table has five rows a member."""


@click.command()
@click.option(
    "--members", type=click.IntRange(0, MOST_MEMBERS), required=True, metavar="N", help="How many members."
)
@click.option(
    "--target",
    required=True,
    metavar="URL",
    help="Where to: a SQLAlchemy URL, or dir:PATH for a folder of CSV files.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same v2.")
@json_option
def fixtures(members: int, target: str, seed: int, as_json: bool) -> None:
    """Write a synthetic v2 of N invented members, with the mess of ten years in it.

    \b
    Example:
      career-migrate fixtures --members 1000 --target sqlite:///v2.db
    """
    from migrate.fixtures.sample import generate
    from migrate.fixtures.writing import write_v2

    say(f"Writing a v2 of {members:,} members (seed {seed})")
    written = write_v2(target, generate(members, seed=seed))
    if as_json:
        show_json({"members": members, "seed": seed, "rows": dict(written)})
    else:
        show_table("Written", ("table", "rows"), written.items())
