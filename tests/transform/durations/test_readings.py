"""Texts that read easily as a number which nobody meant: they come out right, or blank."""

from decimal import Decimal

import pytest

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations import read_duration
from tests.transform.durations.readings import (
    doubts,
    how_often,
    languages,
    names,
    not_attended,
    parts,
    parts_of_training,
    sums,
    times_of_day,
    totals,
)

THEMES = (
    doubts,
    how_often,
    languages,
    names,
    not_attended,
    parts,
    parts_of_training,
    sums,
    times_of_day,
    totals,
)
READINGS = [reading for theme in THEMES for reading in theme.READINGS]


@pytest.mark.parametrize(("text", "hours", "code"), READINGS)
def test_a_text_becomes_the_number_that_was_meant_or_none(
    text: str, hours: str, code: str, policy: DurationPolicy
) -> None:
    found = read_duration(text, policy)
    assert found.hours == (Decimal(hours) if hours else None)
    assert found.code == code


def test_no_text_stands_twice() -> None:
    texts = [text for text, _, _ in READINGS]
    assert len(texts) == len(set(texts))
