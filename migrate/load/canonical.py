"""One text for each v3 value, so that two values are the same when their texts are, on whatever engine.

Dates are ISO; moments `2010-03-12 09:30:00` with a fraction only where there is one; hours have two places;
flags are `true` and `false`; ids are 32 hex digits; text is itself. NULL stays NULL.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Boolean, Date, DateTime, Numeric, Table

from migrate.schema.arrow import TEXT, whole

_FLAGS = {"1": "true", "t": "true", "true": "true", "0": "false", "f": "false", "false": "false"}


def ours_as_text(frame: pd.DataFrame) -> pa.Table:
    """Return a frame of typed v3 values as canonical text."""
    return pa.table({str(name): _typed_as_text(pa.array(frame[name])) for name in frame.columns})


def theirs_as_text(table: Table, found: pa.Table) -> pa.Table:
    """Return what an engine said of its values as canonical text; what fits no type stays as it is."""
    return pa.table({name: _as_canonical(table, name, whole(found[name])) for name in found.column_names})


def _typed_as_text(values: pa.Array) -> pa.Array:
    values = whole(values)
    if pa.types.is_large_string(values.type):
        return values
    if not pa.types.is_timestamp(values.type):
        return values.cast(pa.string()).cast(TEXT)
    try:
        return values.cast(pa.timestamp("s")).cast(pa.string()).cast(TEXT)
    except pa.ArrowInvalid:  # one at least has a fraction
        return _plain_moments(values.cast(pa.string()).cast(TEXT))


def _as_canonical(table: Table, name: str, values: pa.Array) -> pa.Array:
    """Return the values of a column; those of one that the table lacks, such as a count, stay as they are."""
    own_type = table.columns[name].type if name in table.columns else None
    reader = next((reader for kind, reader in _READERS if isinstance(own_type, kind)), None)
    return reader(values) if reader else values


def _plain_moments(values: pa.Array) -> pa.Array:
    plain = pc.replace_substring_regex(values, r"\.0+$", "")
    return pc.replace_substring_regex(plain, r"(\.[0-9]*[1-9])0+$", r"\1")


def _plain_dates(values: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(values, r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(\.0+)?$", r"\1")


def _each_distinct(reader: Callable[[str], str]) -> Callable[[pa.Array], pa.Array]:
    def read(values: pa.Array) -> pa.Array:
        encoded = values.dictionary_encode()
        distinct = pa.array([reader(value) for value in encoded.dictionary.to_pylist()], TEXT)
        return distinct.take(encoded.indices)

    return read


def _plain_hours(value: str) -> str:
    try:
        return str(Decimal(value).quantize(Decimal("0.01")))
    except InvalidOperation:
        return value


_READERS: tuple[tuple[type, Callable[[pa.Array], pa.Array]], ...] = (
    (DateTime, _plain_moments),
    (Date, _plain_dates),
    (Boolean, _each_distinct(lambda value: _FLAGS.get(value.lower(), value))),
    (Numeric, _each_distinct(_plain_hours)),
)
