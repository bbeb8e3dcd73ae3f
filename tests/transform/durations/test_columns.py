"""Whole columns: each distinct text once, NULL as blank, in every string type of pandas."""

import pandas as pd
import pyarrow as pa
import pytest

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations import BLANK, read_duration, read_durations

TYPES = ["object", "str", "string[pyarrow]", pd.ArrowDtype(pa.string())]


@pytest.mark.parametrize("dtype", TYPES, ids=str)
def test_a_column_reads_as_its_texts_do(dtype: str, policy: DurationPolicy) -> None:
    texts = ["2 days", None, "6 x 2 hours", "2 days", "", "London"]
    places, durations = read_durations(pd.Series(texts, dtype=dtype), policy)
    assert [durations[place] for place in places] == [read_duration(text, policy) for text in texts]
    assert durations[places[1]] is BLANK


def test_each_distinct_text_is_read_once(policy: DurationPolicy) -> None:
    _, durations = read_durations(pd.Series(["1 day", "2 days"] * 1000, dtype="str"), policy)
    assert len(durations) == 2


def test_an_empty_column_has_no_durations(policy: DurationPolicy) -> None:
    places, durations = read_durations(pd.Series([], dtype="str"), policy)
    assert (len(places), durations) == (0, [])
