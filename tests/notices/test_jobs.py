"""The earlier post's diagram is asked for only where dates show a change, or might."""

from datetime import date

import pytest

from migrate.notices.jobs import changed_jobs
from migrate.notices.record import Job

TODAY = date(2024, 5, 12)
OLD = Job(date(2010, 3, 1), date(2022, 8, 31))
NEW = Job(date(2022, 9, 1), None)

CASES = [  # jobs, whether one was changed within three years
    ([], "no"),
    ([NEW], "no"),
    ([OLD, NEW], "yes"),
    ([NEW, OLD], "yes"),
    ([OLD, Job(date(2021, 5, 12), None)], "no"),
    ([OLD, Job(date(2021, 5, 13), None)], "yes"),
    ([OLD, Job(TODAY, None)], "yes"),
    ([OLD, Job(date(2025, 1, 1), None)], "no"),
    ([OLD, Job(None, None)], "perhaps"),
    ([Job(None, None)], "no"),
    ([Job(None, None, is_readable=False)], "perhaps"),
    ([OLD, NEW, Job(None, None, is_readable=False)], "yes"),
]


@pytest.mark.parametrize(("jobs", "changed"), CASES)
def test_change_of_job_is_told_from_dates(jobs: list[Job], changed: str) -> None:
    assert changed_jobs(jobs, TODAY, 3) == changed


@pytest.mark.parametrize(("begun", "changed"), [(date(2021, 2, 28), "no"), (date(2021, 3, 1), "yes")])
def test_years_are_counted_from_a_leap_day_too(begun: date, changed: str) -> None:
    assert changed_jobs([OLD, Job(begun, None)], date(2024, 2, 29), 3) == changed
