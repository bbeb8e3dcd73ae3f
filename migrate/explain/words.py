"""The wording of explanations (`reports/explain.yaml`)."""

from migrate.resources import resource
from migrate.rulebook.yaml_file import RuleModel, read_rules


class ExplainWords(RuleModel):
    """The whole file."""

    reads: dict[str, str]
    fates: dict[str, str]
    reasons: dict[str, str]
    states: dict[str, str]
    sentences: dict[str, str]


def load_words() -> ExplainWords:
    """Read `reports/explain.yaml`. Raises ConfigurationError that names file, line and key."""
    return read_rules(resource("reports/explain.yaml"), ExplainWords)
