"""How the reviewers' page ranks, groups, samples and shows anomalies (`rules/review.yaml`)."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from migrate.rulebook.anomalies import Severity
from migrate.rulebook.files import rule_file
from migrate.rulebook.yaml_file import RuleModel, read_rules

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class Doubt(RuleModel):
    """How likely it is that a value is not what the member meant."""

    severity: dict[Severity, Share]
    code: dict[str, Share]

    def of(self, code: str, severity: str) -> float:
        """Return the doubt about an anomaly; an unknown severity is taken as the gravest."""
        by_severity = {str(name): share for name, share in self.severity.items()}
        return self.code.get(code, by_severity.get(severity, 1.0))


class HoursAtStake(RuleModel):
    """How many hours count for a row where its hours are not known, and how many at most."""

    unknown_duration: Positive
    other_column: Positive
    most: Positive


class PageSizes(RuleModel):
    """How many of each stand on a page."""

    groups: Count
    rows: Count
    decisions: Count
    facet_values: Count


class TextLimits(RuleModel):
    """How much of a long text is shown, in characters."""

    fold_after: Count
    show_at_most: Count


class ClusterRules(RuleModel):
    """When two texts are offered as one."""

    alike_from: Annotated[float, Field(gt=0, le=100)]
    most_texts: Count
    number_words: dict[str, float]


class SampleRules(RuleModel):
    """How the sample is drawn and what is said about it."""

    size: Count
    confidence: Annotated[float, Field(gt=0, lt=1)]


class ReviewRules(RuleModel):
    """Everything in `rules/review.yaml`."""

    doubt: Doubt
    hours: HoursAtStake
    page: PageSizes
    texts: TextLimits
    clusters: ClusterRules
    sample: SampleRules


def load_review_rules(folder: Path | None = None) -> ReviewRules:
    """Read the rules of the page. Raises ConfigurationError that names file, line and key."""
    return read_rules(rule_file("review.yaml", folder), ReviewRules)
