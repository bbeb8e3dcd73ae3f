"""Each value of the policy is a setting, and changes what it names and nothing else."""

import csv
import pickle
import re
from decimal import Decimal
from pathlib import Path

import pytest

from migrate.errors import ConfigurationError
from migrate.resources import resource
from migrate.rulebook.anomalies import load_catalogue
from migrate.rulebook.dates import load_date_policy
from migrate.rulebook.durations import DurationPolicy, load_duration_policy
from migrate.transform.durations import read_duration

SHIPPED = resource("rules/durations.yaml").read_text(encoding="utf-8")


def _changed(folder: Path, old: str, new: str) -> DurationPolicy:
    assert old in SHIPPED
    path = folder / "durations.yaml"
    path.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    return load_duration_policy(folder)


def test_hours_per_day_changes_every_day_based_answer_and_nothing_else(
    policy: DurationPolicy, tmp_path: Path
) -> None:
    longer = _changed(tmp_path, "hours_per_day: 7 ", "hours_per_day: 7.5 ")
    with resource("fixtures/durations/corpus.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    for text in texts:
        before, after = read_duration(text, policy), read_duration(text, longer)
        applied = {before.code, *before.assumptions}
        if before.hours is None or after.hours is None:
            continue  # candidates may change, and a sum may reach the longer day or not
        if not applied & {"assumed-day", "assumed-week", "from-dates"}:
            assert after.hours == before.hours, text
        elif before.hours and not applied & {"sum", "conflicting-totals"} and "hour" not in text:
            assert after.hours >= before.hours, text
    assert read_duration("2 days", longer).hours == Decimal(15)
    assert read_duration("1 week", longer).hours == Decimal("37.5")
    assert read_duration("Mon-Fri", longer).hours == Decimal("37.5")
    assert read_duration("6 x 2 hours", longer).hours == Decimal(12)


CHANGES = [  # what stands in the file, what it becomes, text, hours, code
    ("days_per_week: 5", "days_per_week: 4", "1 week", "28", "assumed-week"),
    ("max_full_time_weeks: 4", "max_full_time_weeks: 6", "6 weeks", "210", "assumed-week"),
    ("max_hours: 2000", "max_hours: 100", "101 hours", None, "implausible"),
    ("default_unit: none", "default_unit: hours", "3", "3", "no-unit"),
    ("default_unit: none", "default_unit: days", "3", "21", "no-unit"),
    ("credit: {hours_each: null", "credit: {hours_each: 10", "20 credits", "200", "credits"),
    ("point: {hours_each: null", "point: {hours_each: 1", "5 CPD points", "5", "credits"),
    ("without_year_up_to: 5", "without_year_up_to: 2", "3-5 May", None, "ambiguous"),
    ('decimal_minutes: ["15", "30", "45"]', "decimal_minutes: []", "1.30 hrs", "1.3", "stated"),
    ('time_of_day_from: "8:00"', 'time_of_day_from: "10:00"', "9:30", "9.5", "clock-style"),
    ("max_items: 300", "max_items: 3", "1 day 3 hours", None, "not-understood"),
    ("max_amounts: 20", "max_amounts: 1", "1 day 3 hours", None, "ambiguous"),
    ("years_from: 1930", "years_from: 1990", "4-8 May 85", "21", "from-dates"),  # a Friday in 2085
    ("minutes: [0, 15, 30, 45]", "minutes: [0, 20, 40]", "2 hours 20 CPD", "2.33", "stated"),
    ("minutes: [0, 15, 30, 45]", "minutes: [0, 20, 40]", "1720 hrs", None, "ambiguous"),
    ("day: {least: 6, most: 24}", "day: {least: 10, most: 24}", "9h-17h", "9", "range"),
    ('amounts_before: "7:00"', 'amounts_before: "1:00"', "1:30 - 2:30 hrs", "1", "clock-range"),
    ("round_hours: 500", "round_hours: 700", "1000-1500 hours", "5", "clock-range"),
    ("beside_days_from: 0.5", "beside_days_from: 2", "2 days 1900-2030", "14", "assumed-day"),
    ("beside_days_step: 5", "beside_days_step: 20", "2 days 1900-2030", "14", "assumed-day"),
    ("length_of_day: {least: 4,", "length_of_day: {least: 7,", "6 hours, 1 day", "13", "sum"),
    ("part_of_day_below: 6", "part_of_day_below: 7", "1 day, 6 hours", "13", "assumed-day"),
    ("each_day: {least: 6,", "each_day: {least: 8.5,", "5 days (8 hours)", "8", "stated-hours"),
    ("widest_range: 5", "widest_range: 40", "1-30 hrs", "1", "range"),
    ("a_number: {least: 5,", "a_number: {least: 9,", "3 days x 8", "168", "repeated"),
    ("cpd_minutes_up_to: 8", "cpd_minutes_up_to: 1", "2 hours 30 CPD", None, "ambiguous"),
    ("minutes_from: 10", "minutes_from: 5", "2 hours 5", "2.08", "stated"),
    ("clock_range: 4", "clock_range: 8", "9am-5pm (2 hours)", "2", "conflicting-totals"),
    ("breaks_of_a_day: 1", "breaks_of_a_day: 0", "half day (9am-1pm)", None, "ambiguous"),
    ("in_the_singular: 60", "in_the_singular: 121", "121 half day", "423.5", "assumed-day"),
    ("days_after_a_name: 4", "days_after_a_name: 1", "BRE 2 1/2 day course", None, "ambiguous"),
    ("fractions: [1/2,", "fractions: [2/3, 1/2,", "2/3 days", "4.67", "assumed-day"),
    ("hour_fractions: [3/4]", "hour_fractions: [2/3]", "2/3 hours", "0.67", "stated"),
    ("largest_denominator: 8", "largest_denominator: 4", "3/5 day", None, "ambiguous"),
    ("fraction_below: 2", "fraction_below: 3", "nine quarters of an hour", "2.25", "stated"),
]


@pytest.mark.parametrize(("old", "new", "text", "hours", "code"), CHANGES)
def test_a_setting_changes_what_it_names(
    old: str, new: str, text: str, hours: str | None, code: str, tmp_path: Path
) -> None:
    duration = read_duration(text, _changed(tmp_path, old, new))
    assert (duration.hours, duration.code) == (Decimal(hours) if hours else None, code)


WRONG = [  # what stands in the file, what it becomes, what the error names
    ("hours_per_day: 7 ", "hours_per_day: seven ", ("durations.yaml:3", "hours_per_day", "'seven'")),
    ("hours_per_day: 7 ", "hours_per_day: 25 ", ("durations.yaml:3", "hours_per_day", "24")),
    ("default_unit: none", "default_unit: weeks", ("durations.yaml:8", "default_unit", "'weeks'")),
    ("max_hours: 2000", "max_hour: 2000", ("max_hour",)),
    ("  error: [invalid, implausible]", "  error: [invalid, zero]", ("precedence", "zero")),
    ("years_from: 1930", "years_from: 30", ("durations.yaml:24", "dates.two_digit_years_from", "1000", "30")),
    ("least: 6, most: 24", "least: 6, most: 25", ("durations.yaml:32", "clock.day.most", "24", "25")),
    ("[0, 15, 30, 45]", "[0, 15, 30, 60]", ("durations.yaml:31", "clock.time_of_day_minutes", "60")),
    ("{least: 4, most: 12}", "{least: 12, most: 4}", ("durations.yaml:44", "doubts.length_of_day", "least")),
    ("minutes_from: 10 ", "minutes_from: ten ", ("durations.yaml:50", "doubts.minutes_from", "'ten'")),
    ("1/4, 1/8]", "1/4, 1/x]", ("durations.yaml:55", "doubts.fractions.3", "such as 1/2", "'1/x'")),
    ("hour_fractions: [3/4]", "hour_fractions: [0.75]", ("durations.yaml:56", "such as 1/2", "0.75")),
    ("max_amounts: 20", "max_amounts: 0", ("durations.yaml:11", "max_amounts", "0")),
]


@pytest.mark.parametrize(("old", "new", "parts"), WRONG)
def test_a_wrong_policy_names_file_line_and_key(
    old: str, new: str, parts: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _changed(tmp_path, old, new)
    assert all(part in str(caught.value) for part in parts)


def test_a_policy_goes_to_a_worker_and_reads_the_same(policy: DurationPolicy) -> None:
    sent = pickle.loads(pickle.dumps(policy))  # noqa: S301 - our own bytes
    assert read_duration("2 weeks", sent) == read_duration("2 weeks", policy)


def test_two_digits_mean_the_same_year_as_in_the_other_dates(policy: DurationPolicy) -> None:
    assert policy.dates.two_digit_years_from == load_date_policy().two_digit_years_from


def test_the_catalogue_and_the_policy_agree_on_every_severity(policy: DurationPolicy) -> None:
    catalogue = load_catalogue()
    assert {code: catalogue[code].severity for code in policy.severities} == policy.severities


def test_a_folders_own_words_and_languages_are_read(policy: DurationPolicy, tmp_path: Path) -> None:
    languages = tmp_path / "durations" / "languages"
    languages.mkdir(parents=True)
    english = resource("rules/durations/languages/en.yaml").read_text(encoding="utf-8")
    (languages / "en.yaml").write_text(english.replace("hour: [h, hr,", "hour: [h, hr, clockturn,", 1))
    (languages / "sv.yaml").write_text("locale: sv\nunits: {hour: [timme]}\nplurals: {hour: [timmar]}\n")
    (tmp_path / "durations.yaml").write_text(SHIPPED.replace("languages: [en,", "languages: [en, sv,"))
    own = load_duration_policy(tmp_path)
    for text in ("3 clockturn", "3 timmar"):
        assert read_duration(text, policy).hours is None
        assert read_duration(text, own).hours == Decimal(3)
    assert read_duration("3 Stunden", own).hours == Decimal(3)  # a shipped file's words stay


PLACES = [  # a text with a word that is more than its kind in its place, hours, and hours without that line
    ("2 days, min", "14", "14.02"),
    ("over 20 hours", "20", "20"),  # approximate no more
    ("2 days PT", None, "14"),
    ("third day", None, "2.33"),
    ("part of a 2 day course", None, "14"),
    ("3D modelling", None, "21"),
    ("5S (1 day)", "7", "0"),
    ("Module 4 half days", None, "14"),
    ("1730 hrs", None, "1730"),
    ("1000-1500 hours", None, "5"),
    ("3 dya", "21", None),
    ("5D BIM", None, "35"),
    ("8 hours less lunch", None, "8"),
    ("Course 2 - 3 days", None, "14"),
    ("Level 3 day", None, "21"),
    ("CDM 15 day", None, "105"),
    ("Part 1 - 2 days, part 2 - 3 days", "35", None),
    ("2 days am online", None, "14"),
]


def test_where_a_word_is_more_than_its_kind_stands_in_its_language(
    policy: DurationPolicy, tmp_path: Path
) -> None:
    own = _with_english(tmp_path, r"(?ms)^places:.*?(?=^words:)", "")
    for text, before, after in PLACES:
        found = [read_duration(text, each) for each in (policy, own)]
        assert [each.hours for each in found] == [each and Decimal(each) for each in (before, after)], text
        assert found[0] != found[1], text


WRONG_WORDS = [  # what stands in the English file, what it becomes, what the error names
    ("minimum: ", "minimun: ", ("en.yaml:69", "places.minimun", "'minimum'")),
    ("  article: ", "  articel: ", ("en.yaml", "articel")),
]


@pytest.mark.parametrize(("old", "new", "parts"), WRONG_WORDS)
def test_a_kind_of_word_that_is_none_is_named(
    old: str, new: str, parts: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_duration("2 days", _with_english(tmp_path, old, new))
    assert all(part in str(caught.value) for part in parts)


def _with_english(folder: Path, old: str, new: str) -> DurationPolicy:
    english = resource("rules/durations/languages/en.yaml").read_text(encoding="utf-8")
    path = folder / "durations" / "languages" / "en.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(re.sub(old, new, english, count=1), encoding="utf-8")
    return load_duration_policy(folder)


def test_a_reason_is_the_catalogues_with_the_policys_values(tmp_path: Path) -> None:
    catalogue = resource("rules/anomalies.yaml").read_text(encoding="utf-8")
    (tmp_path / "anomalies.yaml").write_text(
        catalogue.replace('"{hours_per_day} h a day"', '"a day has {hours_per_day} hours"'), encoding="utf-8"
    )
    own = _changed(tmp_path, "hours_per_day: 7 ", "hours_per_day: 7.5 ")
    assert read_duration("2 days", own).message == "'2 days' was read as 15 h: a day has 7.5 hours"


def test_every_code_of_a_text_has_its_reason(policy: DurationPolicy) -> None:
    assert policy.reasons.keys() == policy.severities.keys() - {"exceeds-dates"}  # of a row, beside its text


def test_a_folders_wrong_words_are_told_by_their_file(tmp_path: Path) -> None:
    shapes = tmp_path / "durations" / "shapes.yaml"
    shapes.parent.mkdir()
    shapes.write_text("shapes: 3\n")
    with pytest.raises(ConfigurationError, match=str(shapes)):
        load_duration_policy(tmp_path)
