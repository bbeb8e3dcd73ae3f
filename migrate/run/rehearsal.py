"""`plan`: what a run would do, found by doing everything but the writing."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow.compute as pc
from sqlalchemy import Connection

from migrate.load.applying.counts import Counts, add_counts, count_load
from migrate.load.planning.merge import TableMerge
from migrate.load.planning.plan import LoadPlan
from migrate.load.present import Present
from migrate.run.batches import DEFAULT_SIZE
from migrate.run.comparing import compare_with
from migrate.run.passes import visit_batches
from migrate.run.preflight import refuse_problems
from migrate.run.prepared import Prepared, raw_values
from migrate.run.workplace import Workplace
from migrate.schema import v3
from migrate.schema.arrow import differ, whole
from migrate.transform.texts import shown


@dataclass(frozen=True)
class Change:
    """One way in which loaded values will change: by column, v2 text, and what rule reads it now."""

    v3_table: str
    v3_column: str
    raw_value: str | None
    code: str | None
    before: str | None
    after: str | None


@dataclass
class Rehearsal:
    """What a run would do."""

    counts: Counts = field(default_factory=lambda: add_counts([]))
    left: list[dict[str, str | None]] = field(default_factory=list)
    """v2 rows that will not arrive: v2_table, v2_id, member_id, cohort, fate, reason."""
    changes: Counter[Change] = field(default_factory=Counter)

    def as_document(self) -> dict[str, Any]:
        """Return the plan as JSON shows it."""
        changes = [{**asdict(change), "rows": rows} for change, rows in self.changes.most_common()]
        by_fate = {
            name: [row for row in self.left if row["fate"] == name] for name in ("dropped", "rejected")
        }
        return {**self.counts, **by_fate, "changes": changes}


def rehearse(workplace: Workplace, *, size: int = DEFAULT_SIZE) -> Rehearsal:
    """Return what a run would do now, in batches of a size.

    Raises PreflightError where it would be refused.
    """
    refuse_problems(workplace)
    rehearsal = Rehearsal()
    every: list[Counts] = []

    def visit(prepared: Prepared, present: Present, connection: Connection) -> None:
        plan = compare_with(present, connection, workplace, prepared)
        every.append(count_load(plan, workplace.rules.catalogue))
        rehearsal.left += _left(plan)
        for name, merge in plan.tables.items():
            rehearsal.changes.update(_changes(name, merge, prepared, workplace))

    visit_batches(workplace, visit, size=size)
    rehearsal.counts = add_counts(every)
    return rehearsal


def _left(plan: LoadPlan) -> list[dict[str, str | None]]:
    left = plan.fates.filter(pc.not_equal(plan.fates["fate"], "migrated"))
    rows: list[dict[str, str | None]] = left.select(
        ["v2_table", "v2_id", "member_id", "cohort", "fate", "reason"]
    ).to_pylist()
    return rows


def _changes(table: str, merge: TableMerge, prepared: Prepared, workplace: Workplace) -> Counter[Change]:
    """Count the values that will change, by what they were, what they will be and why."""
    found: Counter[Change] = Counter()
    if not merge.updates.num_rows:
        return found
    v2_table = workplace.names.table(table)
    codes = _codes(prepared, v2_table)
    for column in v3.merged_columns(merge.table):
        after, before = merge.updates[column], merge.read[column]
        mask = differ(after, before)
        if not pc.any(mask).as_py():
            continue
        keys = whole(merge.updates["v2_id"].filter(mask))
        v2_column = workplace.names.column(table, column)
        raw = shown(raw_values(prepared.v2, v2_table, v2_column, keys))
        values = zip(
            keys.to_pylist(),
            raw.to_pylist(),
            before.filter(mask).to_pylist(),
            after.filter(mask).to_pylist(),
            strict=True,
        )
        for key, text, was, will in values:
            found[Change(table, column, text, codes.get((key, v2_column)), was, will)] += 1
    return found


def _codes(prepared: Prepared, v2_table: str) -> dict[tuple[str, str], str]:
    anomalies = prepared.v3.anomalies
    own = anomalies[anomalies["v2_table"] == v2_table]
    return {
        (v2_id, column): code
        for v2_id, column, code in zip(own["v2_id"], own["v2_column"], own["code"], strict=True)
    }
