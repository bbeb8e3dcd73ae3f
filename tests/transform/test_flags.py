"""Flags in every spelling that v2 holds."""

import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st

from migrate.transform.flags import flag_value, read_flag, read_flags
from tests.transform.v2_rows import shipped_rules, source, told

POLICY = shipped_rules().flags
TRUE = ["1", "t", "T", "true", "TRUE", "True", "y", "Y", "yes", "YES", " yes ", "on", "On"]
FALSE = ["0", "f", "F", "false", "FALSE", "n", "N", "no", "No", "off", "", "  "]
UNKNOWN = ["maybe", "2", "-1", "1.0", "yes please", "n/a", "NULL", "?"]


@pytest.mark.parametrize("text", TRUE)
def test_these_words_are_true(text: str) -> None:
    reading = read_flag(text, POLICY)
    assert (reading.value, reading.code) == (True, None)


@pytest.mark.parametrize("text", FALSE)
def test_these_words_and_nothing_are_false(text: str) -> None:
    reading = read_flag(text, POLICY)
    assert (reading.value, reading.code) == (False, None)


@pytest.mark.parametrize("text", UNKNOWN)
def test_any_other_word_is_false_and_reported(text: str) -> None:
    reading = read_flag(text, POLICY)
    assert (reading.value, reading.code) == (False, "flag-not-understood")


def test_only_a_word_of_the_policy_is_a_plain_answer() -> None:
    assert [flag_value(text, POLICY) for text in ("Y", "off", "", None, "maybe")] == [
        True,
        False,
        None,
        None,
        None,
    ]


def test_a_column_of_flags_keeps_its_order() -> None:
    column = read_flags(
        source("employment", *({"is_current": text} for text in ("Y", None, "hm", "0"))), "is_current"
    )
    assert column.values.to_pylist() == [True, False, False, False]
    assert column.anomalies is not None
    assert told(column.anomalies, "v2_id", "code", "severity", "raw_value", "loaded_value") == [
        ("3", "flag-not-understood", "warning", "hm", "false")
    ]


@suppose(st.text())
def test_any_text_is_a_flag(text: str) -> None:
    assert read_flag(text, POLICY).value in {True, False}
