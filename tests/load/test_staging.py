"""Temporary tables have the shape that is asked for."""

import pytest

from migrate.load.staging import staged_like
from migrate.schema import v3

NAMES = ("id", "email")


def test_a_staged_table_has_the_columns_that_are_asked_for() -> None:
    staged = staged_like(v3.members, NAMES, "_shape")
    assert tuple(staged.columns.keys()) == NAMES
    assert staged_like(v3.members, NAMES, "_shape") is staged


def test_another_shape_under_the_same_name_is_refused() -> None:
    staged_like(v3.members, NAMES, "_name")
    with pytest.raises(ValueError, match="staged with id, email; give another suffix"):
        staged_like(v3.members, (*NAMES, "forename"), "_name")
