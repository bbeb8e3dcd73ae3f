"""The hours of training that v2's texts give, by what became of their rows, and those that v3 holds."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from migrate.check.account import Account
from migrate.check.comparison import key_of
from migrate.load.canonical import ours_as_text
from migrate.load.names import V2Names
from migrate.load.present import Present, ledger_keys
from migrate.schema import v3
from migrate.schema.arrow import NULL, whole
from migrate.schema.frames import V3Batch

_HOURS = r"^-?[0-9]+\.[0-9]{2}$"


def add_hours(account: Account, fates: pa.Table, batch: V3Batch, present: Present, names: V2Names) -> None:
    """Add up what v2 gives for the rows of a batch, by what became of them, and what v3 holds.

    fates: with what the ledger says of each row (`migrate.check.outcomes`).
    """
    if "trainings" not in batch.rows:
        return
    ours = ours_as_text(batch.rows["trainings"])
    v2_table = names.table("trainings")
    places = pc.index_in(key_of(v2_table, whole(ours["v2_id"])), value_set=ledger_keys(fates))
    rows = fates.select(["cohort", "recorded_fate", "recorded_v3_id"]).take(places)
    theirs = present.theirs(v3.trainings)
    here = pc.index_in(whole(rows["recorded_v3_id"]), whole(theirs["id"]))
    in_v3 = whole(theirs["duration_hours"]).take(here)
    fate = whole(pc.fill_null(rows["recorded_fate"], "unaccounted"))
    for became in ("migrated", "rejected", "unaccounted"):
        hours = pc.if_else(pc.equal(fate, became), ours["duration_hours"], NULL)
        _add(account, became, rows["cohort"], hours)
    _add(account, "in v3", rows["cohort"], in_v3)


def sum_hours(cohorts: pa.Array, hours: pa.Array | pa.ChunkedArray) -> dict[str, Decimal]:
    """Return cohort ('' for none) → the sum of hours given as canonical text; what is no number counts 0."""
    numbers = pc.if_else(pc.match_substring_regex(hours, _HOURS), hours, NULL)
    numbers = numbers.cast(pa.string()).cast(pa.decimal128(18, 2))
    table = pa.table({"cohort": pc.fill_null(cohorts, ""), "hours": numbers})
    summed = table.group_by("cohort").aggregate([("hours", "sum")]).to_pylist()
    return {row["cohort"]: row["hours_sum"] or Decimal(0) for row in summed}


def _add(account: Account, name: str, cohorts: pa.Array, hours: pa.Array) -> None:
    for cohort, total in sum_hours(cohorts, hours).items():
        account.hours[cohort, name] += total
