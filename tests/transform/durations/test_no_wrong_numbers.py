"""Texts that read easily as a number which nobody meant: they come out right, or blank."""

from decimal import Decimal

import pytest

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations import read_duration

BREAKS = [  # text, hours ("" for blank), code
    ("1 day (1 hr lunch)", "", "ambiguous"),
    ("2 days (1 hr lunch)", "", "ambiguous"),
    ("2 days (30 mins lunch)", "", "ambiguous"),
    ("8 hours with a 1 hour lunch break", "", "ambiguous"),
    ("8 hours with 1 hour lunch", "", "ambiguous"),
    ("8 hours, 1 hr lunch", "", "ambiguous"),
    ("7 hours with 30 mins lunch", "", "ambiguous"),
    ("6 hrs + 1 hr lunch", "", "ambiguous"),
    ("1 day with 1 hr lunch", "", "ambiguous"),
    ("1 day, 30 min lunch", "", "ambiguous"),
    ("9am-5pm (1 hr lunch)", "7", "clock-range"),
    ("1 day including lunch", "7", "assumed-day"),
    ("2 hour lunch seminar", "2", "stated"),
    ("1 hour lunch and learn", "1", "extra-text"),
]
LIMITS = [
    ("2 days (min)", "14", "approximate"),
    ("20 days (min)", "140", "approximate"),
    ("2 weeks (min)", "70", "approximate"),
    ("20 hrs, min", "20", "approximate"),
    ("2 days, min", "14", "approximate"),
    ("2 days - min", "14", "approximate"),
    ("2 hours 30 min", "2.5", "stated"),
]
HOURS_BEFORE_A_NUMBER = [
    ("3 hours 3 CPD", "3", "stated"),
    ("6 hours 6 CPD", "6", "stated"),
    ("10 hours 10 CPD", "10", "stated"),
    ("6hrs 5 CPD", "", "ambiguous"),
    ("1 hr 30 CPD", "1.5", "stated"),
    ("2 hours once", "2", "stated"),
    ("2 hours once each week for 10 weeks", "20", "repeated"),
    ("5 hours due", "5", "extra-text"),
    ("2 hours pump training", "2", "extra-text"),
    ("1 hour 1-to-1 mentoring", "1", "extra-text"),
    ("2 days 12 CPD hours", "", "ambiguous"),
    ("2hrs 30", "2.5", "stated"),
    ("1 heure 30", "1.5", "language"),
    ("1h5", "1.08", "stated"),
    ("2 hours 5", "", "ambiguous"),
    ("14 CPD hours", "14", "stated"),
]
TIMES_BEFORE_WORDS = [
    ("2 hrs x 6 - online", "12", "repeated"),
    ("2 hrs x 6 London", "", "ambiguous"),
    ("1 day x 2 CDM", "", "ambiguous"),
    ("1 day x 3 - NEC training", "21", "repeated"),
    ("half day x 4 - Manchester", "14", "assumed-day"),
    ("1 day x 5 NVQ", "", "ambiguous"),
    ("2 hours three times - London", "6", "repeated"),
    ("2 hours x 2 trainers", "", "ambiguous"),
    ("1 day x 2 June 2011", "", "ambiguous"),
    ("2 hrs x 6 May 2010", "", "ambiguous"),
    ("2 days 4x4 driving", "14", "assumed-day"),
]
TIMES_A_BARE_NUMBER = [
    ("2 days @ 7.5", "", "ambiguous"),
    ("3 days @ 8", "", "ambiguous"),
    ("3 days x 8", "", "ambiguous"),
    ("2 days x 7.5", "", "ambiguous"),
    ("5 days x7", "", "ambiguous"),
    ("1 day x 7.5", "", "ambiguous"),
    ("2 days at 6", "", "ambiguous"),
    ("2 hours at 9", "", "ambiguous"),
    ("2 hours at 6.30", "", "ambiguous"),
    ("2 hours @ 9.30", "", "ambiguous"),
    ("1 day at 9", "", "ambiguous"),
    ("2 hours @ 50", "", "ambiguous"),
    ("2 hours x 6", "12", "repeated"),
    ("2 days x 3", "42", "repeated"),
    ("1 day x 8", "56", "repeated"),
    ("3 days @ 6 hrs", "18", "repeated"),
]
NUMBERS_OF_NAMES = [
    ("Eurocode 7 half day", "3.5", "assumed-day"),
    ("Eurocode 2 half day", "3.5", "assumed-day"),
    ("NEC 3 - half day", "3.5", "assumed-day"),
    ("BIM Level 2 half day", "3.5", "assumed-day"),
    ("Module 4 half days", "", "ambiguous"),
    ("Excel 2 half day", "3.5", "assumed-day"),
    ("Eurocode 7 1/2 day", "", "ambiguous"),
    ("Eurocode 2 - 1/2 day", "", "ambiguous"),
    ("NEC 3 - 1/2 day", "", "ambiguous"),
    ("Level 3 1/2 day", "", "ambiguous"),
    ("Module 5 1/2 day", "", "ambiguous"),
    ("CDM 2015 - 1/2 day", "3.5", "assumed-day"),
    ("CDM 2007 1/2 day", "3.5", "assumed-day"),
    ("2012 - half day", "3.5", "assumed-day"),
    ("2 half days", "7", "assumed-day"),
    ("London 2 1/2 days", "17.5", "assumed-day"),
    ("HS2 site visit 2 hrs", "2", "extra-text"),
    ("HS2 update, 2 hours", "2", "extra-text"),
    ("HS2", "", "not-understood"),
]
WORDS_INSIDE = [
    ("5 SMSTS day course", "", "ambiguous"),
    ("3 intensive day course", "", "ambiguous"),
    ("10 Online hr", "", "ambiguous"),
    ("2 extra hr", "", "ambiguous"),
    ("1 intensive day", "7", "assumed-day"),
    ("3 intensive days", "21", "assumed-day"),
]
PARTS_OF_A_WHOLE = [
    ("2 day course, 1 day attended", "", "ambiguous"),
    ("5 days, 3 days attended", "", "ambiguous"),
    ("3 day course, attended 2 days", "", "ambiguous"),
    ("2 days, only 1 day attended", "", "ambiguous"),
    ("8 hours, missed 2 hours", "", "ambiguous"),
    ("2 days, claimed 1 day", "", "ambiguous"),
    ("2 days, cancelled after 1 day", "", "ambiguous"),
    ("2 days, cancelled", "", "ambiguous"),
    ("14 hours, 6 hours CPD", "", "ambiguous"),
    ("14 hours, 6 hours verifiable", "", "ambiguous"),
    ("3 days but attended 2", "", "ambiguous"),
    ("5 days not 3", "", "ambiguous"),
    ("2 days of which 6 hours CPD", "", "ambiguous"),
    ("1 week of which 10 hours CPD", "", "ambiguous"),
    ("2 out of 3 days", "", "ambiguous"),
    ("2nd of 3 days", "", "ambiguous"),
    ("first day of 3 day conference", "", "ambiguous"),
    ("attended 2 days", "14", "assumed-day"),
    ("2 hours theory, 1 day practical", "9", "sum"),
    ("not less than 5 hours", "5", "approximate"),
]
BESIDE_EACH_OTHER = [
    ("12 hours, 2 days", "", "ambiguous"),
    ("6 hours, 1 day", "", "ambiguous"),
    ("7.5 hrs, 1 day", "", "ambiguous"),
    ("4 hours, half day", "", "ambiguous"),
    ("2 weeks, 20 hours", "", "ambiguous"),
    ("1 week, 30 hours", "", "ambiguous"),
    ("2 hours, 3 weeks", "", "ambiguous"),
    ("2 x 1 day (7 hours)", "", "ambiguous"),
    ("4 x half day (3 hours)", "", "ambiguous"),
    ("2 days (14 hours)", "14", "stated-hours"),
]
FOREIGN_WORDS_IN_ENGLISH = [
    ("2 days e-learning 14 hours", "", "ambiguous"),
    ("1 day E 7 hours", "", "ambiguous"),
    ("MIS 2 days", "14", "assumed-day"),
    ("Revit Pro 2 days", "14", "assumed-day"),
    ("2 days Bob", "14", "assumed-day"),
    ("2 days OK", "14", "assumed-day"),
    ("2 days fast track", "14", "assumed-day"),
    ("2 std days", "14", "assumed-day"),
    ("2 Tage und 3 Stunden", "17", "language"),
    ("2 giorni e 3 ore", "17", "language"),
]
HOW_OFTEN = [
    ("2 hours on 3 occasions", "6", "repeated"),
    ("1 day on 2 occasions", "14", "repeated"),
    ("half day on 4 occasions", "14", "assumed-day"),
    ("1 hour on five occasions", "5", "repeated"),
    ("6 by 2 hrs", "", "ambiguous"),
    ("2 hrs by 6", "", "ambiguous"),
    ("4 nr x 2hr", "8", "repeated"),
    ("2 days by Zoom", "14", "assumed-day"),
]
MISTYPED = [
    ("1e5 hours", "", "vague"),
    ("1.5E+01 hours", "", "vague"),
    ("O.5 day", "", "ambiguous"),
    ("l.5 day", "", "ambiguous"),
    ("1·5 days", "10.5", "assumed-day"),
    ("0/0 day", "", "ambiguous"),
    ("1'500 hours", "1500", "stated"),
    ("Site safety: 1'500 hours", "1500", "extra-text"),
    ("2.days", "14", "assumed-day"),
]
WHICH_ONE_IT_WAS = [
    ("Training course (week 2)", "", "not-understood"),
    ("Course (day 2)", "", "not-understood"),
    ("morning (9-12)", "", "ambiguous"),
    ("9-12 morning", "", "ambiguous"),
    ("minutes (2010)", "", "vague"),
    ("third day", "", "not-understood"),
    ("second hour", "", "not-understood"),
    ("Duration (days): 2", "14", "assumed-day"),
    ("days (2)", "14", "assumed-day"),
    ("a third of a day", "2.33", "assumed-day"),
]
ADDED = [
    ("2+1 days", "21", "sum"),
    ("Induction: 2+1 days", "21", "sum"),
    ("two-and-a-half hours", "2.5", "stated"),
    ("Project management - two-and-a-half hours", "2.5", "extra-text"),
    ("one-and-a-half days", "10.5", "assumed-day"),
    ("2 hours (+1 hour prep)", "3", "sum"),
    ("a day or two", "7", "range"),
    ("an hour or two", "1", "range"),
]
AFTER_A_DASH = [
    ("1 day - 7.5 - London", "", "ambiguous"),
    ("2 days - 15 - London", "", "ambiguous"),
    ("2 days ½ - London", "", "ambiguous"),
    ("3 days - London", "21", "assumed-day"),
]
TIMES_OF_DAY = [
    ("1730 hrs", "", "ambiguous"),
    ("09:30:00", "", "ambiguous"),
    ("17:30:00", "", "ambiguous"),
    ("01:30:00", "1.5", "clock-style"),
    ("1500 hours", "1500", "stated"),
    ("9h-17h", "", "ambiguous"),
]
UNIT_FIRST = [
    ("Hours: 2, Minutes: 30", "2.5", "stated"),
    ("Hours: 2, Minutes: 30 - London", "2.5", "extra-text"),
    ("Hrs: 2 Mins: 30 - London", "2.5", "extra-text"),
    ("Total hours: 12", "12", "stated"),
    ("May 2 days", "14", "assumed-day"),
    ("Sept 2 days", "14", "assumed-day"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hours", "code"),
    [
        *BREAKS, *LIMITS, *HOURS_BEFORE_A_NUMBER, *TIMES_BEFORE_WORDS, *TIMES_A_BARE_NUMBER,
        *NUMBERS_OF_NAMES, *WORDS_INSIDE, *PARTS_OF_A_WHOLE, *BESIDE_EACH_OTHER, *FOREIGN_WORDS_IN_ENGLISH,
        *HOW_OFTEN, *MISTYPED, *WHICH_ONE_IT_WAS, *ADDED, *AFTER_A_DASH, *TIMES_OF_DAY, *UNIT_FIRST,
    ],
)  # fmt: skip
def test_a_text_becomes_the_number_that_was_meant_or_none(
    text: str, hours: str, code: str, policy: DurationPolicy
) -> None:
    found = read_duration(text, policy)
    assert found.hours == (Decimal(hours) if hours else None)
    assert found.code == code
