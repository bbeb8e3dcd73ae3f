"""Texts that read easily as a number which nobody meant: they come out right, or blank."""

from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules

import pytest

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations import read_duration
from tests.transform.durations import readings

THEMES = [import_module(f"{readings.__name__}.{found.name}") for found in iter_modules(readings.__path__)]
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
