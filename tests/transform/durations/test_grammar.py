"""Each rule of the grammar is needed: its example is read otherwise without it."""

import pytest

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations import read_duration, reader
from migrate.transform.durations.grammar import RULES
from migrate.transform.durations.rewrite import Rule, Rules


@pytest.mark.parametrize("rule", tuple(RULES), ids=lambda rule: rule.example)
def test_a_rule_decides_how_its_example_is_read(
    rule: Rule, policy: DurationPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read_duration(rule.example, policy)
    monkeypatch.setattr(reader, "RULES", Rules(*(other for other in RULES if other is not rule)))
    assert read_duration(rule.example, policy) != found
