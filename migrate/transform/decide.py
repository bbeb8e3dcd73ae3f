"""Puts reviewers' decisions in place of what the rules read: row before text before rule."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from migrate.decisions.kinds import is_decidable, kind_of, value_problem
from migrate.decisions.seen import is_blank, still_meets
from migrate.transform.columns import Mask, mask_of, text_array
from migrate.transform.decisions import DecidedValue
from migrate.transform.readings import DAMAGED, Reading, Readings, report_readings, stacked_anomalies
from migrate.transform.source import Column, Source
from migrate.transform.texts import shown

_VALUES: dict[str, Callable[[str], Any]] = {
    "hours": lambda value: Decimal(value).quantize(Decimal("0.01")),
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "flag": lambda value: value == "true",
    "text": str,
}


def settled(
    source: Source,
    column: str,
    readings: Readings,
    value_type: pa.DataType,
    *,
    may_be_blank: bool = True,
    beside: tuple[pa.Array, Mask] | None = None,
) -> Column:
    """Return the column that readings of all rows and the reviewers' decisions make.

    `may_be_blank`: whether a reviewer may leave the value blank.
    `beside`: where only some rows were read, the values of all rows, and the mask of those that were read.
    """
    decided, complaints = decide(source, column, readings, may_be_blank=may_be_blank)
    reports = [report_readings(source, column, each) for each in (decided, *complaints)]
    values = decided.values(value_type)
    if beside is not None:
        values = pc.replace_with_mask(beside[0], pa.array(beside[1]), values)
    return Column(values, stacked_anomalies(*reports), _decided_mask(source, decided))


def concerned(source: Source, column: str, texts: pa.LargeStringArray) -> Mask:
    """Return the rows that a decision on this column is about."""
    by_text = source.decisions.for_texts(source.table, column)
    by_row = source.decisions.for_rows(source.table, column)
    mask = np.zeros(len(source), dtype=bool)
    if by_text:
        mask |= mask_of(pc.is_in(texts, value_set=text_array(list(by_text))))
    if by_row:
        mask |= mask_of(pc.is_in(source.v2_ids, value_set=text_array(list(by_row))))
    return mask


def decide(
    source: Source, column: str, readings: Readings, *, may_be_blank: bool = True
) -> tuple[Readings, list[Readings]]:
    """Return the readings with all decisions applied, and complaints about those that cannot be."""
    by_text = source.decisions.for_texts(source.table, column)
    by_row = source.decisions.for_rows(source.table, column)
    if not by_text and not by_row:
        return readings, []
    decider = _Decider(source, column, may_be_blank=may_be_blank)
    after_texts, text_complaints = _decide_texts(decider, readings, by_text)
    after_rows, row_complaints = _decide_rows(decider, source, column, readings, after_texts, by_row)
    return after_rows, [*text_complaints, *row_complaints]


class _Decider:
    """Applies single decisions on one column."""

    def __init__(self, source: Source, column: str, *, may_be_blank: bool) -> None:
        self._column = column
        self._is_decidable = is_decidable(source.table, column)
        self._max_hours = source.rules.durations.max_hours
        self._actions = {"accept": _accepted, "set": self._set} | (
            {"leave-blank": _left_blank} if may_be_blank else {}
        )

    def apply(self, reading: Reading, decision: DecidedValue) -> Reading:
        """Return the decided reading, or the complaint that the decision cannot be applied."""
        action = self._actions.get(decision.action)
        if not self._is_decidable or action is None:
            return _complaint(reading, "decision-invalid", f"{decision.action} is not for {self._column}.")
        return action(reading, decision)

    def _set(self, reading: Reading, decision: DecidedValue) -> Reading:
        problem = value_problem(self._column, decision.value or "", self._max_hours)
        if problem:
            return _complaint(reading, "decision-invalid", f"The decision was not applied: {problem}.")
        value = _VALUES[kind_of(self._column)](decision.value or "")
        return Reading(reading.raw, value, is_decided=True)

    def is_stale(self, reading: Reading, decision: DecidedValue) -> bool:
        """Say whether the reviewer saw another text."""
        return not still_meets(self._column, decision.raw_value, reading.raw)


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


def _decide_texts(
    decider: _Decider, readings: Readings, by_text: Mapping[str, DecidedValue]
) -> tuple[Readings, Iterator[Readings]]:
    distinct = list(readings.distinct)
    complaints: dict[int, Reading] = {}
    for place, reading in enumerate(readings.distinct):
        decision = by_text.get(reading.raw) if reading.raw is not None else None
        if decision is None:
            continue
        answer = decider.apply(reading, decision)
        if answer.is_decided:
            distinct[place] = answer
        else:
            complaints[place] = answer
    return Readings(readings.rows, readings.places, distinct), _for_texts(readings, complaints)


def _for_texts(readings: Readings, complaints: Mapping[int, Reading]) -> Iterator[Readings]:
    for place, complaint in complaints.items():
        rows = readings.rows[readings.places == place]
        yield Readings(rows, np.zeros(len(rows), dtype=np.int64), [complaint])


def _decide_rows(
    decider: _Decider,
    source: Source,
    column: str,
    ruled: Readings,
    after_texts: Readings,
    by_row: Mapping[str, DecidedValue],
) -> tuple[Readings, list[Readings]]:
    where, decided, complaining, complaints = [], [], [], []
    for place, decision in _decisions_on(source, ruled, by_row):
        reading = ruled.distinct[ruled.places[place]]
        row = int(ruled.rows[place])
        if decider.is_stale(reading, decision) and decision.raw_value != _text_of(source, column, row):
            present = after_texts.distinct[after_texts.places[place]]
            answer = _complaint(present, "decision-stale", "v2 held another text when a reviewer decided.")
        else:
            answer = decider.apply(reading, decision)
        if answer.is_decided:
            where.append(place)
            decided.append(answer)
        else:
            complaining.append(ruled.rows[place])
            complaints.append(answer)
    after_rows = after_texts.replaced(np.array(where, dtype=np.int64), decided)
    numbered = np.arange(len(complaints), dtype=np.int64)
    return after_rows, [Readings(np.array(complaining, dtype=np.int64), numbered, complaints)]


def _text_of(source: Source, column: str, row: int) -> str | None:
    """Return v2's text, also where its reading keeps it back."""
    text: str | None = shown(source.texts(column).slice(row, 1))[0].as_py()
    return text


def _decisions_on(
    source: Source, readings: Readings, by_row: Mapping[str, DecidedValue]
) -> Iterator[tuple[int, DecidedValue]]:
    """Give the place in `readings.rows` of each decided row, with its decision."""
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
