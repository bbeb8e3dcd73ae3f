"""Two columns are compared to the letter, and NULL is no text."""

import pyarrow as pa
import pytest

from migrate.schema.arrow import TEXT, as_one_text, differ

PAIRS = [  # left, right, whether they differ
    ("a", "a", False),
    ("a", "A", True),
    ("a", "a ", True),
    ("", "", False),
    ("", None, True),
    (None, "a", True),
    (None, None, False),
]


@pytest.mark.parametrize("whole", [True, False], ids=["arrays", "chunks"])
def test_columns_differ_where_their_texts_do(*, whole: bool) -> None:
    left, right = (pa.array([pair[side] for pair in PAIRS], TEXT) for side in (0, 1))
    if not whole:
        left, right = (pa.chunked_array([part.slice(0, 3), part.slice(3)]) for part in (left, right))
    assert differ(left, right).to_pylist() == [pair[2] for pair in PAIRS]


def test_what_stands_in_other_fields_is_another_text() -> None:
    first, second = (pa.array(texts, TEXT) for texts in (["training1", "training"], ["1", "11"]))
    one, other = as_one_text(first, second).to_pylist()
    assert one != other
