"""Whether a member has changed jobs lately, by the dates of their jobs; `perhaps` where these do not tell."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from migrate.notices.record import Job

Change = Literal["yes", "no", "perhaps"]


def changed_jobs(jobs: Sequence[Job], today: date, years: int) -> Change:
    """Return whether the member began a new job, after an earlier one, within the last years."""
    since = _years_before(today, years)
    if any(_is_change(earlier, later, since, today) for earlier in jobs for later in jobs):
        return "yes"
    is_undated = len(jobs) > 1 and any(job.started_on is None for job in jobs)
    return "perhaps" if is_undated or not all(job.is_readable for job in jobs) else "no"


def _is_change(earlier: Job, later: Job, since: date, today: date) -> bool:
    """Tell whether the later job began after the earlier one, and after `since`."""
    if earlier.started_on is None or later.started_on is None:
        return False
    return earlier.started_on < later.started_on and since < later.started_on <= today


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
