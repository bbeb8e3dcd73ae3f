"""Numbers of something else than what was attended: they are left blank, or out of the reading."""

from decimal import Decimal

import pytest

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations import read_duration

NOT_ATTENDED = [  # text, hours ("" for blank), code
    ("postponed 2 days", "", "ambiguous"),
    ("2 days (postponed)", "", "ambiguous"),
    ("Revit, 2 days, postponed until May", "", "ambiguous"),
    ("1 day, postponed from May", "7", "assumed-day"),
    ("exempt 2 days", "", "ambiguous"),
    ("exempt (3 hours)", "", "ambiguous"),
    ("deferred: 3 days", "", "ambiguous"),
    ("2 days deferred", "", "ambiguous"),
    ("withdrawn after 2 days", "", "ambiguous"),
    ("2 days, withdrawn", "", "ambiguous"),
    ("BS 5950 (withdrawn) 2 days", "14", "assumed-day"),
    ("2 days booked", "", "ambiguous"),
    ("2 day planned maintenance course", "14", "assumed-day"),
    ("Planned maintenance, 2 days", "14", "assumed-day"),
    ("Managing absence, 1 day", "7", "assumed-day"),
    ("3 days absence", "", "ambiguous"),
    ("will attend 2 days", "", "ambiguous"),
    ("2 days to be completed", "", "ambiguous"),
    ("not started, 5 days", "", "ambiguous"),
    ("failed to attend 1 day", "", "ambiguous"),
    ("didn't attend 2 days", "", "ambiguous"),
    ("walked out after 1 hour", "", "ambiguous"),
    ("3 days cut short", "", "ambiguous"),
    ("3 days condensed into 2", "", "ambiguous"),
    ("5 day course in 3 days", "", "ambiguous"),
    ("2 days over 3 weeks", "14", "assumed-day"),
    ("2 days (+1 optional)", "", "ambiguous"),
    ("extended by 1 day", "", "ambiguous"),
    ("previously 3 days", "", "ambiguous"),
    ("2 days (formerly 3)", "14", "assumed-day"),
    ("2 days later", "", "ambiguous"),
    ("DNA 2 days", "", "ambiguous"),
    ("DNA sequencing, 2 days", "14", "assumed-day"),
    ("2 days but ill", "", "ambiguous"),
    ("2 days (ill)", "", "ambiguous"),
    ("2 days paid leave", "", "ambiguous"),
    ("2 jours, annulé", "", "ambiguous"),
    ("2 Tage abgesagt", "", "ambiguous"),
    ("2 días cancelados", "", "ambiguous"),
    ("24 hour access, 2 hours", "", "ambiguous"),
    ("5 days except Wednesday", "", "ambiguous"),
    ("5 days excluding weekends", "35", "assumed-day"),
]
BREAKS_AND_TRAVEL_ALONE = [
    ("break 30 mins", "", "ambiguous"),
    ("30 min break", "", "ambiguous"),
    ("lunch: 45 min", "", "ambiguous"),
    ("1 hour for lunch", "", "ambiguous"),
    ("Pause 30 Minuten", "", "ambiguous"),
    ("travel 2 hours", "", "ambiguous"),
    ("1 hr commute", "", "ambiguous"),
    ("Travel planning, 2 hours", "2", "extra-text"),
    ("1 hour lunch seminar", "1", "stated"),
    ("1 hour CPD lunch", "1", "stated"),
    ("7 hours + lunch", "7", "stated"),
    ("7 hours including lunch", "7", "stated"),
]
PERCENTAGES = [
    ("2 days (50%)", "", "ambiguous"),
    ("50% 2 days", "", "ambiguous"),
    ("4 hours 75%", "", "ambiguous"),
    ("20% of time, 4 weeks", "", "ambiguous"),
    ("2 days 50 per cent", "", "ambiguous"),
    ("2 days (50 pct)", "", "ambiguous"),
    ("2 Tage (50 Prozent)", "", "ambiguous"),
    ("5 days (100%)", "35", "assumed-day"),
    ("100% attendance, 3 days", "21", "assumed-day"),
    ("passed 85%, 2 days", "14", "assumed-day"),
    ("2 days, pass mark 70%", "14", "assumed-day"),
    ("2 days (92% pass)", "14", "assumed-day"),
    ("50%", "", "not-understood"),
    ("3 days (70% practical, 30% theory)", "21", "assumed-day"),
    ("3 days, exam 85%", "21", "assumed-day"),
]
PARTS = [
    ("most of 2 days", "", "ambiguous"),
    ("some of 2 days", "", "ambiguous"),
    ("remainder of 3 days", "", "ambiguous"),
    ("2 days am", "", "ambiguous"),
    ("1 day (pm only)", "", "ambiguous"),
    ("2 day course, attended am only", "", "ambiguous"),
    ("half day am", "3.5", "assumed-day"),
    ("2 days AM & PM", "14", "assumed-day"),
    ("1 day, 9 am start", "7", "assumed-day"),
]
ANOTHER_COURSE = [
    ("3 days initial, 2 day refresher", "", "ambiguous"),
    ("3 day (initial), 1 day (renewal)", "", "ambiguous"),
    ("2 days experienced worker, 3 days novice", "", "ambiguous"),
    ("3 days + 1 day refresher", "28", "sum"),
    ("1 day refresher", "7", "assumed-day"),
    ("Refresher, 2 hours", "2", "extra-text"),
]
UNITS_OF_NAMES = [
    ("HND Nov day", "", "ambiguous"),
    ("HNC day", "", "ambiguous"),
    ("MSc week", "", "ambiguous"),
    ("Nov day", "", "ambiguous"),
    ("April week", "", "ambiguous"),
    ("Nov minute", "", "ambiguous"),
    ("minute taking course", "", "ambiguous"),
    ("minute", "0.02", "stated"),
    ("May 2 days", "14", "assumed-day"),
    ("HNC 2 days", "14", "assumed-day"),
    ("Induction day", "7", "assumed-day"),
    ("Nov morning", "3.5", "assumed-day"),
    ("day in Nov", "7", "assumed-day"),
    ("May 2010 day course", "7", "assumed-day"),
    ("day trip", "7", "assumed-day"),
]
VALIDITY = [
    ("3 days, valid for 3 years", "21", "assumed-day"),
    ("First aid 3 days (valid 3 years)", "21", "assumed-day"),
    ("3 days (3 year validity)", "21", "assumed-day"),
    ("1 day (expires 2014)", "7", "assumed-day"),
    ("valid 5 days", "", "not-understood"),
    ("expires in 3 weeks", "", "not-understood"),
]
WHICH_WEEK_OR_DAY = [
    ("week commencing 5 May 2010", "", "date-not-duration"),
    ("week ending 12/03/2010", "", "date-not-duration"),
    ("week of 5 May", "", "date-not-duration"),
    ("next week", "", "not-understood"),
    ("week-end", "", "unknown-length"),
    ("2 week ends", "", "unknown-length"),
    ("1 week commencing 5 May 2010", "35", "assumed-week"),
    ("2 weeks commencing 5 May 2010", "70", "assumed-week"),
    ("every Tuesday 2 hrs", "", "unknown-length"),
    ("every Monday and Wednesday, 2 hours", "", "ambiguous"),
    ("every Tuesday 7-9pm for 6 weeks", "12", "repeated"),
    ("2 hours starting at 9", "", "ambiguous"),
    ("2 hours starting at 9am", "2", "extra-text"),
]
PLACES_BESIDE_AMOUNTS = [
    ("3 days in London, 2 days in Paris", "35", "sum"),
    ("3 days in London 2 days in Paris", "", "ambiguous"),
    ("3 days in 2010, 2 days in 2011", "35", "sum"),
    ("14 hours in 2 days", "14", "stated-hours"),
]
LIMITS = [
    ("min 2 days, max 3 days", "14", "range"),
    ("2 days min / 3 days max", "14", "range"),
    ("maximum 3 days, minimum 2 days", "14", "range"),
    ("minimum 4 days, maximum 3 days", "", "ambiguous"),
    ("at least 2 hours, at least 1 hour practical", "3", "approximate"),
]
COUNTED_WITHOUT_LENGTH = [
    ("4 days + 1 exam", "", "ambiguous"),
    ("4 days & 1 exam day", "", "ambiguous"),
    ("10 hours structured + 5 unstructured", "", "ambiguous"),
    ("4 days plus exam", "28", "assumed-day"),
    ("9-5 x 2 days", "", "ambiguous"),
    ("3 days (3 x 7.5 hrs)", "22.5", "stated-hours"),
]
WHAT_IS_RESTATED = [
    ("1 day approx 6 hours", "", "ambiguous"),
    ("1 day. 6 hours", "", "ambiguous"),
    ("1 day. 3 hours", "10", "assumed-day"),
    ("1 hr. 30 min.", "1.5", "stated"),
    ("6 weeks (2 hours)", "", "ambiguous"),
    ("6 weeks (12 hours)", "12", "stated-hours"),
    ("6 weeks: 2 hours", "", "ambiguous"),
    ("7 hours, 5 hours theory and 2 hours practical", "", "ambiguous"),
    ("2 hours, 3 hours, 4 hours", "9", "sum"),
    ("2 hr lecture, 1 hr tutorial per week for 10 weeks", "", "ambiguous"),
    ("40 hours, 8 weeks x 5 hours", "40", "stated-hours"),
    ("1 day (9am-5pm, 7 hours)", "7", "conflicting-totals"),
    ("3 evenings totalling 6 hours", "6", "stated-hours"),
    ("2 days (7 hours, 6 hours)", "13", "stated-hours"),
    ("5 days (2 hours theory, 3 hours practical)", "35", "conflicting-totals"),
    ("1 day (9am-12pm, 1pm-4pm)", "6", "clock-range"),
    ("2 days (9am-12pm, 1pm-5pm)", "", "ambiguous"),
]
LISTS_WITH_BRACKETS = [
    ("Part 1 (2 days), Part 2 (2 days)", "28", "sum"),
    ("Level 1 (1 day), Level 2 (1 day)", "14", "sum"),
    ("3 May (1 day), 10 May (1 day)", "14", "sum"),
    ("1 week (5 days)", "35", "assumed-week"),
]
HALF_DAYS_NOBODY_COUNTED = [
    ("Revit - half days", "", "vague"),
    ("3 & 10 May - half days", "", "vague"),
    ("every morning for 2 weeks", "35", "assumed-week"),
    ("every morning", "", "unknown-length"),
    ("every day for 2 weeks", "70", "assumed-week"),
]
NAMES_AND_PEOPLE = [
    ("8D problem solving, 2 days", "14", "assumed-day"),
    ("8D problem solving", "", "ambiguous"),
    ("3D-modelling", "", "ambiguous"),
    ("3d - London", "21", "assumed-day"),
    ("2 x engineers 3 days", "", "ambiguous"),
    ("3 x online 2 hours", "6", "repeated"),
]
OTHER_LANGUAGES = [
    ("déjeuner 1 heure", "", "ambiguous"),
    ("Mittagspause 1 Stunde", "", "ambiguous"),
    ("premier jour", "", "not-understood"),
    ("letzter Tag", "", "not-understood"),
    ("9時-17時", "", "ambiguous"),
    ("9 uur tot 17 uur", "", "ambiguous"),
    ("2 uur tot 3 uur", "2", "range"),
    ("3 mai un", "", "no-unit"),
    ("2〇 hours", "", "ambiguous"),
    ("2 х 3 hours", "6", "repeated"),
    ("2 ✕ 3 hours", "6", "repeated"),
]
DATES = [
    ("3-5 May (am)", "", "ambiguous"),
    ("Mon-Fri am", "", "ambiguous"),
    ("3-5 May 2010 (50%)", "", "ambiguous"),
    ("booked for 3-5 May 2010", "", "ambiguous"),
    ("3-5 May 2010 (booked)", "", "ambiguous"),
    ("to be held 3-5 May 2010", "", "ambiguous"),
    ("evening of 3 & 4 May", "", "unknown-length"),
    ("conference 3 & 4 May", "14", "from-dates"),
    ("3rd-5th and 10th-12th May", "", "ambiguous"),
    ("Mon-Wed 9am-4pm", "", "ambiguous"),
]
FORMS = [
    ("Days 2 Hours 14", "", "ambiguous"),
    ("Days 1, Hours 3", "", "ambiguous"),
    ("Hours 2 Minutes 30", "2.5", "stated"),
    ("days attended 2/3", "", "ambiguous"),
    ("days: 1/2", "3.5", "assumed-day"),
]
ORDINARY = [  # in which a word of these says nothing of the amount
    ("3 days over Zoom, 6 hours", "6", "stated-hours"),
    ("4 days in Bristol, 28 hours", "28", "stated-hours"),
    ("2 days Project Management (PM)", "14", "assumed-day"),
    ("3 days PM fundamentals", "21", "assumed-day"),
    ("2 days mind mapping", "14", "assumed-day"),
    ("Sent to attend 2 day course in Leeds", "14", "assumed-day"),
    ("Step up from supervisor to manager 2 days", "14", "assumed-day"),
    ("Maternity leave policy training 2 hours", "2", "extra-text"),
    ("2 days (rescheduled from March)", "14", "assumed-day"),
    ("5 days, assessment to be completed", "35", "assumed-day"),
    ("Planned duration: 2 days", "14", "assumed-day"),
    ("First Aid at Work 3 days - expired", "21", "assumed-day"),
    ("2 days (withdrawn)", "", "ambiguous"),
    ("CSCS refresher 1 day 3 hours", "10", "assumed-day"),
    ("Refresher: 2 hours theory, 1 hour practical", "3", "sum"),
    ("3 x assignments 10 hours", "30", "repeated"),
    ("2 days 95% in exam", "14", "assumed-day"),
    ("2 hour lecture, 1 hour lab, 1 hour tutorial", "4", "sum"),
    ("12 weeks (10 CPD hours)", "10", "stated-hours"),
    ("10 lectures (1 day)", "7", "assumed-day"),
    ("2 days (4 hours, 4 hours)", "14", "conflicting-totals"),
    ("2 days + 10 delegates", "14", "assumed-day"),
]
SESSIONS = [
    ("each session 2 hours", "", "unknown-length"),
    ("each session 2 hours, 6 sessions", "12", "repeated"),
    ("2 weekends (4 days)", "28", "assumed-day"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hours", "code"),
    [
        *NOT_ATTENDED, *BREAKS_AND_TRAVEL_ALONE, *PERCENTAGES, *PARTS, *ANOTHER_COURSE, *UNITS_OF_NAMES,
        *VALIDITY, *WHICH_WEEK_OR_DAY, *PLACES_BESIDE_AMOUNTS, *LIMITS, *COUNTED_WITHOUT_LENGTH,
        *WHAT_IS_RESTATED, *LISTS_WITH_BRACKETS, *HALF_DAYS_NOBODY_COUNTED, *NAMES_AND_PEOPLE,
        *OTHER_LANGUAGES, *SESSIONS, *FORMS, *DATES, *ORDINARY,
    ],
)  # fmt: skip
def test_what_was_not_attended_is_not_counted(
    text: str, hours: str, code: str, policy: DurationPolicy
) -> None:
    found = read_duration(text, policy)
    assert found.hours == (Decimal(hours) if hours else None)
    assert found.code == code
