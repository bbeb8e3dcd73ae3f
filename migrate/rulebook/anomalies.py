"""The catalogue of everything that the migration reports (`rules/anomalies.yaml`).

There is one entry for each code. A code never changes its meaning: dashboards and decisions refer to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, RootModel, field_validator

from migrate.errors import ConfigurationError
from migrate.rulebook.files import rule_file
from migrate.rulebook.yaml_file import RuleModel, read_rules

Severity = Literal["info", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""The gravest first."""


def gravity(severity: str) -> int:
    """Return the rank of a severity, 0 for the gravest; an unknown severity comes last."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


Figure = Literal["hours_per_day", "days_per_week", "max_hours"]
"""A value of the duration policy that `reason` may name in braces."""


class AnomalyKind(RuleModel):
    """What a code says: to everyone, to the reviewer, and to the member where it concerns them."""

    severity: Severity
    title: str = Field(min_length=1)
    meaning: str = Field(min_length=1)
    reviewer: str = Field(min_length=1)
    reason: str | None = None
    member: str | None = None
    about: Literal["text", "row"] = "text"
    """Whether a decision about it holds for all rows with the text, or for one row."""

    @field_validator("reason")
    @classmethod
    def _names_figures(cls, reason: str | None) -> str | None:
        unknown = set(re.findall(r"\{(\w*)\}", reason or "")) - set(get_args(Figure))
        if unknown:
            raise ValueError(f"must name {', '.join(get_args(Figure))} and nothing else in braces")
        return reason


class _CatalogueFile(RootModel[dict[str, AnomalyKind]]):
    pass


@dataclass(frozen=True)
class Catalogue:
    """Code → what it says, in the order of the file."""

    kinds: dict[str, AnomalyKind]

    def __getitem__(self, code: str) -> AnomalyKind:
        """Return what a code says. Raises ConfigurationError for a code that the catalogue lacks."""
        try:
            return self.kinds[code]
        except KeyError:
            raise ConfigurationError(
                f"rules/anomalies.yaml has no entry {code!r}. "
                "Add one with severity, title, meaning and reviewer."
            ) from None

    def __contains__(self, code: object) -> bool:
        return code in self.kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self.kinds)

    def severity(self, code: str) -> Severity:
        """Return info, warning or error. Raises ConfigurationError for a code that the catalogue lacks."""
        return self[code].severity


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Read the catalogue. Raises ConfigurationError that names file, line and key, and each code it lacks."""
    path, shipped = rule_file("anomalies.yaml", folder), rule_file("anomalies.yaml")
    kinds = read_rules(path, _CatalogueFile).root
    if path != shipped:
        codes = read_rules(shipped, _CatalogueFile).root
        missing = ", ".join(code for code in codes if code not in kinds)
        if missing:
            raise ConfigurationError(f"{path}: must have an entry for each shipped code (lacks {missing})")
    return Catalogue(kinds)
