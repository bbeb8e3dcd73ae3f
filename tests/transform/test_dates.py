"""Dates and moments as the contract reads them, and nothing guessed."""

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st

from migrate.transform.columns import series
from migrate.transform.date_texts import plain_words
from migrate.transform.dates import check_order, read_date, read_dates, read_moment, read_moments
from tests.transform.v2_rows import shipped_rules, source, told

POLICY = shipped_rules().dates
INFO, DOUBT = "date-precision", "date-not-understood"

DATES = [  # text, date, code
    ("2010-03-12", "2010-03-12", None),
    ("12/03/2010", "2010-03-12", None),  # the day before the month
    ("12 March 2010", "2010-03-12", None),
    ("12.3.10", "2010-03-12", None),
    ("1.1.30", "1930-01-01", None),  # two digits are 1930 to 2029
    ("31.12.29", "2029-12-31", None),
    ("12th of March, 2010", "2010-03-12", None),
    ("March 12th, 2010", "2010-03-12", None),
    ("12-Mar-2010", "2010-03-12", None),
    ("12Mar2010", "2010-03-12", None),
    ("Friday 12 March 2010", "2010-03-12", None),
    ("12/03/2010 (Fri)", "2010-03-12", None),
    ("１２/０３/２０１０", "2010-03-12", None),
    ("12\u00a0March\u00a02010", "2010-03-12", None),
    ("12&nbsp;March&nbsp;2010", "2010-03-12", None),
    ("\u200f12–03–2010", "2010-03-12", None),
    ("12 mars 2010", "2010-03-12", None),
    ("1er mars 2010", "2010-03-01", None),
    ("12 Mawrth 2010", "2010-03-12", None),
    ("15 de marzo de 2010", "2010-03-15", None),
    ("the 12th of March 2010", "2010-03-12", None),
    ("aout 2010", "2010-08-01", INFO),
    ("12 five 2010", None, DOUBT),  # numbers are no months
    ("deux 2010", None, DOUBT),
    ("out 2010", None, DOUBT),  # October in Portuguese
    ("31 listopada 2010", None, DOUBT),
    ("45 mars 2010", None, DOUBT),
    ("mars 1850", None, DOUBT),
    ("12. März 2010", "2010-03-12", None),
    ("2010-03-12 00:00:00", "2010-03-12", None),
    ("2010-03-12T00:00:00", "2010-03-12", None),
    ("12/03/2010 00:00", "2010-03-12", None),
    ("Mar 12 2010 12:00AM", "2010-03-12", None),
    ("2010-03-12 14:30:00", "2010-03-12", INFO),
    ("March 2010", "2010-03-01", INFO),
    ("03/2010", "2010-03-01", INFO),
    ("Mar-10", "2010-03-01", INFO),
    ("Sept '09", "2009-09-01", INFO),
    ("2010-03", "2010-03-01", INFO),
    ("marzo 2010", "2010-03-01", INFO),
    ("2010", "2010-01-01", INFO),
    (f"12/03/2010{' ' * 500}", "2010-03-12", None),  # as columns of a fixed length fill up
    ("", None, None),
    (" \t\r\n\u00a0", None, None),
    ("31/02/2011", None, DOUBT),
    ("2011-02-29", None, DOUBT),
    ("n/a", None, DOUBT),
    ("NULL", None, DOUBT),
    ("0000-00-00", None, DOUBT),
    ("c. 2009", None, DOUBT),
    ("March 2010?", None, DOUBT),
    ("about 12 March 2010", None, DOUBT),
    ("about March 2010", None, DOUBT),
    ("12 March", None, DOUBT),
    ("today", None, DOUBT),
    ("yesterday", None, DOUBT),
    ("2 weeks ago", None, DOUBT),
    ("5", None, DOUBT),
    ("40249", None, DOUBT),
    ("12/03/1810", None, DOUBT),  # no career reaches so far
    ("25/12/2010 25:00", None, DOUBT),
    ("12/03/2010 - 14/03/2010", None, DOUBT),
    ("Present", None, DOUBT),  # only what ends can be open
    ("x" * 100_000, None, DOUBT),
]
CANDIDATES = [  # text, what is offered to the reviewer
    ("03/13/2011", '["2011-03-13"]'),
    ("3/25/11", '["2011-03-25"]'),
    ("Spring 2009", '["2009-03-01", "2009-04-01", "2009-05-01"]'),
    ("2009/10", '["2009-10-01", "2009-01-01", "2010-01-01"]'),  # October, or two years
    ("2009-2012", '["2009-01-01", "2012-01-01"]'),
    ("1999/00", '["1999-01-01", "2000-01-01"]'),
    ("Monday 12 March 2010", '["2010-03-12"]'),  # it was a Friday
    ("31/02/2011", None),
    ("n/a", None),
]
MOMENTS = [  # text, moment, code
    ("2012-05-01 10:22:31", "2012-05-01 10:22:31", None),
    ("2012-05-01T10:22:31.250", "2012-05-01 10:22:31.250000", None),
    ("2012-02-29 10:22:31", "2012-02-29 10:22:31", None),
    ("2012-05-01", "2012-05-01 00:00:00", None),  # a date alone is its midnight
    ("1 May 2012", "2012-05-01 00:00:00", None),
    ("01/05/2012 10:22", "2012-05-01 10:22:00", None),
    ("1/5/2012 10:22 pm", "2012-05-01 22:22:00", None),
    ("2012-05-01 10:22:31Z", "2012-05-01 10:22:31", None),
    ("2012-05-01 10:22:31+01:00", "2012-05-01 09:22:31", INFO),
    ("May 2012", "2012-05-01 00:00:00", INFO),
    ("2012-02-30 10:22:31", None, DOUBT),
    ("2012-05-01 24:00:00", None, DOUBT),
    ("0012-05-01 10:22:31", None, DOUBT),
    ("2112-05-01 10:22:31", None, DOUBT),
    (f"1 May 2012{' ' * 500}", "2012-05-01 00:00:00", None),
    ("soon", None, DOUBT),
    (" ", None, None),
]


