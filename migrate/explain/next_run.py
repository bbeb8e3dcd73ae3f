"""What a run would make of the rows as v2, rules and decisions are now."""

from collections.abc import Mapping
from dataclasses import dataclass

from migrate.explain.evidence import Key, Remark, RowFate, Values
from migrate.explain.known import is_adopted
from migrate.explain.v2_rows import plain
from migrate.explain.who import KnownMembers
from migrate.load.canonical import ours_as_text
from migrate.rulebook import Rules
from migrate.schema.frames import V3Batch
from migrate.transform.batch import transform_batch
from migrate.transform.decision_lookup import Decisions


@dataclass(frozen=True)
class NextRun:
    """The rows' v3 values, fates and anomalies, were they migrated now."""

    transformed: V3Batch
    values: Mapping[Key, Values]
    """v3 table and v2_id → what would be loaded."""
    fates: Mapping[Key, Mapping[str, str | None]]
    """v2 table and v2_id → `FATE_COLUMNS`."""

    def fate(self, key: Key) -> RowFate | None:
        """Return the fate that a row would get; None for one that v2 does not have."""
        fate = self.fates.get(key)
        if fate is None:
            return None
        named = (fate["reason"], fate["v3_table"], fate["v3_id"], "", fate["member_id"], fate["cohort"])
        return RowFate(str(fate["fate"]), *named, is_adopted=is_adopted(fate))

    def remarks(self, key: Key) -> tuple[Remark, ...]:
        """Return the anomalies that would be reported of a row."""
        found = self.transformed.anomalies
        rows = found[(found["v2_table"] == key[0]) & (found["v2_id"] == key[1])]
        return tuple(Remark._make(plain(row[name]) for name in Remark._fields) for _, row in rows.iterrows())


def next_run(members: KnownMembers, rules: Rules, decisions: Decisions) -> NextRun:
    """Transform a batch of known members, and find its rows by their keys."""
    transformed = transform_batch(members.batch, members.adopted, rules, decisions)
    values = {
        (table, row["v2_id"]): row
        for table, frame in transformed.rows.items()
        for row in ours_as_text(frame).to_pylist()
    }
    fates = {(row["v2_table"], row["v2_id"]): row for row in ours_as_text(transformed.fates).to_pylist()}
    return NextRun(transformed, values, fates)
