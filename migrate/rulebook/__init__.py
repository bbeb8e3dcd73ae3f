"""What the migration decides, read from `rules/` once and passed on as one value.

A folder given by the engineer replaces the shipped files of the same name; the rest stays as shipped.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from migrate.rulebook.anomalies import Catalogue, load_catalogue
from migrate.rulebook.dates import DatePolicy, load_date_policy
from migrate.rulebook.durations import DurationPolicy, load_duration_policy
from migrate.rulebook.files import deciding_files, rule_file
from migrate.rulebook.flags import FlagPolicy, load_flag_policy
from migrate.rulebook.mapping import Mapping, load_mapping

__all__ = ["Rules", "load_rules", "rule_file"]


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
        mapping=load_mapping(rule_file("mapping.yaml", folder)),
        dates=load_date_policy(rule_file("dates.yaml", folder)),
        flags=load_flag_policy(rule_file("flags.yaml", folder)),
        durations=load_duration_policy(folder),
        catalogue=load_catalogue(rule_file("anomalies.yaml", folder)),
        version=_version(folder),
    )


def _version(folder: Path | None) -> str:
    digest = hashlib.sha256()
    for name, path in deciding_files(folder):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