@pytest.mark.parametrize(("text", "expected", "code"), DATES)
def test_a_date_reads_as_the_contract_says(text: str, expected: str | None, code: str | None) -> None:
    reading = read_date(text, POLICY)
    assert (reading.value and str(reading.value), reading.code) == (expected, code)
    assert reading.raw == text


LOST = [  # text of a date, what is said to be lost
    ("2010-03-12 14:30:00", "The time of day was left out."),
    ("2010-03-11 23:00:00+00", "The day is that of the time zone in the text; elsewhere it may be another."),
    ("March 2010", "No day was given: the first of the month was taken."),
]


@pytest.mark.parametrize(("text", "words"), LOST)
def test_what_a_date_has_lost_is_said(text: str, words: str) -> None:
    assert words in (read_date(text, POLICY).message or "")


@pytest.mark.parametrize(
    "text",
    [
        "Present",
        "PRESENT",
        " ongoing ",
        "to date",
        "(current)",
        "On-going",
        "to-date",
        "- present",
        "still employed",
    ],
)
def test_an_end_date_may_be_open(text: str) -> None:
    reading = read_date(text, POLICY, may_be_open=True)
    assert (reading.value, reading.code) == (None, None)


@pytest.mark.parametrize(("text", "candidates"), CANDIDATES)
def test_a_doubtful_date_is_null_and_its_readings_are_offered(text: str, candidates: str | None) -> None:
    reading = read_date(text, POLICY)
    assert (reading.value, reading.code, reading.candidates) == (None, DOUBT, candidates)


@pytest.mark.parametrize(("text", "expected", "code"), MOMENTS)
def test_a_moment_reads_as_the_contract_says(text: str, expected: str | None, code: str | None) -> None:
    reading = read_moment(text, POLICY)
    assert (reading.value and str(reading.value), reading.code) == (expected, code)


def test_a_column_of_moments_reads_as_its_texts() -> None:
    """Moments in v2's own form are read as a whole column; they come out as if read one by one."""
    texts = [text for text, _, _ in MOMENTS]
    column = read_moments(source("members", *({"created_at": text} for text in texts)), "created_at")
    assert column.values.to_pylist() == [read_moment(text, POLICY).value for text in texts]
    assert column.anomalies is not None
    expected = [(text, code) for text, _, code in MOMENTS if code]
    assert told(column.anomalies, "raw_value", "code") == expected


