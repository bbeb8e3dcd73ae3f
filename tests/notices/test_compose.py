"""A notice says what applies to its member, and nothing else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from migrate.notices.compose import SECTION_NAMES, Wording, compose, greeting
from migrate.notices.record import Job, MemberRecord, Person, Remark
from migrate.notices.words import load_words
from migrate.rulebook import load_rules

WORDING = Wording(load_words(), load_rules(), date(2024, 5, 12))
RECORD = MemberRecord(Person("7", "2024-A", forename="Robin", surname="Ashdown"))
JOBS = (Job(date(2010, 3, 1), date(2022, 8, 31)), Job(date(2022, 9, 1), None))


def duration(code: str, severity: str, raw: str | None, hours: str | None = None) -> Remark:
    loaded = None if hours is None else Decimal(hours)
    return Remark("training", "duration", code, severity, raw, "Manual Handling", loaded)


def said(record: MemberRecord) -> dict[str, str]:
    notice = compose(record, WORDING)
    sections = notice.sections if notice else ()
    return {section.name: " ".join((*section.paragraphs, *section.items)) for section in sections}


CASES = [  # what the record holds, the section that speaks of it, words that are in it
    ({"remarks": (duration("no-unit", "warning", "3"),)}, "durations", "Manual Handling: “3” could not be"),
    (
        {"remarks": (duration("conflict", "warning", "3 days"),)},
        "details",
        "Training, duration: “3 days”. You have changed this value in the new system",
    ),
    (
        {"remarks": (duration("not-stated", "info", "N/A"),)},
        "durations",
        "“N/A” could not be turned into hours, so it is blank. Please enter the hours if you know them.",
    ),
    (
        {"remarks": (Remark("training", "duration", "no-unit", "warning", "3"),)},
        "durations",
        "Training: “3” could not be",
    ),
    (
        {"remarks": (Remark("employment", "employer", "conflict", "warning", None),)},
        "details",
        "Employment, employer: You have changed this value in the new system",
    ),
    (
        {"remarks": (Remark("employment", "employer", "conflict", "warning", " "),)},
        "details",
        "Employment, employer: You have changed this value in the new system",
    ),
    (
        {"remarks": (Remark("members", "membership_category", "text-cleaned", "warning", "a"),)},
        "details",
        ", membership category: “a”.",
    ),
    ({"remarks": (duration("left-blank", "info", "6 months"),)}, "durations", "“6 months” could not be"),
    ({"remarks": (duration("left-blank", "info", "x" * 500),)}, "durations", f"“{'x' * 500}” could not be"),
    ({"remarks": (duration("left-blank", "info", "x" * 501),)}, "durations", f"“{'x' * 500}…” could not"),
    (
        {"remarks": (duration("assumed-day", "info", "2 days", "14.00"),)},
        "durations",
        "“2 days” became 14 hours.",
    ),
    (
        {"remarks": (duration("assumed-day", "info", "10.5 days", "73.50"),)},
        "durations",
        "“10.5 days” became 73.5 hours.",
    ),
    (
        {"remarks": (duration("range", "warning", "100-200 hours", "100.00"),)},
        "durations",
        "“100-200 hours” became 100 hours.",
    ),
    ({"remarks": (duration("assumed-day", "info", "2 days", "14"),)}, "durations", "counted as 7 hours"),
    (
        {"remarks": (duration("range", "warning", "1-2 hours", "1"),)},
        "durations",
        "became 1 hour. You gave a",
    ),
    (
        {"remarks": (Remark("employment", "start_date", "date-not-understood", "warning", "Spring 2009"),)},
        "details",
        "Employment, start date: “Spring 2009”. Your text could not be read as a date.",
    ),
    (
        {"educations_without_qualification": 2},
        "education",
        "Qualification is a new field and is blank in 2 entries",
    ),
    (
        {"educations_without_qualification": 1},
        "education",
        "Qualification is a new field and is blank in 1 entry.",
    ),
    ({"classifications": 1}, "education", "Grade is now called Classification"),
    ({"achievements": 1}, "achievements", "is now under Achievements: 1 entry"),
    ({"achievements": 2}, "achievements", "is now under Achievements: 2 entries, all"),
    ({"achievements": 1}, "achievements", "record it as a CPD activity, with its hours"),
    ({"achievements": 1}, "achievements", "record it under Employment."),
    (
        {"achievements": 1, "pra_answers": (False,)},
        "achievements",
        "Achievements do not appear in it by themselves",
    ),
    ({"pra_answers": (False,)}, "registration", "It has not been submitted."),
    ({"pra_answers": (False,)}, "registration", "Yours says No."),
    ({"pra_answers": (True,)}, "registration", "Yours says Yes."),
    ({"pra_answers": (True, False)}, "registration", "Yours says No."),
    (
        {"pra_answers": (False,)},
        "registration",
        "Show two or three levels above you, mark yourself with an arrow",
    ),
    ({"pra_answers": (False,), "jobs": JOBS}, "registration", "You changed jobs within the last 3 years."),
    (
        {"pra_answers": (False,), "jobs": (Job(None, None, is_readable=False),)},
        "registration",
        "If you changed jobs within the last 3 years",
    ),
    (
        {
            "pra_answers": (False,),
            "remarks": (Remark("intents_to_register", "pra_consulted", "pra-unknown", "info", None),),
        },
        "registration",
        "Your old record did not say, so it now says No.",
    ),
    ({"supporters": 2}, "registration", "the 2 supporters you had named were not carried over"),
    ({"supporters": 1}, "registration", "the 1 supporter you had named was not carried over"),
    (
        {"waiting_schemes": ("Northgrid graduates",)},
        "schemes",
        "Your membership of Northgrid graduates has been kept.",
    ),
    ({"waiting_schemes": (None,)}, "schemes", "Your membership of your training scheme has been kept."),
    ({"waiting_schemes": (" ",)}, "schemes", "Your membership of your training scheme has been kept."),
    ({"waiting_schemes": ("A\u202eB",)}, "schemes", "Your membership of A‹U+202E›B has been kept."),
    (
        {"remarks": (duration("no-unit", "warning", "3\u202e")._replace(training="A\u202eB"),)},
        "durations",
        "A‹U+202E›B: “3‹U+202E›” could not be",
    ),
    (
        {"remarks": (duration("no-unit", "warning", "3")._replace(training=" First\n aid "),)},
        "durations",
        "First aid: “3” could not be",
    ),
    ({"archived_assessments": 3}, "assessments", "This concerns 3 assessments."),
]


@pytest.mark.parametrize(("held", "section", "words"), CASES)
def test_what_applies_is_said_in_its_section(held: dict[str, object], section: str, words: str) -> None:
    assert words in said(replace(RECORD, **held))[section]  # type: ignore[arg-type]


FULL = replace(
    RECORD,
    remarks=(
        duration("no-unit", "warning", "3")._replace(training=None),
        Remark("employment", "start_date", "date-not-understood", "warning", "Spring 2009"),
        Remark("employment", "start_date", "date-not-understood", "warning", "Spring 2009"),
    ),
    educations_without_qualification=1,
    achievements=1,
    supporters=1,
    waiting_schemes=("Northgrid graduates", "Northgrid graduates "),
    archived_assessments=1,
)


def test_each_section_has_its_title_and_says_each_point_once() -> None:
    notice = compose(FULL, WORDING)
    assert notice is not None
    words = WORDING.words
    assert [(section.name, section.title) for section in notice.sections] == [
        (name, getattr(words, name).title) for name in SECTION_NAMES
    ]
    told = {section.name: section for section in notice.sections}
    assert told["durations"].paragraphs == (words.durations.lead,)
    (item,) = told["durations"].items
    assert item.startswith("Training: “3” could not be")
    assert told["details"].paragraphs == (words.details.lead,)
    assert len(told["details"].items) == len(told["schemes"].paragraphs) == 1


@pytest.mark.parametrize("hours", [None, "14"])
@pytest.mark.parametrize("code", WORDING.rules.catalogue.kinds)
def test_whatever_is_remarked_of_a_duration_is_told_in_whole_sentences(code: str, hours: str | None) -> None:
    items = said(replace(RECORD, remarks=(duration(code, "warning", "x", hours),))).values()
    assert all(item.endswith(".") and "{" not in item and "  " not in item for item in items)


NOTHING = [  # records of which there is nothing to say
    {},
    {"jobs": JOBS},
    {"remarks": (duration("repeated", "info", "6 x 2 hours", "12"),)},
    {"remarks": (duration("not-stated", "info", " "),)},
    {"remarks": (duration("not-stated", "info", None),)},
    {"remarks": (Remark("training", None, "kept-user-delete", "info", None),)},
    {"remarks": (Remark("members", None, "adopted-member", "info", None),)},
    {"remarks": (Remark("competence_assessments", "is_archived", "flag-not-understood", "warning", "?"),)},
    {"remarks": (Remark("competence_assessments", "archived_at", "date-not-understood", "warning", "?"),)},
]


@pytest.mark.parametrize("held", NOTHING)
def test_member_with_nothing_to_check_gets_no_notice(held: dict[str, object]) -> None:
    assert compose(replace(RECORD, **held), WORDING) is None  # type: ignore[arg-type]


SECTIONS = [  # what the record holds, the only section that speaks of it
    ({"remarks": (duration("no-unit", "warning", "3"),)}, "durations"),
    ({"remarks": (duration("conflict", "warning", "3 days", "21"),)}, "details"),
    (
        {
            "pra_answers": (False,),
            "remarks": (Remark("intents_to_register", "pra_consulted", "pra-unknown", "info", "?"),),
        },
        "registration",
    ),
]


@pytest.mark.parametrize(("held", "section"), SECTIONS)
def test_what_applies_is_said_once(held: dict[str, object], section: str) -> None:
    assert list(said(replace(RECORD, **held))) == [section]  # type: ignore[arg-type]


def test_nothing_is_said_that_does_not_apply() -> None:
    assert list(said(replace(RECORD, achievements=1))) == ["achievements"]
    assert "begun an application" not in said(replace(RECORD, achievements=1))["achievements"]
    assert "changed jobs" not in said(replace(RECORD, pra_answers=(False,)))["registration"]


def test_digest_changes_with_what_is_said_and_with_nothing_else() -> None:
    first = compose(replace(RECORD, achievements=1), WORDING)
    renamed = compose(
        replace(RECORD, achievements=1, person=Person("7", None, surname="Brightwater")), WORDING
    )
    second = compose(replace(RECORD, achievements=2), WORDING)
    assert first is not None
    assert renamed is not None
    assert second is not None
    assert first.digest == renamed.digest != second.digest


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (Person("7", None, forename="Robin", surname="Ashdown"), "Dear Robin Ashdown"),
        (Person("7", None, forename=" ", surname="Ashdown "), "Dear Ashdown"),
        (Person("7", None, forename="\u202eRobin"), "Dear ‹U+202E›Robin"),
        (Person("7", None), "Dear member"),
    ],
)
def test_member_is_addressed_by_name_where_there_is_one(person: Person, words: str) -> None:
    assert greeting(person, WORDING.words) == words
