"""The wording of the verdict (`reports/verdict.yaml`)."""

from functools import cache
from typing import Literal

from migrate.resources import resource
from migrate.rulebook.yaml_file import RuleModel, read_rules

State = Literal["good", "look", "bad", "unknown"]


class RunWords(RuleModel):
    """About the last run."""

    title: str
    none: str
    completed: str
    rolled_back: str
    unfinished: str
    of_cohort: str


class RowWords(RuleModel):
    """About the rows that v2 gave."""

    title: str
    none: str
    arrived: str
    rejected: str


class CheckWords(RuleModel):
    """About the balance, or the quality suites."""

    title: str
    good: str


class LookedAtWords(RuleModel):
    """About checks that failed or were not made."""

    line: str
    failed: str
    failed_slightly: str
    never: str
    moved_since: str
    cohorts_moved_since: str
    no_cohort: str


class OpenWords(RuleModel):
    """About anomalies that nobody has decided."""

    errors: str
    warnings: str
    none: str
    some: str
    row: str
    text: str


class VerdictWords(RuleModel):
    """The whole file."""

    verdicts: dict[State, str]
    run: RunWords
    rows: RowWords
    balance: CheckWords
    checks: CheckWords
    looked_at: LookedAtWords
    open: OpenWords


@cache
def verdict_words() -> VerdictWords:
    """Read `reports/verdict.yaml`, once."""
    return read_rules(resource("reports/verdict.yaml"), VerdictWords)
