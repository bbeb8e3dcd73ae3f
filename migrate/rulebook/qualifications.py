"""v3's drop-down list of qualifications (`rules/qualification_types.yaml`)."""

from pathlib import Path

from migrate.resources import resource
from migrate.rulebook.yaml_file import RuleModel, read_rules


class QualificationType(RuleModel):
    """One entry of the list."""

    code: str
    label: str


class _QualificationList(RuleModel):
    qualification_types: tuple[QualificationType, ...]


def load_qualification_types(path: Path | None = None) -> tuple[QualificationType, ...]:
    """Read the list. Raises ConfigurationError that names file, line and key."""
    found = read_rules(path or resource("rules/qualification_types.yaml"), _QualificationList)
    return found.qualification_types
