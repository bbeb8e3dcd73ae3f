"""Anomalies that the ledger ought to hold and does not: a value left blank in silence."""

from collections.abc import Callable, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.check.account import SHOWN, Difference
from migrate.check.comparison import place_of
from migrate.load.canonical import ours_as_text
from migrate.load.present import ledger_keys
from migrate.schema.arrow import whole


def find_unreported(
    expected: pd.DataFrame,
    present: pa.Table,
    *,
    silent: pa.Array,
    edited: pa.Array,
    earlier: Callable[[], Sequence[pd.DataFrame]],
) -> pa.Table:
    """Return the expected anomalies (v2_table, v2_id, v2_column, code) that the ledger lacks.

    silent: keys of rows of which nothing need be said; edited: places of values that their users changed.
    earlier: what was expected under the decisions of earlier runs, which excuses what is new since.
    """
    ours = ours_as_text(expected[["v2_table", "v2_id", "v2_column", "code"]])
    wanted = said_of(ours)
    missing = pc.invert(pc.is_in(wanted, value_set=said_of(present)))
    if not pc.any(missing).as_py():
        return ours.slice(0, 0)
    explained = pc.or_(
        pc.is_in(ledger_keys(ours), value_set=silent), pc.is_in(places_of(ours), value_set=edited)
    )
    for frame in earlier():
        said = said_of(ours_as_text(frame[ours.column_names]))
        explained = pc.or_(explained, pc.invert(pc.is_in(wanted, value_set=said)))
    return ours.filter(pc.and_not(missing, explained))


def unreported_differences(unreported: pa.Table) -> list[Difference]:
    """List anomalies that are missing: their code is what was expected."""
    return [
        Difference(
            "different",
            row["v2_table"],
            row["v2_id"],
            column=row["v2_column"] or "anomaly",
            expected=row["code"],
        )
        for row in unreported.slice(0, SHOWN).to_pylist()
    ]


def places_of(anomalies: pa.Table) -> pa.Array:
    """Return v2 table, key and column of each anomaly as one text."""
    columns = pc.fill_null(whole(anomalies["v2_column"]), "")
    return place_of(ledger_keys(anomalies), columns)


def said_of(anomalies: pa.Table) -> pa.Array:
    """Return place and code of each anomaly as one text."""
    return place_of(places_of(anomalies), whole(anomalies["code"]))
