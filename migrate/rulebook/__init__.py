"""What the migration decides, read from `rules/` once and passed on as one value.

A folder given by the engineer replaces the shipped files of the same name; the rest stays as shipped.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from migrate.resources import resource
from migrate.rulebook.anomalies import Catalogue, load_catalogue
from migrate.rulebook.dates import DatePolicy, load_date_policy
from migrate.rulebook.durations import DurationPolicy, load_duration_policy
from migrate.rulebook.flags import FlagPolicy, load_flag_policy
from migrate.rulebook.mapping import Mapping, load_mapping

FILES = ("mapping.yaml", "dates.yaml", "flags.yaml", "durations.yaml", "anomalies.yaml")
FOLDERS = ("durations",)


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
    mapping, dates, flags, durations, anomalies = (rule_file(name, folder) for name in FILES)
    return Rules(
        mapping=load_mapping(mapping),
        dates=load_date_policy(dates),
        flags=load_flag_policy(flags),
        durations=load_duration_policy(durations),
        catalogue=load_catalogue(anomalies),
        version=_version(folder),
    )


def rule_file(name: str, folder: Path | None = None) -> Path:
    """Return the path of a rule file: the folder's own, else the shipped one."""
    own = folder / name if folder else None
    return own if own and own.exists() else resource(f"rules/{name}")


def _version(folder: Path | None) -> str:
    digest = hashlib.sha256()
    paths = [rule_file(name, folder) for name in FILES]
    for name in FOLDERS:
        paths += sorted(path for path in rule_file(name, folder).rglob("*") if path.is_file())
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
