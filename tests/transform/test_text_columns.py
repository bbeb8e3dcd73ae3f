"""Columns of text reach v3 to the letter."""

import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st

from migrate.schema.storable import stand_in
from migrate.transform.decision_lookup import Decisions
from migrate.transform.text_columns import read_texts
from tests.transform.v2_rows import decision, source, told

TEXTS = [
    "",
    "  spaces  ",
    "line\r\nbreak\n",
    "NULL",
    "2:1 â€“ Hons",
    "&amp; <b>",
    "=1+1",
    "O'Neill",
    "x" * 60_000,
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_carried_to_the_letter(text: str) -> None:
    column = read_texts(source("education", {"grade": text}, {"grade": None}), "grade")
    assert column.values.to_pylist() == [text, None]
    assert column.anomalies is None


def test_what_cannot_be_stored_is_removed_and_reported() -> None:
    half = f"x{stand_in(chr(0xD800))}"
    column = read_texts(source("education", {"grade": half}, {"grade": "fine"}, {"grade": "a\0b"}), "grade")
    assert column.values.to_pylist() == ["x", "fine", "ab"]
    assert column.anomalies is not None
    assert told(column.anomalies, "v2_id", "code", "raw_value", "loaded_value") == [
        ("1", "text-cleaned", "x\\ud800", "x"),
        ("3", "text-cleaned", "a\\u0000b", "ab"),
    ]


def test_a_reviewer_may_set_a_text() -> None:
    decided = Decisions.that_hold(
        [decision("set", "2:1", table="education", column="grade", row="2", raw="02:01")]
    )
    column = read_texts(source("education", {"grade": "1st"}, {"grade": "02:01"}, decisions=decided), "grade")
    assert column.values.to_pylist() == ["1st", "2:1"]
    assert column.anomalies is not None
    assert len(column.anomalies) == 0


@suppose(
    st.lists(st.one_of(st.none(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
)
def test_any_text_is_carried(texts: list[str | None]) -> None:
    column = read_texts(source("education", *({"grade": text} for text in texts)), "grade")
    assert column.values.to_pylist() == texts
