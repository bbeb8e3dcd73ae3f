"""What the distinct texts of a column read as, and which row has which reading.

Each distinct text is read once, and each row points to the reading of its text. A row that differs from
others with its text (a reviewer's decision, a damaged cell, hours that exceed the row's dates) points to a
further reading. Values and anomalies are then both looked up a whole column at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from migrate.schema.storable import cleaned
from migrate.transform.columns import Mask, Places, rows_of, text_array
from migrate.transform.source import NO_ANOMALIES, Source
from migrate.transform.texts import shown


class Reading(NamedTuple):
    """What one text reads as; with a code, an anomaly is reported for it."""

    raw: str | None
    value: Any = None
    code: str | None = None
    candidates: str | None = None
    """A JSON list."""
    message: str | None = None
    is_decided: bool = False


DAMAGED = "spreadsheet-damaged"
BLANK = Reading(None)
ReadAll = Callable[[Sequence[str]], Sequence[Reading]]


@dataclass(frozen=True)
class Readings:
    """The readings of some rows of a source."""

    rows: Places
    """The rows of the source, rising."""
    places: Places
    """For each of these rows, its reading's place in `distinct`."""
    distinct: Sequence[Reading]

    def at(self, place: int) -> Reading:
        """Return the reading of a place of `rows`."""
        return self.distinct[int(self.places[place])]

    def replaced(
        self, where: Places, readings: Sequence[Reading], places: Places | None = None
    ) -> "Readings":
        """Return a copy in which the rows at `where` (places of `rows`) point to new readings.

        places: for each of these rows its place in `readings`; without it, one reading for each row in turn.
        """
        moved = self.places.copy()
        moved[where] = len(self.distinct) + (np.arange(len(readings)) if places is None else places)
        return Readings(self.rows, moved, [*self.distinct, *readings])

    def where(self, holds: Callable[[Reading], bool]) -> Mask:
        """Return which of `rows` have a reading for which a condition holds."""
        return np.array([holds(reading) for reading in self.distinct], dtype=bool)[self.places]

    def values(self, value_type: pa.DataType) -> pa.Array:
        """Return each row's value."""
        return pa.array([reading.value for reading in self.distinct], value_type).take(pa.array(self.places))


def read_distinct(
    source: Source, column: str, read_all: ReadAll, *, blank: Reading = BLANK, rows: Places | None = None
) -> Readings:
    """Read the distinct texts of a column, of all rows or of some; `blank` is the reading of NULL."""
    texts = source.texts(column)
    if rows is None:
        rows = np.arange(len(texts), dtype=np.int64)
    else:
        texts = texts.take(pa.array(rows))
    encoded = texts.dictionary_encode()
    known = encoded.dictionary
    places = encoded.indices.fill_null(len(known)).to_numpy(zero_copy_only=False).astype(np.int64)
    distinct = [*_shown_raw(read_all(cleaned(known).to_pylist()), known), blank]
    return _without_damaged(source, column, Readings(rows, places, distinct), blank.value)


def report_readings(source: Source, column: str, readings: Readings) -> pa.Table:
    """Return the anomalies of all rows whose reading has a code."""
    has_code = np.array([reading.code is not None for reading in readings.distinct], dtype=bool)
    reported = rows_of(has_code[readings.places])
    if not len(reported):
        return NO_ANOMALIES
    coded = [reading for reading in readings.distinct if reading.code is not None]
    places = pa.array((np.cumsum(has_code) - 1)[readings.places[reported]])

    def each_row(part: Callable[[Reading], str | None]) -> pa.Array:
        return text_array([part(reading) for reading in coded]).take(places)

    return source.report(
        readings.rows[reported],
        column,
        each_row(lambda reading: reading.code),
        raw_value=each_row(lambda reading: reading.raw),
        loaded_value=each_row(lambda reading: as_text(reading.value)),
        candidates=each_row(lambda reading: reading.candidates),
        message=each_row(lambda reading: reading.message),
    )


def as_text(value: Any) -> str | None:
    """Return a loaded value as text: ISO dates, hours with two decimals, true and false."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def stacked_anomalies(*tables: pa.Table | None) -> pa.Table:
    """Return several tables of anomalies as one. Nothing is copied, so a column may be in several chunks."""
    given = [table for table in tables if table is not None]
    return pa.concat_tables(given) if given else NO_ANOMALIES


def _shown_raw(readings: Sequence[Reading], texts: pa.LargeStringArray) -> Sequence[Reading]:
    """Give readings of cleaned texts the raw text as the ledger can keep it, and report the cleaning."""
    raw = shown(texts)
    if raw is texts:
        return readings
    return [
        reading if reading.raw == text else _reported_cleaned(reading._replace(raw=text))
        for reading, text in zip(readings, raw.to_pylist(), strict=True)
    ]


def _reported_cleaned(reading: Reading) -> Reading:
    if reading.code is not None:
        return reading
    message = "Characters that v3 cannot store were removed; the raw value shows them written out."
    return reading._replace(code="text-cleaned", message=message)


def _without_damaged(source: Source, column: str, readings: Readings, blank: Any) -> Readings:
    damaged = rows_of(source.damaged(column)[readings.rows])
    message = "A spreadsheet took what was typed for a date or a time, and what was typed is lost."
    return readings.replaced(
        damaged,
        [
            Reading(readings.distinct[place].raw, blank, DAMAGED, message=message)
            for place in readings.places[damaged]
        ],
    )
