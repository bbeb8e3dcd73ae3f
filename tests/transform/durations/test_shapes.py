"""Each shape of rules/durations/shapes.yaml has an example that it reads."""

from pathlib import Path

import pytest

from migrate.errors import ConfigurationError
from migrate.rulebook.durations import DurationPolicy
from migrate.rulebook.shapes import ShapeRule, load_shapes
from migrate.transform.durations import read_duration
from migrate.transform.durations.arrange import arranged
from migrate.transform.durations.grammar import RULES
from migrate.transform.durations.normalise import normalise
from migrate.transform.durations.together import shapes_of
from migrate.transform.durations.tokens import read_tokens
from migrate.transform.durations.vocabulary import vocabulary


@pytest.mark.parametrize("shape", load_shapes(), ids=lambda shape: shape.example)
def test_the_example_of_a_shape_is_read_by_it(shape: ShapeRule, policy: DurationPolicy) -> None:
    items = read_tokens(normalise(shape.example, 1000).text, vocabulary(policy.words))
    _, kinds = arranged(RULES.apply(items, policy), policy)
    read, found = shapes_of(kinds, policy.words)[0]
    assert (read, found.re.pattern) == (shape.read, shape.pattern)
    assert read_duration(shape.example, policy).code != "not-understood"


def test_a_shape_that_is_no_pattern_is_named(tmp_path: Path) -> None:
    path = tmp_path / "durations" / "shapes.yaml"
    path.parent.mkdir()
    path.write_text('shapes:\n  - {pattern: "[H", read: amount, example: "2 hours"}\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"shapes.yaml:2: shapes.0.pattern: .*regular expression"):
        load_shapes(tmp_path)
