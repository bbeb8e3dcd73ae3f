"""Anomalies and ledger rows that are wrong, in what they say of a row or in whose row they say it is."""

from collections.abc import Callable, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.check.account import SHOWN, Difference
from migrate.check.unreported import places_of, said_of
from migrate.load.base import shortened
from migrate.load.canonical import ours_as_text
from migrate.load.present import ledger_keys
from migrate.schema.arrow import NULL, TEXT, differ, no_rows, rows_as_text, whole

_SAID = ("severity", "raw_value", "loaded_value", "candidates", "message")
_PLACE = ("v2_table", "v2_id", "v2_column", "code")
_WHOLE = (*_PLACE, *_SAID)
_WHOSE = ("member_id", "cohort")
_FOUND = ("v2_table", "v2_id", "column", "expected", "found")


def find_retold(
    expected: pd.DataFrame,
    present: pa.Table,
    *,
    silent: pa.Array,
    edited: pa.Array,
    forgotten: bool,
    earlier: Callable[[], Sequence[pd.DataFrame]],
) -> pa.Table:
    """Return the values in which the ledger's anomalies differ from the expected ones (`_FOUND`).

    silent, edited, earlier: as `migrate.check.unreported.find_unreported` has them. forgotten: whether the
    ledger was made to forget what members wrote.
    """
    ours = ours_as_text(expected[[*_WHOLE]])
    told, known = rows_as_text(ours, _WHOLE), rows_as_text(present, _WHOLE)
    apart = pc.and_(
        pc.invert(pc.is_in(told, value_set=known)), pc.is_in(said_of(ours), value_set=said_of(present))
    )
    if not pc.any(apart).as_py():
        return no_rows(_FOUND)
    ours = ours.filter(apart)
    said = said_of(ours)
    explained = pc.or_(
        pc.is_in(ledger_keys(ours), value_set=silent), pc.is_in(places_of(ours), value_set=edited)
    )
    for frame in earlier():
        was = ours_as_text(frame[ours.column_names])
        as_told = was.filter(pc.is_in(rows_as_text(was, _WHOLE), value_set=known))
        explained = pc.or_(explained, pc.is_in(said, value_set=said_of(as_told)))
    theirs = present.take(pc.index_in(said, value_set=said_of(present)))
    if forgotten:
        explained = pc.or_(explained, whole(pc.is_null(theirs["message"])))
    unlike = pc.invert(explained)
    return _apart(ours.filter(unlike), theirs.filter(unlike), _SAID, ours["v2_column"].filter(unlike))


def find_misplaced(present: pa.Table, ledger: pa.Table) -> pa.Table:
    """Return the anomalies that name another member or cohort than their row's own ledger row does."""
    places = pc.index_in(ledger_keys(present), value_set=ledger_keys(ledger))
    known = pc.is_valid(places)
    present, rows = present.filter(known), ledger.take(places.filter(known))
    return _apart(rows, present, _WHOSE, present["v2_column"])


def find_misnamed(fates: pa.Table, owners: pa.Array, targets: pa.Array) -> pa.Table:
    """Return the ledger rows that name another v3 table, member or cohort than they should.

    fates: with what the ledger says of each as `recorded_…`. targets: for each the table of its v3 row.
    A member who changes cohort is no difference: a cohort is one only where the ledger has v2's cohort for
    other rows of the same owner.
    """
    recorded = fates.select([*_FOUND[:2], *(f"recorded_{name}" for name in ("v3_table", *_WHOSE))])
    recorded = recorded.rename_columns([*_FOUND[:2], "v3_table", *_WHOSE])
    cohort = differ(fates["cohort"], recorded["cohort"])
    settled = owners.filter(pc.invert(cohort))
    stays = pc.and_(cohort, pc.invert(pc.is_in(owners, value_set=settled)))
    given = pc.if_else(stays, recorded["cohort"], fates["cohort"])
    ours = pa.table(
        {
            **{name: fates[name] for name in (*_FOUND[:2], "member_id")},
            "v3_table": targets,
            "cohort": given,
        }
    )
    nothing = pa.chunked_array([pa.repeat(NULL, fates.num_rows)])
    return _apart(ours, recorded, ("v3_table", *_WHOSE), nothing)


def all_of(*found: pa.Table) -> pa.Table:
    """Return everything that was found as one frame."""
    return pa.concat_tables(found).combine_chunks()


def misstated_differences(found: pa.Table) -> list[Difference]:
    """List what was found."""
    return [
        Difference(
            "different",
            row["v2_table"],
            row["v2_id"],
            column=row["column"],
            expected=shortened(row["expected"]),
            found=shortened(row["found"]),
        )
        for row in found.slice(0, SHOWN).to_pylist()
    ]


def _apart(ours: pa.Table, theirs: pa.Table, names: Sequence[str], columns: pa.ChunkedArray) -> pa.Table:
    """Return each value that is not the same in two frames, row by row; columns: what v2 calls them."""
    found = [no_rows(_FOUND)]
    for name in names:
        unlike = differ(ours[name], theirs[name])
        if pc.any(unlike).as_py():
            label = pa.scalar(name, TEXT)
            named = pc.binary_join_element_wise(columns.filter(unlike), label, pa.scalar(": ", TEXT))
            parts = {key: ours[key].filter(unlike) for key in _FOUND[:2]}
            values = {"expected": ours[name].filter(unlike), "found": theirs[name].filter(unlike)}
            found.append(pa.table({**parts, "column": pc.coalesce(named, label), **values}))
    return pa.concat_tables(found)
