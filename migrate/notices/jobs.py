"""Did a member change jobs lately? Only what the dates show; where they cannot be read, perhaps."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from migrate.notices.record import Job

Change = Literal["yes", "no", "perhaps"]


def previous_post(jobs: Sequence[Job], today: date, years: int) -> Change:
    """Return whether a job was left for another within the last years."""
    since = _years_before(today, years)
    if any(_is_change(earlier, later, since, today) for earlier in jobs for later in jobs):
        return "yes"
    several = len(jobs) > 1
    return "perhaps" if any(_is_doubtful(job, several=several) for job in jobs) else "no"


def _is_change(earlier: Job, later: Job, since: date, today: date) -> bool:
    """A job begun lately, after one that began before it."""
    if earlier.started_on is None or later.started_on is None:
        return False
    return earlier.started_on < later.started_on and since < later.started_on <= today


def _is_doubtful(job: Job, *, several: bool) -> bool:
    return not job.is_readable or (several and job.started_on is None)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
