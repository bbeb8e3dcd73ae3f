"""The duration column: free text to hours, compared with the dates of the row."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.columns import Mask, mask_of, rows_of
from migrate.transform.decided_columns import decided_column
from migrate.transform.durations import Duration, check_dates, read_duration
from migrate.transform.durations.cross_check import HOURS_IN_A_DAY
from migrate.transform.readings import Reading, Readings, read_distinct
from migrate.transform.source import Column, Source

IntArray = npt.NDArray[np.int64]

HOURS = pa.decimal128(8, 2)
_LONGEST_SHARED = 100
"""Batches share most of their texts, but seldom longer ones, which would only take memory."""


def read_hours(source: Source, column: str, start: Column, end: Column) -> Column:
    """Return a column of durations as hours; hours that exceed the row's dates are kept and reported."""
    policy = source.rules.durations
    durations: list[Duration] = []

    def read_all(texts: Sequence[str]) -> list[Reading]:
        durations.extend(_read_each(texts, policy))
        return [_reading(text, duration) for text, duration in zip(texts, durations, strict=True)]

    readings = read_distinct(source, column, read_all)
    checked = _checked_with_dates(readings, durations, _calendar_days(start, end), policy)
    return decided_column(source, column, checked, HOURS)


def _read_each(texts: Sequence[str], policy: DurationPolicy) -> Iterator[Duration]:
    read_shared = _shared_reader(policy)
    for text in texts:
        yield read_shared(text) if len(text) <= _LONGEST_SHARED else read_duration(text, policy)


@lru_cache(maxsize=4)
def _shared_reader(policy: DurationPolicy) -> Callable[[str], Duration]:
    """Return what reads texts by a policy, each once a process while it is remembered."""
    return lru_cache(maxsize=30_000)(partial(read_duration, policy=policy))


def _reading(raw: str | None, duration: Duration) -> Reading:
    if duration.severity is None:
        return Reading(raw, duration.hours)
    candidates = (
        f"[{', '.join(_plain(hours) for hours in duration.candidates)}]" if duration.candidates else None
    )
    return Reading(raw, duration.hours, duration.code, candidates, duration.message or None)


def _plain(hours: Decimal) -> str:
    return f"{hours.normalize():f}"


def _calendar_days(start: Column, end: Column) -> tuple[IntArray, Mask]:
    """Return the days of each row from its start to its end, both counted, and where both are known."""
    between = pc.subtract(pc.cast(end.values, pa.int32()), pc.cast(start.values, pa.int32()))
    days = pc.fill_null(between, 0).to_numpy(zero_copy_only=False).astype(np.int64) + 1
    return days, mask_of(pc.is_valid(between))


def _checked_with_dates(
    readings: Readings, durations: Sequence[Duration], calendar: tuple[IntArray, Mask], policy: DurationPolicy
) -> Readings:
    """Point the rows whose hours exceed their dates to readings that say so."""
    days, is_known = calendar
    hours = np.array([float(reading.value or 0) for reading in readings.distinct])[readings.places]
    rows = rows_of(is_known & (days >= 1) & (hours > days * HOURS_IN_A_DAY))
    if not len(rows):
        return readings
    pairs, places = np.unique(np.stack([readings.places[rows], days[rows]]), axis=1, return_inverse=True)
    checked = [
        _reading(readings.distinct[place].raw, check_dates(durations[place], int(span), policy))
        for place, span in pairs.T
    ]
    return readings.replaced(rows, checked, places.reshape(-1))
