"""The options that several commands share, each declared once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def cohort_name(given: str) -> str:
    """Return a cohort's name. Raises BadParameter for an empty one, as from an unset shell variable."""
    if not given:
        raise click.BadParameter("it is empty. Write the cohort's name; nothing was written.")
    return given


def _read_folder(_: click.Context, __: click.Parameter, folder: Path | None) -> Path | None:
    """Return the folder of rules. Raises ConfigurationError for YAML files in it that would not be read."""
    if folder is not None:
        from migrate.rulebook.files import refuse_misnamed

        refuse_misnamed(folder)
    return folder


source_option: Decorator = click.option(
    "--source",
    required=True,
    envvar="CAREER_MIGRATE_SOURCE",
    show_envvar=True,
    metavar="URL",
    help="v2: a SQLAlchemy URL, or dir:PATH for a folder of exports.",
)
target_option: Decorator = click.option(
    "--target",
    required=True,
    envvar="CAREER_MIGRATE_TARGET",
    show_envvar=True,
    metavar="URL",
    help="v3: a SQLAlchemy URL.",
)
cohorts_option: Decorator = click.option(
    "--cohort",
    "cohorts",
    multiple=True,
    type=cohort_name,
    metavar="COHORT",
    help="Only this cohort; may be given several times.",
)
members_file_option: Decorator = click.option(
    "--members-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Only these members: v2 member ids, one a line.",
)
out_option: Decorator = click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder to write to."
)
json_option: Decorator = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on standard output, and nothing else there."
)
rules_option: Decorator = click.option(
    "--rules",
    "rules_folder",
    envvar="CAREER_MIGRATE_RULES",
    show_envvar=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    callback=_read_folder,
    help="A folder of rule files that replace the shipped ones.",
)
