"""What whole columns read is what each text reads alone."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.rulebook.dates import load_date_policy
from migrate.transform.dates import read_date
from migrate.transform.exact_dates import read_exact_days

POLICY = load_date_policy()

CASES = [  # text, whether a whole column reads it
    ("2010-03-12", True),
    ("2010-03-12 00:00:00", True),
    ("2010-03-12 10:22:31", False),
    ("2011-02-31 00:00:00", False),
    ("12/03/2010", True),
    ("1.3.10", True),
    ("12th March 2010", True),
    ("12-Mar-29", True),
    (" 12/03/2010 ", True),
    ("", True),
    ("31/02/2011", False),
    ("03/13/2011", False),
    ("12/03-2010", False),
    ("1.3/10", False),
    ("1/3/200", False),
    ("1/13/10", False),
    ("12 Smarch 2010", False),
    ("1/1/1850", False),
    ("March 2010", False),
]


@pytest.mark.parametrize(("text", "exact"), CASES)
def test_plain_forms_alone_are_read_as_columns(text: str, exact: bool) -> None:
    days, is_exact = read_exact_days(pa.array([text], pa.large_string()), POLICY)
    assert bool(is_exact[0]) is exact
    if exact:
        assert days[0].as_py() == read_date(text, POLICY).value


@given(
    st.dates(date(1895, 1, 1), date(2105, 12, 31)),
    st.sampled_from(
        [
            "%Y-%m-%d",
            "%Y-%m-%d 00:00:00",
            "%d/%m/%Y",
            "%d.%m.%y",
            "%d-%m-%Y",
            "%d %B %Y",
            "%d-%b-%y",
            "%d %b %Y",
            "%m/%d/%Y",
        ]
    ),
)
def test_a_column_reads_what_the_text_alone_reads(day: date, form: str) -> None:
    text = day.strftime(form)
    days, is_exact = read_exact_days(pa.array([text], pa.large_string()), POLICY)
    alone = read_date(text, POLICY)
    if is_exact[0]:
        assert (days[0].as_py(), alone.code) == (alone.value, None)
    else:
        assert days[0].as_py() is None
