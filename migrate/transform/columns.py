"""Frames' columns as Arrow arrays and back: transforms compute on whole columns and never row by row."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.schema.arrow import TEXT, whole

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def texts_of(frame: pd.DataFrame, column: str) -> pa.LargeStringArray:
    """Return a TEXT column as one Arrow array, without a copy where it is in one piece."""
    return whole(pa.array(frame[column], type=TEXT))


def text_array(texts: Sequence[str | None]) -> pa.LargeStringArray:
    """Return texts as an Arrow array."""
    return pa.array(texts, type=TEXT)


def series(array: Any) -> "pd.Series[Any]":
    """Return an Arrow array as a series of the same type."""
    return pd.Series(pd.arrays.ArrowExtensionArray(array), copy=False)


def frame_of(columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return Arrow arrays, or series without regard to their index, as a frame in the order given."""
    return pd.DataFrame({name: _extension(column) for name, column in columns.items()}, copy=False)


def constant(text: str | None, count: int) -> pa.LargeStringArray:
    """Return one text, or NULL, `count` times."""
    return pa.repeat(pa.scalar(text, TEXT), count)


def joined(*parts: Any) -> pa.LargeStringArray:
    """Return texts put together: each part is a text, or an array with one for each row."""
    large = [pa.scalar(part, TEXT) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*large, pa.scalar("", TEXT))


def mask_of(array: Any) -> Mask:
    """Return a boolean Arrow array as a mask; NULL is False."""
    return np.asarray(array.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def rows_of(mask: Mask) -> Places:
    """Return the places where a mask is true."""
    return np.flatnonzero(mask).astype(np.int64, copy=False)


def taken(frame: pd.DataFrame, mask: Mask) -> pd.DataFrame:
    """Return the rows of a frame of Arrow columns where a mask is true."""
    if mask.all():
        return frame
    places = pa.array(rows_of(mask))
    return frame_of({str(name): pa.array(column).take(places) for name, column in frame.items()})


def _extension(column: Any) -> Any:
    if isinstance(column, pd.Series):
        return column.array
    return pd.arrays.ArrowExtensionArray(column)
