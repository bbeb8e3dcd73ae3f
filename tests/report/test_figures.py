"""Figures say what is so: no share rounds to nothing or to everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.report.figures import count, share

SHARES = [  # part, whole, in words
    (0, 10, "0 %"),
    (10, 10, "100 %"),
    (1, 3, "33.3 %"),
    (4, 100_000, "0.004 %"),
    (99_996, 100_000, "99.996 %"),
    (999, 1000, "99.9 %"),
    (1, 2, "50 %"),
    (2, 3, "66.7 %"),
    (0, 0, "–"),
]


@pytest.mark.parametrize(("part", "whole", "words"), SHARES)
def test_share_is_said_in_words(part: int, whole: int, words: str) -> None:
    assert share(part, whole) == words


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_only_none_is_0_and_only_all_is_100_per_cent(part: int, rest: int) -> None:
    assert share(part, part + rest) not in {"0 %", "100 %"}


def test_nouns_follow_their_number() -> None:
    assert [count(1, "row"), count(2000, "row"), count(0, "text is", "texts are")] == [
        "1 row",
        "2,000 rows",
        "0 texts are",
    ]
