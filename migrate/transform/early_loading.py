"""Loads the readers' units, languages and expressions before a text needs them: it takes a second."""

from migrate.rulebook import Rules
from migrate.transform.dates import read_date
from migrate.transform.durations import read_duration


def load_readers(rules: Rules) -> None:
    """Read a text with a unit and one in another language, so that both readers are ready."""
    read_duration("1 day", rules.durations)
    read_date("12 mars 2010", rules.dates)
