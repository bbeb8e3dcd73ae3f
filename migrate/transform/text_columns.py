"""Columns of free text, which v3 gets unchanged, white space and line breaks included; NULL stays NULL."""

from collections.abc import Sequence

import pyarrow as pa

from migrate.schema.storable import unstorable
from migrate.transform.columns import Mask, mask_of, rows_of
from migrate.transform.decided_columns import has_decision, with_exceptions
from migrate.transform.readings import Reading, stacked_anomalies
from migrate.transform.source import Column, Source
from migrate.transform.texts import shown


def read_texts(source: Source, column: str) -> Column:
    """Return a text column of v2. Only rows with something to report or decided are looked at one by one."""
    texts = source.texts(column)
    exceptions = mask_of(unstorable(texts)) | source.damaged(column) | has_decision(source, column, texts)
    return with_exceptions(source, column, texts, exceptions, _to_the_letter)


def report_where(source: Source, column: str, read: Column, where: Mask, code: str, message: str) -> Column:
    """Return the column `read` with an anomaly for each row of `where` that no reviewer has decided."""
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
