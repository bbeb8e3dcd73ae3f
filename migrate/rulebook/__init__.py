"""The rules of the migration, read once from `rules/` and passed on as one value.

Files in the engineer's own folder of rules replace the shipped files of the same name. Every `load_` function
takes that folder; None: the shipped rules alone.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from migrate.rulebook.anomalies import Catalogue, load_catalogue
from migrate.rulebook.dates import DatePolicy, load_date_policy
from migrate.rulebook.durations import DurationPolicy, load_duration_policy
from migrate.rulebook.files import deciding_files
from migrate.rulebook.flags import FlagPolicy, load_flag_policy
from migrate.rulebook.mapping import Mapping, load_mapping

__all__ = ["Rules", "load_rules", "rules_version"]


@dataclass(frozen=True)
class Rules:
    """Every rule of the migration."""

    mapping: Mapping
    dates: DatePolicy
    flags: FlagPolicy
    durations: DurationPolicy
    catalogue: Catalogue
    version: str
    """Of the rules' content: equal content, equal version."""


def load_rules(folder: Path | None = None) -> Rules:
    """Read every rule file, from the folder where it has one of that name, else as shipped.

    Raises ConfigurationError that names file, line and key.
    """
    return Rules(
        mapping=load_mapping(folder),
        dates=load_date_policy(folder),
        flags=load_flag_policy(folder),
        durations=load_duration_policy(folder),
        catalogue=load_catalogue(folder),
        version=rules_version(folder),
    )


def rules_version(folder: Path | None = None) -> str:
    """Return the version of the rules in a folder, or of those that are shipped."""
    digest = hashlib.sha256()
    for name, path in deciding_files(folder):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
