"""Puts the columns of one v3 table together, and their anomalies."""

from collections.abc import Mapping

import pyarrow as pa

from migrate.schema.frames import Transformed
from migrate.transform.columns import frame_of
from migrate.transform.readings import stacked_anomalies
from migrate.transform.source import Column


def transformed(columns: Mapping[str, Column | pa.Array]) -> Transformed:
    """Return v3 rows from their columns, by name and in the table's order, and the columns' anomalies."""
    values = {name: part.values if isinstance(part, Column) else part for name, part in columns.items()}
    anomalies = [part.anomalies for part in columns.values() if isinstance(part, Column)]
    return Transformed(frame_of(values), stacked_anomalies(*anomalies))
