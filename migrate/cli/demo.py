"""`career-migrate demo`."""

import shlex
import sys
from pathlib import Path
from shutil import which

import click

from migrate.cli.fixtures import MOST_MEMBERS, fixtures
from migrate.cli.output import say

MEMBERS = 2_000
SEED = 1


@click.command()
@click.option("--members", type=click.IntRange(1, MOST_MEMBERS), default=MEMBERS, show_default=True)
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"),
              show_default=True, help="Where the two databases and the report are written.")  # fmt: skip
@click.pass_context
def demo(ctx: click.Context, members: int, folder: Path) -> None:
    """Make a v2 sample, migrate it into a v3 SQLite file, verify it and write the report.

    \b
    Example:
      career-migrate demo --members 500 --dir demo
    """
    from migrate.cli.report import report
    from migrate.cli.run import run
    from migrate.cli.verify import verify
    from migrate.files.whole import make_folder
    from migrate.report import FORMATS

    make_folder(folder)
    v2, v3 = (folder / name for name in ("v2.db", "v3.db"))
    for path in (v2, v3):
        path.unlink(missing_ok=True)
    source, target = f"sqlite:///{v2}", f"sqlite:///{v3}"
    say(f"1/4  A v2 of {members:,} invented members: {v2}")
    ctx.invoke(fixtures, members=members, target=source, seed=SEED)
    say(f"2/4  Migrating it into {v3}")
    ctx.invoke(run, source=source, target=target)
    say("3/4  Verifying every row and value")
    _verify(ctx, verify, source, target)
    say("4/4  Writing the report")
    ctx.invoke(report, target=target, out=folder / "report", formats=FORMATS)
    review = shlex.join([_program(), "review", "--target", target])
    say(f"Done. Open {folder / 'report' / 'report.html'}; then try: {review}")


def _program() -> str:
    """Return how a shell calls the command: by its name if it is on the path, else by its full path."""
    name = "career-migrate"
    return name if which(name) else str(Path(sys.executable).with_name(name))


def _verify(ctx: click.Context, verify: click.Command, source: str, target: str) -> None:
    """Verify, and go on where the balance is closed."""
    try:
        ctx.invoke(verify, source=source, target=target)
    except SystemExit as leaving:
        if leaving.code:
            raise
