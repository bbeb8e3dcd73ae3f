"""v3's drop-down list of qualifications (`rules/qualification_types.yaml`)."""

from migrate.rulebook.files import rule_file
from migrate.rulebook.yaml_file import RuleModel, read_rules


class QualificationType(RuleModel):
    """One entry of the list."""

    code: str
    label: str


class _QualificationList(RuleModel):
    qualification_types: tuple[QualificationType, ...]


def load_qualification_types() -> tuple[QualificationType, ...]:
    """Read the list. Raises ConfigurationError that names file, line and key."""
    return read_rules(rule_file("qualification_types.yaml"), _QualificationList).qualification_types
