"""What `rules/durations/shapes.yaml` may say: patterns over the kinds of a text's amounts."""

import re
from pathlib import Path

from pydantic import field_validator

from migrate.rulebook.files import rule_file
from migrate.rulebook.yaml_file import RuleModel, read_rules


class ShapeRule(RuleModel):
    """One shape: its pattern, the function that reads it, and a text that has it."""

    pattern: str
    read: str
    example: str

    @field_validator("pattern")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"must be a regular expression ({error})") from error
        return pattern


class ShapeRules(RuleModel):
    """Every shape, the first that fits decides."""

    shapes: tuple[ShapeRule, ...]


def load_shapes(folder: Path | None = None) -> tuple[ShapeRule, ...]:
    """Read the shapes. Raises ConfigurationError that names file, line and key."""
    return read_rules(rule_file("durations/shapes.yaml", folder), ShapeRules).shapes
