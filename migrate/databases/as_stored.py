"""Canonical text in the form in which MariaDB and SQLite store its values."""

import pyarrow as pa
import pyarrow.compute as pc

from migrate.schema.arrow import NULL, TEXT


def flags_as_numbers(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Write flags as MariaDB and SQLite store them: 1 and 0."""
    numbers = pc.if_else(pc.equal(values, "true"), "1", "0").cast(TEXT)
    return pc.if_else(pc.is_null(values), NULL, numbers)


def without_trailing_zeros(numbers: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Write decimal numbers as SQLite stores them: 7.5 and 7, where the text was 7.50 and 7.00."""
    return pc.replace_substring_regex(numbers, r"\.0+$|(\.\d*[1-9])0+$", r"\1")
