"""Columns of free text, which v3 gets to the letter: white space, line breaks and all; NULL stays NULL."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from migrate.schema.arrow import TEXT
from migrate.schema.storable import unstorable
from migrate.transform.columns import Mask, mask_of, rows_of
from migrate.transform.decide import concerned, decide
from migrate.transform.readings import Reading, read_distinct, report_readings, stacked_anomalies
from migrate.transform.source import Column, Source
from migrate.transform.texts import shown


def read_texts(source: Source, column: str) -> Column:
    """Return a text column of v2. Only rows with something to say about them are looked at one by one."""
    texts = source.texts(column)
    special = mask_of(unstorable(texts)) | source.damaged(column) | concerned(source, column, texts)
    if not special.any():
        return Column(texts)
    rows = rows_of(special)
    decided, complaints = decide(source, column, read_distinct(source, column, _to_the_letter, rows=rows))
    values = pc.replace_with_mask(texts, pa.array(special), decided.values(TEXT))
    reports = [report_readings(source, column, each) for each in (decided, *complaints)]
    is_decided = special.copy()
    is_decided[rows] = decided.where(lambda reading: reading.is_decided)
    return Column(values, stacked_anomalies(*reports), is_decided)


def report_where(source: Source, column: str, read: Column, where: Mask, code: str, message: str) -> Column:
    """Return a text column with an anomaly for each value to be reported that no reviewer has decided."""
    rows = rows_of(where if read.decided is None else where & ~read.decided)
    places = pa.array(rows)
    report = source.report(
        rows,
        column,
        code,
        raw_value=shown(source.texts(column).take(places)),
        loaded_value=read.values.take(places),
        message=message,
    )
    return read._replace(anomalies=stacked_anomalies(read.anomalies, report))


def _to_the_letter(texts: Sequence[str]) -> list[Reading]:
    return [Reading(text, text) for text in texts]
