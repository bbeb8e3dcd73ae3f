"""The words of a flag that is set and of one that is not (`rules/flags.yaml`)."""

from pathlib import Path

from pydantic import Field, model_validator

from migrate.rulebook.files import rule_file
from migrate.rulebook.yaml_file import RuleModel, Word, read_rules


class FlagPolicy(RuleModel):
    """Which words are true and which are false."""

    true_words: frozenset[Word] = Field(alias="true")
    false_words: frozenset[Word] = Field(alias="false")

    @model_validator(mode="after")
    def _check_words(self) -> "FlagPolicy":
        both = self.true_words & self.false_words
        if both:
            raise ValueError(f"{', '.join(sorted(both))} cannot be both true and false")
        return self


def load_flag_policy(folder: Path | None = None) -> FlagPolicy:
    """Read the flag policy. Raises ConfigurationError that names file, line and key."""
    return read_rules(rule_file("flags.yaml", folder), FlagPolicy)
