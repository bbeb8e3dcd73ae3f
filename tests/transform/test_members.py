"""v2 members as v3 members."""

import pytest

from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import told, transform, values

NUMBERS = [  # membership number in v2, in v3: to the letter, but blank is NULL
    ("0012", "0012"),
    (" ab1 ", " ab1 "),
    ("\u00c9", "\u00c9"),
    ("", None),
    ("   ", None),
    ("\u00a0", None),
    (None, None),
]


@pytest.mark.parametrize(("number", "expected"), NUMBERS)
def test_a_membership_number_is_kept_to_the_letter_and_a_blank_one_is_null(
    number: str | None, expected: str | None
) -> None:
    rows, _ = transform("members", {"membership_number": number})
    assert values(rows, "membership_number") == [expected]


def test_of_a_number_of_which_cleaning_leaves_nothing_it_is_said_that_none_was_loaded() -> None:
    rows, anomalies = transform("members", {"membership_number": " \0 "}, {"membership_number": "1\0"})
    assert values(rows, "membership_number") == [None, "1"]
    assert told(anomalies, "code", "loaded_value") == [("text-cleaned", None), ("text-cleaned", "1")]


def test_a_member_arrives_whole() -> None:
    row = {
        "member_id": "7",
        "membership_number": "12",
        "title": "Dr",
        "forename": "Zo\u00eb",
        "surname": "O'Neill",
        "email": "z@example.org",
        "membership_category": "TMIET",
        "created_at": "2009-01-02 03:04:05",
        "updated_at": "5 May 2011",
    }
    rows, anomalies = transform("members", row)
    assert tuple(rows.columns) == v3.written_columns(v3.members)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("members", "7"),
        "12",
        "Dr",
        "Zo\u00eb",
        "O'Neill",
        "z@example.org",
        "TMIET",
        "2009-01-02 03:04:05",
        "2011-05-05 00:00:00",
    ]
    assert told(anomalies, "code") == []
