"""Parquet exports: every type as the text that v2 would have shown."""

import decimal
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from migrate.databases.delimited import as_text
from migrate.errors import PreflightError
from migrate.extract.export_files import Export, Rows, check_heading

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
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(ROWS):
            yield Rows(list(zip(*(_texts(column) for column in batch.columns), strict=True)))


def _texts(column: pa.Array) -> list[str | None]:
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    if pa.types.is_fixed_size_binary(kind):
        return [None if value is None else value.hex() for value in column.to_pylist()]
    if pa.types.is_decimal(kind):
        return [_number(value) for value in column.to_pylist()]
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return list(as_text(pa.chunked_array([column.cast(pa.large_binary())])).to_pylist())
    texts = column.cast(pa.large_string())
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        texts = pc.replace_substring_regex(texts, r"\.(\d*?)0+(Z?)$", r".\1\2")
        texts = pc.replace_substring_regex(texts, r"\.(Z?)$", r"\1")
    return list(texts.to_pylist())


def _number(value: decimal.Decimal | None) -> str | None:
    if value is None:
        return None
    return str(int(value)) if value == value.to_integral_value() else str(value)
