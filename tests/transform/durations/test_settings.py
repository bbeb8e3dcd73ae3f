"""Each value of the policy is a setting, and changes what it names and nothing else."""

import csv
import pickle
from decimal import Decimal
from pathlib import Path

import pytest

from migrate.errors import ConfigurationError
from migrate.resources import resource
from migrate.rulebook.anomalies import load_catalogue
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


def test_a_folders_wrong_words_are_told_by_their_file(tmp_path: Path) -> None:
    shapes = tmp_path / "durations" / "shapes.yaml"
    shapes.parent.mkdir()
    shapes.write_text("shapes: 3\n")
    with pytest.raises(ConfigurationError, match=str(shapes)):
        load_duration_policy(tmp_path)
