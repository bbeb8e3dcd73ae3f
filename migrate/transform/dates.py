"""Columns of free text as dates and moments (`rules/dates.yaml`).

Texts in plain forms, such as the moments that v2's own software wrote (`2012-05-01 10:22:31`), are read a
whole column at a time; the others text by text, each distinct text once.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from migrate.rulebook.dates import DatePolicy, Precision
from migrate.schema.arrow import NULL, TEXT
from migrate.transform.columns import Mask, joined, mask_of, rows_of
from migrate.transform.date_texts import MAX_LENGTH, DateText, plain_words, understand_date
from migrate.transform.decided_columns import has_decision, with_exceptions
from migrate.transform.exact_dates import read_exact_days
from migrate.transform.readings import Reading, stacked_anomalies
from migrate.transform.source import Column, Source
from migrate.transform.texts import shown

MOMENT = pa.timestamp("us")

_MIDNIGHT = time()
_CASTABLE = (  # one text that is no moment makes Arrow's cast fail, so 29 February is read as a text
    r"^[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?)?$"
)
_LESS_EXACT: dict[Precision, str] = {
    "month": "No day was given: the first of the month was taken.",
    "year": "Only a year was given: its first day was taken.",
}
_WITHOUT_TIME = "The time of day was left out."
_WITHOUT_ZONE = (
    "The time of day was left out. The day is that of the time zone in the text; elsewhere it may be another."
)


def read_dates(source: Source, column: str, *, may_be_open: bool = False) -> Column:
    """Return a column of v2 as dates; `may_be_open`: an end date, which `Present` leaves open."""
    policy = source.rules.dates

    def read_all(texts: Sequence[str]) -> list[Reading]:
        return [read_date(text, policy, may_be_open=may_be_open) for text in texts]

    texts = source.texts(column)
    exact, is_exact = read_exact_days(texts, policy)
    exceptions = ~is_exact | has_decision(source, column, texts)
    return with_exceptions(source, column, exact, exceptions, read_all)


def read_moments(source: Source, column: str) -> Column:
    """Return a column of v2 as moments without zone; a date alone is its midnight."""
    policy = source.rules.dates

    def read_all(texts: Sequence[str]) -> list[Reading]:
        return [read_moment(text, policy) for text in texts]

    texts = source.texts(column)
    exact, is_exact = _exact_moments(texts, policy)
    exceptions = ~is_exact | has_decision(source, column, texts)
    return with_exceptions(source, column, exact, exceptions, read_all)


def read_date(text: str, policy: DatePolicy, *, may_be_open: bool = False) -> Reading:
    """Return what one text says as a date. Never raises."""
    if _is_too_long(text):
        return _not_understood(text, DateText())
    return Reading(text) if may_be_open and _is_open(text, policy) else _read_date(text, policy)


def read_moment(text: str, policy: DatePolicy) -> Reading:
    """Return what one text says as a moment. Never raises."""
    return _not_understood(text, DateText()) if _is_too_long(text) else _read_moment(text, policy)


def check_order(source: Source, start: Column, end: Column) -> Column:
    """Return the end with an anomaly for each end that is before its start; both dates are kept."""
    reversed_ = mask_of(pc.less(end.values, start.values))
    if end.decided is not None:
        reversed_ &= ~end.decided
    rows = rows_of(reversed_)
    if not len(rows):
        return end
    places = pa.array(rows)
    started, ended = (pc.cast(each.values.take(places), TEXT) for each in (start, end))
    message = joined("The end, ", ended, ", is before the start, ", started, ".")
    report = source.report(
        rows,
        "end_date",
        "dates-reversed",
        raw_value=shown(source.texts("end_date").take(places)),
        loaded_value=ended,
        message=message,
    )
    return end._replace(anomalies=stacked_anomalies(end.anomalies, report))


def _is_too_long(text: str) -> bool:
    return len(text) > MAX_LENGTH and len(text.strip()) > MAX_LENGTH


@lru_cache(maxsize=30_000)
def _is_open(text: str, policy: DatePolicy) -> bool:
    return plain_words(text).strip(" .()-'\"") in policy.open_ended


@lru_cache(maxsize=30_000)
def _read_date(text: str, policy: DatePolicy) -> Reading:
    words = plain_words(text)
    if not words:
        return Reading(text)
    said = understand_date(words, policy)
    if said.day is None:
        return _not_understood(text, said)
    lost = _LESS_EXACT.get(said.precision)
    if lost is None and said.clock not in (None, _MIDNIGHT):
        lost = _WITHOUT_TIME if said.offset is None else _WITHOUT_ZONE
    return Reading(text, said.day, lost and "date-precision", message=lost)


@lru_cache(maxsize=30_000)
def _read_moment(text: str, policy: DatePolicy) -> Reading:
    words = plain_words(text)
    if not words:
        return Reading(text)
    said = understand_date(words, policy)
    moment = _moment(said)
    if moment is None:
        return _not_understood(text, said)
    lost = _LESS_EXACT.get(said.precision)
    if lost is None and said.offset:
        lost = "The moment was given with a time zone and is written in UTC."
    return Reading(text, moment, lost and "date-precision", message=lost)


def _moment(said: DateText) -> datetime | None:
    if said.day is None:
        return None
    moment = datetime.combine(said.day, said.clock or _MIDNIGHT)
    return moment - said.offset if said.offset else moment


def _not_understood(text: str, said: DateText) -> Reading:
    candidates = json.dumps([day.isoformat() for day in said.candidates]) if said.candidates else None
    message = "The text is not one date beyond doubt, so none was taken."
    return Reading(text, None, "date-not-understood", candidates, message)


def _exact_moments(texts: pa.LargeStringArray, policy: DatePolicy) -> tuple[pa.Array, Mask]:
    """Return a moment for each text in v2's own form, and which texts these are; NULL is one of them."""
    castable = pc.fill_null(pc.match_substring_regex(texts, _CASTABLE), False)
    moments = pc.cast(pc.if_else(castable, texts, NULL), MOMENT)
    first = pa.scalar(datetime.combine(date(policy.years.earliest, 1, 1), _MIDNIGHT), MOMENT)
    last = pa.scalar(datetime.combine(date(policy.years.latest, 12, 31), time.max), MOMENT)
    plausible = pc.and_(pc.greater_equal(moments, first), pc.less_equal(moments, last))
    return moments, mask_of(pc.fill_null(plausible, False)) | mask_of(pc.is_null(texts))
