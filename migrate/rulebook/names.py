"""Synonyms of the words in canonical names (`rules/names.yaml`), for the draft of a mapping."""

from functools import cached_property
from pathlib import Path

from pydantic import Field

from migrate.rulebook.files import rule_file
from migrate.rulebook.yaml_file import RuleModel, read_rules

Words = tuple[str, ...]


class NamePolicy(RuleModel):
    """How names are compared, and when a guess counts as certain."""

    words: dict[str, tuple[str, ...]]
    sample_rows: int = Field(ge=1)
    sure: float = Field(gt=0, le=1)
    margin: float = Field(ge=0, le=1)
    worth_a_guess: float = Field(gt=0, le=1)

    @cached_property
    def phrases(self) -> list[tuple[Words, Words]]:
        """Each synonym with its canonical phrase, the longest first: `date from` comes before `from`."""
        pairs = [
            (tuple(foreign.split()), tuple(canonical.split()))
            for canonical, others in self.words.items()
            for foreign in (canonical, *others)
        ]
        return sorted(pairs, key=lambda pair: (-len(pair[0]), pair))


def load_name_policy(folder: Path | None = None) -> NamePolicy:
    """Read the policy. Raises ConfigurationError that names file, line and key."""
    return read_rules(rule_file("names.yaml", folder), NamePolicy)
