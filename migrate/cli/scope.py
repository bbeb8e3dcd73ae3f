"""Reads the scope of a run from the options of a command."""

from pathlib import Path

from migrate.errors import ConfigurationError
from migrate.files.whole import reading
from migrate.load.ledger.scope import Scope


def read_scope(cohorts: tuple[str, ...], members_file: Path | None = None) -> Scope:
    """Return the scope of the given cohorts, or of the members listed in a file, one key a line.

    Raises ConfigurationError for both at once, and for a file that lists nobody.
    """
    if members_file is None:
        return Scope(tuple(dict.fromkeys(cohorts)))
    if cohorts:
        raise ConfigurationError("--cohort and --members-file exclude each other; give one of them.")
    with reading(members_file) as stream:
        lines = stream.read().splitlines()
    members = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not members:
        raise ConfigurationError(f"{members_file} lists no member; write v2 member ids, one a line.")
    return Scope(members=members)
