"""Columns as reviewers decided them: applies the decisions to what the rules read.

A decision on a row takes precedence over one on its text, and that over the rules.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from migrate.decisions.kinds import is_decidable, kind_of, value_problem
from migrate.decisions.seen import is_blank, still_meets
from migrate.transform.columns import Mask, Places, mask_of, rows_of, text_array
from migrate.transform.decision_lookup import DecidedValue
from migrate.transform.readings import (
    DAMAGED,
    ReadAll,
    Reading,
    Readings,
    read_distinct,
    report_readings,
    stacked_anomalies,
)
from migrate.transform.source import Column, Source
from migrate.transform.texts import shown

_VALUES: dict[str, Callable[[str], Any]] = {
    "hours": lambda value: Decimal(value).quantize(Decimal("0.01")),
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "flag": lambda value: value == "true",
    "text": str,
}


class _Outcome(NamedTuple):
    """What the decisions on a column make of its readings."""

    readings: Readings
    complaints: list[Readings]
    """About the decisions that cannot be applied; reported beside the readings of the same rows."""


def decided_column(
    source: Source, column: str, readings: Readings, value_type: pa.DataType, *, may_be_blank: bool = True
) -> Column:
    """Return a column from its readings, with the reviewers' decisions applied.

    The values are those of the rows that were read. `may_be_blank`: whether a reviewer may leave one blank.
    """
    decided, complaints = _decide(_Decider(source, column, may_be_blank=may_be_blank), readings)
    reports = [report_readings(source, column, each) for each in (decided, *complaints)]
    return Column(decided.values(value_type), stacked_anomalies(*reports), _decided_mask(source, decided))


def with_exceptions(
    source: Source, column: str, plain: pa.Array, exceptions: Mask, read_all: ReadAll
) -> Column:
    """Return a column most of whose values are known, and read the other rows text by text.

    plain: a value for each row; those of the exceptions are not used. exceptions: the rows to be read.
    """
    if not exceptions.any():
        return Column(plain)
    readings = read_distinct(source, column, read_all, rows=rows_of(exceptions))
    read = decided_column(source, column, readings, plain.type)
    return read._replace(values=pc.replace_with_mask(plain, pa.array(exceptions), read.values))


def has_decision(source: Source, column: str, texts: pa.LargeStringArray) -> Mask:
    """Return which rows have a decision on this column, by their text or by their key."""
    by_text = source.decisions.for_texts(source.table, column)
    by_row = source.decisions.for_rows(source.table, column)
    mask = np.zeros(len(source), dtype=bool)
    if by_text:
        mask |= mask_of(pc.is_in(texts, value_set=text_array(list(by_text))))
    if by_row:
        mask |= mask_of(pc.is_in(source.v2_ids, value_set=text_array(list(by_row))))
    return mask


def _decide(decider: "_Decider", readings: Readings) -> _Outcome:
    source, column = decider.source, decider.column
    by_text = source.decisions.for_texts(source.table, column)
    by_row = source.decisions.for_rows(source.table, column)
    if not by_text and not by_row:
        return _Outcome(readings, [])
    after_texts = _decide_texts(decider, readings, by_text)
    after_rows = _decide_rows(decider, readings, after_texts.readings, by_row)
    return _Outcome(after_rows.readings, [*after_texts.complaints, *after_rows.complaints])


class _Decider:
    """Applies single decisions on one column."""

    def __init__(self, source: Source, column: str, *, may_be_blank: bool) -> None:
        self.source = source
        self.column = column
        self._is_decidable = is_decidable(source.table, column)
        self._max_hours = source.rules.durations.max_hours
        self._actions = {"accept": _accepted, "set": self._set} | (
            {"leave-blank": _left_blank} if may_be_blank else {}
        )

    def apply(self, reading: Reading, decision: DecidedValue) -> Reading:
        """Return the decided reading, or the complaint that the decision cannot be applied."""
        action = self._actions.get(decision.action)
        if not self._is_decidable or action is None:
            return _complaint(reading, "decision-invalid", f"{decision.action} is not for {self.column}.")
        return action(reading, decision)

    def is_stale(self, reading: Reading, decision: DecidedValue, row: int) -> bool:
        """Say whether v2 holds another text in this row of the source than the reviewer saw."""
        if still_meets(self.column, decision.raw_value, reading.raw):
            return False
        text = self.source.texts(self.column).slice(row, 1)  # a reading may withhold it
        return bool(decision.raw_value != shown(text)[0].as_py())

    def _set(self, reading: Reading, decision: DecidedValue) -> Reading:
        problem = value_problem(self.column, decision.value or "", self._max_hours)
        if problem:
            return _complaint(reading, "decision-invalid", f"The decision was not applied: {problem}.")
        value = _VALUES[kind_of(self.column)](decision.value or "")
        return Reading(reading.raw, value, is_decided=True)


def _accepted(reading: Reading, decision: DecidedValue) -> Reading:
    is_lost = reading.code == DAMAGED or not is_blank(reading.raw)
    if reading.code and reading.value is None and is_lost:
        return _left_blank(reading, decision)
    return Reading(reading.raw, reading.value, is_decided=True)


def _left_blank(reading: Reading, _: DecidedValue) -> Reading:
    message = "A reviewer decided to leave the value blank."
    return Reading(reading.raw, None, "left-blank", message=message, is_decided=True)


def _complaint(reading: Reading, code: str, message: str) -> Reading:
    return Reading(reading.raw, reading.value, code, message=message)


def _decide_texts(decider: _Decider, readings: Readings, by_text: Mapping[str, DecidedValue]) -> _Outcome:
    distinct = list(readings.distinct)
    complaints: list[Readings] = []
    for place, reading in enumerate(readings.distinct):
        decision = by_text.get(reading.raw) if reading.raw is not None else None
        if decision is None:
            continue
        answer = decider.apply(reading, decision)
        if answer.is_decided:
            distinct[place] = answer
        else:
            rows = readings.rows[readings.places == place]
            complaints.append(Readings(rows, np.zeros(len(rows), dtype=np.int64), [answer]))
    return _Outcome(Readings(readings.rows, readings.places, distinct), complaints)


def _decide_rows(
    decider: _Decider, ruled: Readings, after_texts: Readings, by_row: Mapping[str, DecidedValue]
) -> _Outcome:
    """Apply the decisions on rows to what the rules read, whatever was decided about its text."""
    decided: dict[int, Reading] = {}
    complaints: dict[int, Reading] = {}
    for place, decision in _decisions_on(decider.source, ruled, by_row):
        if decider.is_stale(ruled.at(place), decision, int(ruled.rows[place])):
            message = "v2 held another text when a reviewer decided."
            complaints[place] = _complaint(after_texts.at(place), "decision-stale", message)
            continue
        answer = decider.apply(ruled.at(place), decision)
        (decided if answer.is_decided else complaints)[place] = answer
    after_rows = after_texts.replaced(_places(decided), list(decided.values()))
    numbered = np.arange(len(complaints), dtype=np.int64)
    return _Outcome(
        after_rows, [Readings(ruled.rows[_places(complaints)], numbered, list(complaints.values()))]
    )


def _places(readings: Mapping[int, Reading]) -> Places:
    return np.array(list(readings), dtype=np.int64)


def _decisions_on(
    source: Source, readings: Readings, by_row: Mapping[str, DecidedValue]
) -> Iterator[tuple[int, DecidedValue]]:
    """Yield the place in `readings.rows` of each row that has a decision, and the decision."""
    if not by_row:
        return
    keys = list(by_row)
    found = pc.index_in(source.v2_ids.take(pa.array(readings.rows)), value_set=text_array(keys))
    for place in np.flatnonzero(~np.asarray(found.is_null())):
        yield int(place), by_row[keys[found[int(place)].as_py()]]


def _decided_mask(source: Source, readings: Readings) -> Mask | None:
    decided = readings.where(lambda reading: reading.is_decided)
    if not decided.any():
        return None
    mask = np.zeros(len(source), dtype=bool)
    mask[readings.rows[decided]] = True
    return mask
