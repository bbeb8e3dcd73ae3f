"""The command line: `career-migrate`, also `python -m migrate`.

Each command is a module of this package, imported only when it is called: `--help` answers at once.
"""

import importlib
import sys

import click

from migrate import __version__
from migrate.cli.failures import words_of
from migrate.cli.own_process import settle
from migrate.errors import ExitCode, MigrationError

COMMANDS = {  # in the order in which a migration meets them
    "demo": "Make a v2 sample, migrate it into SQLite, verify it and report.",
    "fixtures": "Write a synthetic v2 of any size to a database.",
    "init-target": "Create v3's tables and the ledger where they are missing.",
    "inspect": "Show what is in v2 and what will not convert.",
    "plan": "Show what a run would do; write nothing.",
    "run": "Migrate; run again to continue or to bring changes over.",
    "verify": "Account for every v2 row and compare every value.",
    "status": "Show cohorts and runs at a glance.",
    "report": "Write the anomaly report.",
    "review": "Open the reviewers' page.",
    "decisions": "Export or import the reviewers' decisions.",
    "explain": "Tell how the v3 values of a row or member came to be.",
    "notices": "Write what each member should check.",
    "pack": "Write the cut-over pack for sign-off.",
    "rollback": "Take back what a run or a cohort migrated.",
    "forget": "Remove raw texts from the ledger, keep the counts.",
    "duration": "Read durations as the migration reads them.",
}


class CommandGroup(click.Group):
    """Finds a command in the module of its name when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import `migrate.cli.<name>` and return its command."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(importlib.import_module(f"migrate.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table alone, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="career-migrate")
def cli() -> None:
    """Move Career Manager records from version 2 to version 3, cohort by cohort."""


def main() -> None:
    """Run a command; say what went wrong in words, and leave with the contract's exit code."""
    settle()
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    except MigrationError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(ExitCode.DONE)
    except Exception as error:
        words = words_of(error)
        if words is None:
            raise
        click.echo(words, err=True)
        sys.exit(ExitCode.FAILED)
