"""Text is kept to the letter, but for what no v3 database can store."""

import pyarrow.compute as pc
import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st

from migrate.databases.octets import text_of
from migrate.schema.storable import cleaned, unstorable
from migrate.transform.columns import text_array
from migrate.transform.texts import shown

CASES = [  # v2's text in UTF-8, what v3 gets, what the ledger shows
    (b"plain", "plain", "plain"),
    (b"  two\r\n lines\t", "  two\r\n lines\t", "  two\r\n lines\t"),
    (b"a\0b", "ab", "a\\u0000b"),
    (b"\0", "", "\\u0000"),
    (b"half a pair: \xed\xa0\xbd.", "half a pair: .", "half a pair: \\ud83d."),
    (b"\0\xed\xbf\xbf\xed\xa0\x80\0d800", "d800", "\\u0000\\udfff\\ud800\\u0000d800"),
    (
        "한국어 😀 \ud7ff\ue000".encode(),
        "한국어 😀 \ud7ff\ue000",
        "한국어 😀 \ud7ff\ue000",
    ),  # beside the surrogates
    (b"\x01\x1b\x7f", "\x01\x1b\x7f", "\x01\x1b\x7f"),  # control characters can be stored
]


@pytest.mark.parametrize(("raw", "clean", "visible"), CASES)
def test_only_what_cannot_be_stored_is_removed(raw: bytes, clean: str, visible: str) -> None:
    texts = text_array(["before", text_of(raw), None])
    assert cleaned(texts).to_pylist() == ["before", clean, None]
    assert shown(texts).to_pylist() == ["before", visible, None]
    assert unstorable(texts).tolist() == [False, clean != visible, False]


def test_a_slice_is_looked_at_alone() -> None:
    texts = text_array(["a\0", "b", "c\0"])
    assert unstorable(texts.slice(1, 1)).tolist() == [False]
    assert unstorable(texts.slice(1, 2)).tolist() == [False, True]


@suppose(st.lists(st.one_of(st.none(), st.text())))
def test_text_without_a_nul_is_untouched(texts: list[str | None]) -> None:
    expected = [text and text.replace("\0", "") for text in texts]
    assert cleaned(text_array(texts)).to_pylist() == expected


@suppose(st.lists(st.text(st.characters()), min_size=1))
def test_text_with_any_surrogate_becomes_storable(texts: list[str]) -> None:
    raw = [text.encode("utf-8", "surrogatepass") for text in texts]
    array = text_array([text_of(octets) for octets in raw])
    for result in (cleaned(array), shown(array)):
        assert not pc.any(unstorable(result)).as_py()
        assert result.to_pylist() is not None
