"""The table of docs/durations.md says what the reader does with the texts on which the policy is silent."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations import read_duration

DOCUMENT = Path(__file__).parents[3] / "docs" / "durations.md"
SILENT = DOCUMENT.read_text().partition("## Where the policy is silent")[2].partition("\n## ")[0]
EXAMPLES = re.findall(r"`([^`]+)` (blank|[\d.]+)(?=[; ])", SILENT)


@pytest.mark.parametrize(("text", "hours"), EXAMPLES)
def test_an_example_in_the_documentation_is_read_as_it_says(
    text: str, hours: str, policy: DurationPolicy
) -> None:
    assert read_duration(text, policy).hours == (None if hours == "blank" else Decimal(hours))


def test_every_rule_of_the_table_has_examples() -> None:
    rules = [line for line in SILENT.splitlines() if line.startswith("| ")][1:]
    assert [rule for rule in rules if not re.search(r"` (?:blank|\d)", rule)] == []
