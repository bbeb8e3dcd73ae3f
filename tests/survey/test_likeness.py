"""How well what a column holds fits what is expected of it, and which words a name has."""

import pytest

from migrate.rulebook import Rules, load_rules
from migrate.rulebook.names import load_name_policy
from migrate.survey.found import FoundColumn
from migrate.survey.likeness import UNKNOWN, Profile, fit, name_words

RULES: Rules = load_rules()
LONG = "Leading a team of five people who maintain switchgear across two counties"
UUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"

FITS: list[tuple[str, list[str], float]] = [  # canonical column, values, fit
    ("members.member_id", ["1", "2"], 1),
    ("members.member_id", ["M-1", "M-2"], 1),
    ("members.member_id", ["1", "1"], 0),
    ("members.member_id", [LONG, "2"], 0.5),
    ("training.member_id", ["1", "-1", UUID, UUID.replace("-", ""), "M-1"], 0.8),
    ("training.start_date", ["March 2010", "asdf"], 0.5),
    ("training.end_date", ["Present", "2010"], 1),
    ("members.created_at", ["2012-05-01 10:22:31", "asdf"], 0.5),
    ("employment.is_current", ["Y", "perhaps"], 0.5),
    ("competence_assessments.is_archived", ["Y", "2012-05-01"], 0.5),
    ("competence_assessments.archived_at", ["2012-05-01", "Y"], 0.5),
    ("training.duration", ["2 days", "3", "1.30 hrs", "London"], 0.75),
    ("members.email", ["zoe@mail.example", "none"], 0.5),
    ("supporters.name", ["Zoë Example", "12"], 0.5),
    ("members.surname", ["Example", "2010-03-12", "7", "8"], 0.5),
    ("members.surname", [], UNKNOWN),
]


@pytest.mark.parametrize(("column", "values", "share"), FITS)
def test_a_column_fits_by_the_share_of_its_values_that_are_what_is_expected(
    column: str, values: list[str], share: float
) -> None:
    assert _fit(column, values, rows=len(values)) == pytest.approx(share)


def test_a_key_is_in_every_row() -> None:
    assert _fit("members.member_id", ["1", "2"], rows=3) == 0


def test_numbers_and_dates_of_the_database_s_own_are_no_free_text() -> None:
    assert _fit("members.surname", ["Example"], rows=1, is_text=False) == 0


WORDS = [  # a name of theirs, in the words of ours
    ("tbl_DateFrom", "start date"),
    ("dbo.Person", "member"),
    ("HTTPServer2", "http server 2"),
    ("V", "v"),
    ("start_from_until", "start date start date end date"),
]


@pytest.mark.parametrize(("name", "words"), WORDS)
def test_a_name_is_read_in_the_canonical_words(name: str, words: str) -> None:
    assert " ".join(name_words(name, load_name_policy())) == words


def _fit(column: str, values: list[str], *, rows: int, is_text: bool = True) -> float:
    table, _, name = column.partition(".")
    found = FoundColumn(name, "TEXT", is_text)
    return fit(Profile(found, tuple(values), rows), name, RULES.mapping.tables[table].columns[name], RULES)
