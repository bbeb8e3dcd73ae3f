"""Bytes are read as UTF-8 or, where they are none, as Windows-1252."""

import pyarrow as pa
import pytest

from migrate.databases.delimited import as_text
from migrate.databases.octets import text_of
from migrate.schema.storable import written_out

CASES = [  # bytes, text as it is shown
    (b"Zo\xc3\xab", "Zoë"),
    (b"Zo\xeb", "Zoë"),
    (b"\x81Zo\xeb", "\x81Zoë"),
    (b"Zo\xc3\xab \xed\xa0\xbd", "Zoë \\ud83d"),
    (b"\xed\xb8\x80Zo\xc3\xab\xed\xa0\xbd", "\\ude00Zoë\\ud83d"),
    (b"Zo\xc3\xab \xed\xa0\xbd\xed\xb8\x80", "Zoë \U0001f600"),
    (b"\xef\xbb\xbfa\xed\xa0\xbd", "\ufeffa\\ud83d"),
]


@pytest.mark.parametrize(("octets", "text"), CASES)
def test_a_lone_surrogate_garbles_no_letter_beside_it(octets: bytes, text: str) -> None:
    """Both halves of a pair are one letter."""
    assert written_out(text_of(octets)) == text
    assert as_text(pa.chunked_array([[octets, None]])).to_pylist() == [text_of(octets), None]