def test_an_anomaly_of_a_date_says_where_and_what() -> None:
    rows = [
        {"start_date": text, "member_id": "1"}
        for text in ("12/03/2010", "March 2010", "Spring 2009", None, "Present")
    ]
    column = read_dates(source("training", *rows), "start_date")
    assert column.values.to_pylist() == [date(2010, 3, 12), date(2010, 3, 1), None, None, None]
    assert column.anomalies is not None
    assert told(
        column.anomalies,
        *("cohort", "member_id", "v2_table", "v2_id", "v2_column", "severity", "raw_value", "loaded_value"),
    ) == [
        ("2024-A", "1", "training", "2", "start_date", "info", "March 2010", "2010-03-01"),
        ("2024-A", "1", "training", "3", "start_date", "warning", "Spring 2009", None),
        ("2024-A", "1", "training", "5", "start_date", "warning", "Present", None),
    ]


def test_an_end_before_its_start_is_kept_and_reported() -> None:
    rows = [
        {"start_date": "2010-03-12", "end_date": "11/03/2010"},
        {"start_date": "2010-03-12", "end_date": "2010-03-12"},
        {"start_date": "2010-03-12", "end_date": "Present"},
    ]
    training = source("training", *rows)
    start, end = read_dates(training, "start_date"), read_dates(training, "end_date", may_be_open=True)
    checked = check_order(training, start, end)
    assert checked.values.to_pylist() == [date(2010, 3, 11), date(2010, 3, 12), None]
    assert checked.anomalies is not None
    assert told(checked.anomalies, "v2_id", "v2_column", "code", "raw_value", "loaded_value") == [
        ("1", "end_date", "dates-reversed", "11/03/2010", "2010-03-11")
    ]


def test_an_end_before_its_start_is_reported_with_a_text_that_the_ledger_can_keep() -> None:
    training = source("training", {"start_date": "2010-03-12", "end_date": "11/03/2010\0"})
    start, end = read_dates(training, "start_date"), read_dates(training, "end_date", may_be_open=True)
    anomalies = check_order(training, start, end).anomalies
    assert anomalies is not None
    raw = r"11/03/2010\u0000"
    assert told(anomalies, "code", "raw_value") == [("text-cleaned", raw), ("dates-reversed", raw)]


@suppose(st.text())
def test_any_text_is_answered(text: str) -> None:
    """No text raises, and one that can be seen gives a date or is reported."""
    for reading in (read_date(text, POLICY), read_moment(text, POLICY)):
        assert (reading.value is not None) or (reading.code == DOUBT) or not plain_words(text)


@suppose(st.from_regex(r"[0-9]{1,4}[ /.-]?[0-9A-Za-z]{1,9}[ /.-]?[0-9]{0,4}", fullmatch=True))
def test_a_date_lies_within_the_years_of_the_policy(text: str) -> None:
    value = read_date(text, POLICY).value
    assert value is None or POLICY.years.earliest <= value.year <= POLICY.years.latest


MOMENT_BOUNDS = [datetime.fromisoformat(text) for text in ("1930-01-01", "2029-12-31")]
STYLES = [
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%Y/%m/%d",
    "%Y-%m-%d 00:00:00",
]


@suppose(st.dates(date(1930, 1, 1), date(2029, 12, 31)), st.sampled_from([*STYLES, "%d/%m/%y", "%d-%b-%y"]))
def test_every_day_survives_every_style(day: date, style: str) -> None:
    reading = read_date(day.strftime(style), POLICY)
    assert (reading.value, reading.code) == (day, None)


@suppose(st.datetimes(*MOMENT_BOUNDS))
def test_every_moment_survives(moment: datetime) -> None:
    assert read_moment(str(moment), POLICY).value == moment


@suppose(st.lists(st.sampled_from([text for text, _, _ in MOMENTS])))
def test_reading_changes_nothing_and_keeps_the_order(texts: list[str]) -> None:
    members = source("members", *({"created_at": text} for text in texts))
    before = members.frame.copy(deep=True)
    read = series(read_moments(members, "created_at").values)
    pd.testing.assert_frame_equal(members.frame, before)
    assert len(read) == len(texts)
