"""Flags as v2 spells them (1, t, Y, true, …) to booleans; the words are in `rules/flags.yaml`."""

from collections.abc import Sequence

import pyarrow as pa

from migrate.rulebook.flags import FlagPolicy
from migrate.transform.decided_columns import decided_column
from migrate.transform.readings import Reading, read_distinct
from migrate.transform.source import Column, Source

FLAG = pa.bool_()

_NOT_UNDERSTOOD = "The text is none of the words for yes or no, so no was taken."


def read_flags(source: Source, column: str) -> Column:
    """Return a column of v2 as flags: blank is false; a text that is no flag is false too, and reported."""
    policy = source.rules.flags

    def read_all(texts: Sequence[str]) -> list[Reading]:
        return [read_flag(text, policy) for text in texts]

    readings = read_distinct(source, column, read_all, blank=Reading(None, False))
    return decided_column(source, column, readings, FLAG)


def read_flag(text: str, policy: FlagPolicy) -> Reading:
    """Return what one text says as a flag. Never raises."""
    value = flag_value(text, policy)
    if value is None and text.strip():
        return Reading(text, False, "flag-not-understood", message=_NOT_UNDERSTOOD)
    return Reading(text, bool(value))


def flag_value(text: str | None, policy: FlagPolicy) -> bool | None:
    """Return true or false where a text says so in one of the policy's words, otherwise None."""
    word = (text or "").strip().lower()
    if word in policy.true_words:
        return True
    return False if word in policy.false_words else None
