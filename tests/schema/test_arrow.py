"""Two columns are compared to the letter, and NULL is no text."""

import pyarrow as pa
import pytest

from migrate.schema.arrow import TEXT, as_one_text, differ, rows_as_text, whole

PAIRS = [  # left, right, whether they differ
    ("a", "a", False),
    ("a", "A", True),
    ("a", "a ", True),
    ("", "", False),
    ("", None, True),
    (None, "a", True),
    (None, None, False),
]


@pytest.mark.parametrize("in_pieces", [False, True], ids=["arrays", "chunks"])
def test_columns_differ_where_their_texts_do(*, in_pieces: bool) -> None:
    left, right = (pa.array([pair[side] for pair in PAIRS], TEXT) for side in (0, 1))
    if in_pieces:
        left, right = (pa.chunked_array([part.slice(0, 3), part.slice(3)]) for part in (left, right))
    assert differ(left, right).to_pylist() == [pair[2] for pair in PAIRS]


def test_what_stands_in_other_fields_is_another_text() -> None:
    first, second = (pa.array(texts, TEXT) for texts in (["training1", "training"], ["1", "11"]))
    one, other = as_one_text(first, second).to_pylist()
    assert one != other


def test_rows_are_one_text_where_all_their_values_are_the_same() -> None:
    rows = [("a", None), ("a", None), ("a", ""), ("", "a"), (None, "a")]
    table = pa.table([pa.array(values, TEXT) for values in zip(*rows, strict=True)], names=["one", "other"])
    first, again, *others = rows_as_text(table, ("one", "other")).to_pylist()
    assert first == again
    assert len({first, *others}) == 4


@pytest.mark.parametrize(
    "pieces", [[], [["a", None]], [["a"], [], ["", None]]], ids=["none", "one", "several"]
)
def test_a_column_in_one_piece_has_the_values_of_all_its_pieces(pieces: list[list[str | None]]) -> None:
    column = pa.chunked_array(pieces, TEXT)
    assert whole(column).to_pylist() == column.to_pylist()


def test_a_column_that_is_in_one_piece_is_not_copied() -> None:
    piece = pa.array(["a", "b", "c"], TEXT).slice(1)
    found = whole(pa.chunked_array([piece]))
    assert [buffer and buffer.address for buffer in found.buffers()] == [
        buffer and buffer.address for buffer in piece.buffers()
    ]
