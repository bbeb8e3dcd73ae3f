"""Parquet exports: every type as the text that v2 would have shown."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from migrate.databases.delimited import as_text
from migrate.errors import PreflightError
from migrate.extract.export_files import Export, Rows, check_heading
from migrate.schema.arrow import TEXT

ROWS = 20_000


def open_parquet(path: Path) -> Export:
    """Open a Parquet file. Raises PreflightError where it is none, or has columns within columns."""
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
    except (pa.ArrowInvalid, OSError) as error:
        raise PreflightError(f"{path}: is no Parquet file ({error})") from error
    nested = [field.name for field in schema if pa.types.is_nested(field.type)]
    if nested:
        raise PreflightError(
            *(f"{path}: column {name} holds lists or records, not one value" for name in nested)
        )
    columns = check_heading(path, schema.names)
    return Export(path, columns, lambda: _read_rows(path))


def _read_rows(path: Path) -> Iterator[Rows]:
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS):
                yield Rows(list(zip(*(_texts(column) for column in batch.columns), strict=True)))
    except (pa.ArrowInvalid, OSError) as error:
        raise PreflightError(f"{path}: cannot be read from here on ({error})") from error


def _texts(column: pa.Array) -> list[str | None]:
    """Return the values of a column as texts, NULL where there is none."""
    if isinstance(column.type, pa.UuidType):
        return _each(column, str)
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    read = next(read for is_of_kind, read in _KINDS if is_of_kind(column.type))
    return read(column)


def _each(column: pa.Array, told: Callable[[Any], str | None]) -> list[str | None]:
    return [None if value is None else told(value) for value in column.to_pylist()]


def _floats(column: pa.Array) -> list[str | None]:
    texts = pc.if_else(pc.is_nan(column), None, column.cast(TEXT))
    return _each(texts, lambda text: _number(Decimal(text)) if "e" in text else text)  # 1e+10 is no key


def _octets(column: pa.Array) -> list[str | None]:
    return list(as_text(pa.chunked_array([column.cast(pa.large_binary())])).to_pylist())


def _moments(column: pa.Array) -> list[str | None]:
    texts = column.cast(TEXT)
    texts = pc.replace_substring_regex(texts, r"\.(\d*?)0+(Z?)$", r".\1\2")
    return list(pc.replace_substring_regex(texts, r"\.(Z?)$", r"\1").to_pylist())


def _span(value: timedelta) -> str:
    return f"-{-value}" if value < timedelta() else str(value)


def _number(value: Decimal) -> str:
    return str(int(value)) if value == value.to_integral_value() else f"{value:f}"


_OF_OCTETS = (pa.binary(), pa.large_binary(), pa.string(), pa.large_string())
"""Texts too: nobody has looked whether they are UTF-8."""
_KINDS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], list[str | None]]], ...] = (
    (pa.types.is_floating, _floats),
    (pa.types.is_decimal, lambda column: _each(column, _number)),
    (pa.types.is_fixed_size_binary, lambda column: _each(column, bytes.hex)),
    (lambda kind: kind in _OF_OCTETS, _octets),
    (lambda kind: pa.types.is_timestamp(kind) or pa.types.is_time(kind), _moments),
    (pa.types.is_duration, lambda column: _each(column.cast(pa.duration("us"), safe=False), _span)),
    (lambda _: True, lambda column: list(column.cast(TEXT).to_pylist())),
)
