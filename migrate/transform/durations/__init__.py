"""Free text to hours: normalise, tokens, shapes, policy. docs/durations.md tells the way of a text."""

from migrate.transform.durations.columns import read_durations
from migrate.transform.durations.cross_check import check_dates
from migrate.transform.durations.duration import BLANK, Duration
from migrate.transform.durations.reader import read_duration

__all__ = ["BLANK", "Duration", "check_dates", "read_duration", "read_durations"]
