"""The base keeps every value apart from every other, and gives short ones back to the letter."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.load.base import LONGEST, decode_rows, encode_rows, encode_values, shown

TEXT = pa.large_string()
VALUES = st.one_of(st.none(), st.text(max_size=2 * LONGEST))

CASES = [  # value, encoded, shown
    (None, "-", None),
    ("", "=", ""),
    ("-", "=-", "-"),
    ("=", "==", "="),
    ("2:1", "=2:1", "2:1"),
    ("x" * LONGEST, "=" + "x" * LONGEST, "x" * LONGEST),
]


@pytest.mark.parametrize(("value", "encoded", "seen"), CASES)
def test_a_short_value_stands_as_it_is(value: str | None, encoded: str, seen: str | None) -> None:
    assert encode_values(pa.array([value], TEXT)).to_pylist() == [encoded]
    assert shown(encoded) == seen


@pytest.mark.parametrize("value", ["x" * (LONGEST + 1), "a\x1fb"])
def test_a_long_value_or_one_with_the_separator_is_a_digest_and_its_start(value: str) -> None:
    (encoded,) = encode_values(pa.array([value], TEXT)).to_pylist()
    assert encoded.startswith("#")
    assert "\x1f" not in encoded
    assert shown(encoded) == value[:40].replace("\x1f", " ") + "…"


@given(st.lists(VALUES, min_size=2, max_size=2, unique=True))
def test_two_values_are_never_taken_for_one(values: list[str | None]) -> None:
    first, second = encode_values(pa.array(values, TEXT)).to_pylist()
    assert first != second


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=5))
def test_the_parts_of_a_row_come_back(rows: list[tuple[str | None, ...]]) -> None:
    columns = [pa.array(values, TEXT) for values in zip(*rows, strict=True)]
    parts = decode_rows(encode_rows(columns), 3)
    assert [part.to_pylist() for part in parts] == [encode_values(column).to_pylist() for column in columns]


@pytest.mark.parametrize("base", [None, "", "=a", "=a\x1f=b\x1f=c"])
def test_a_base_that_is_missing_or_of_another_shape_says_nothing(base: str | None) -> None:
    assert [part.to_pylist() for part in decode_rows(pa.array([base], TEXT), 2)] == [[None], [None]]
