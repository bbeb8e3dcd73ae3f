"""Some v2 rows of one table with everything that reading them depends on, and the columns read from them."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.rulebook import Rules
from migrate.schema.arrow import TEXT, no_rows
from migrate.schema.frames import ANOMALY_COLUMNS
from migrate.transform.columns import Mask, Places, constant, texts_of
from migrate.transform.decision_lookup import Decisions
from migrate.transform.identity import v3_ids

Texts: TypeAlias = str | pa.Array | None
"""One text for all rows, an Arrow array with a text for each, or None."""


NO_ANOMALIES = no_rows(ANOMALY_COLUMNS)
"""A table of anomalies without any."""


class Column(NamedTuple):
    """A v3 column: a value for each v2 row, and the anomalies about them."""

    values: pa.Array
    anomalies: pa.Table | None = None
    """`ANOMALY_COLUMNS`, all text."""
    decided: Mask | None = None
    """The rows that a reviewer decided: no further anomaly is reported about them. None: no row."""


@dataclass(frozen=True)
class Source:
    """v2 rows as given to a transform (`migrate.transform.given` says which columns there are)."""

    table: str
    frame: pd.DataFrame
    rules: Rules
    decisions: Decisions
    _texts: dict[str, pa.LargeStringArray] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """The columns asked for so far, as Arrow arrays: converting one from pandas takes time."""

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def v2_ids(self) -> pa.LargeStringArray:
        """The rows' v2 keys."""
        return self.texts("v2_id")

    def texts(self, column: str) -> pa.LargeStringArray:
        """Return a v2 column as it is."""
        if column not in self._texts:
            self._texts[column] = texts_of(self.frame, column)
        return self._texts[column]

    def ids(self) -> pa.LargeStringArray:
        """Return the rows' v3 ids, derived from their v2 keys."""
        return pa.array(v3_ids(self.table, self.frame["v2_id"]), type=TEXT)

    def damaged(self, column: str) -> Mask:
        """Return where a spreadsheet damaged the cell."""
        flag = f"{column}_damaged"
        if flag not in self.frame.columns:
            return np.zeros(len(self), dtype=bool)
        return self.frame[flag].to_numpy(dtype=bool)

    def report(
        self,
        rows: Places,
        column: str | None,
        code: str | pa.Array,
        *,
        raw_value: Texts = None,
        loaded_value: Texts = None,
        candidates: Texts = None,
        message: Texts = None,
    ) -> pa.Table:
        """Return an anomaly (`ANOMALY_COLUMNS`) for each of some rows.

        rows: their places. Arrays have an entry for each of `rows`.
        """
        if not len(rows):
            return NO_ANOMALIES
        places, count = pa.array(rows), len(rows)
        values: dict[str, Any] = {
            "cohort": self.texts("cohort").take(places),
            "member_id": self.texts("owner").take(places),
            "v2_table": self.table,
            "v2_id": self.v2_ids.take(places),
            "v2_column": column,
            "code": code,
            "severity": self._severity(code),
            "raw_value": raw_value,
            "loaded_value": loaded_value,
            "candidates": candidates,
            "message": message,
        }
        return pa.table({name: _array(values[name], count) for name in ANOMALY_COLUMNS})

    def _severity(self, code: str | pa.Array) -> Texts:
        catalogue = self.rules.catalogue
        if isinstance(code, str):
            return str(catalogue.severity(code))
        codes = code.dictionary_encode()
        severities = [catalogue.severity(each) for each in codes.dictionary.to_pylist()]
        return pa.array(severities, TEXT).take(codes.indices)


def _array(texts: Texts, count: int) -> pa.Array:
    return constant(texts, count) if texts is None or isinstance(texts, str) else pc.cast(texts, TEXT)
