"""Gathers what is known of v2 rows. v2 is read in one snapshot, and nothing is written anywhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from migrate.decisions.decision import Decision, Subject
from migrate.decisions.holding import holding
from migrate.decisions.record import read_recorded
from migrate.errors import ConfigurationError
from migrate.explain.evidence import Evidence, Key, Moving, Remark, RowFate, Values
from migrate.explain.known import (
    Fates,
    Place,
    Remarks,
    fate_of,
    loaded_values,
    read_fates,
    read_fates_of,
    read_present,
    read_remarks,
)
from migrate.explain.lost_parents import lost_parent, parents_of
from migrate.explain.next_run import NextRun, next_run
from migrate.explain.row_decisions import decisions_on
from migrate.explain.taken_back import rollbacks
from migrate.explain.v2_rows import member_batch, row_batch, still_there, values_by_key
from migrate.explain.who import KnownMembers, know_members
from migrate.extract.source import V2Source
from migrate.report.counts import table_place
from migrate.rulebook import Rules
from migrate.schema import ledger, v2
from migrate.schema.reasons import LOAD_REFUSED
from migrate.transform.decision_lookup import Decisions
from migrate.transform.durations import read_duration
from migrate.transform.identity import v3_id


def evidence_of_row(
    source: V2Source, connection: Connection, rules: Rules, table: str, v2_id: str
) -> Evidence:
    """Return what is known of one row; the table may be called as v2 calls it or as the mapping does.

    Raises ConfigurationError for a table that v2 does not have, and for a row of which nobody knows.
    """
    table = next((name for name, rule in rules.mapping.tables.items() if rule.source == table), table)
    if table not in v2.metadata.tables:
        tables = ", ".join(v2.metadata.tables)
        raise ConfigurationError(f"{table!r} is not a table of v2. It must be one of {tables}.")
    with source.snapshot() as snapshot:
        members = know_members(snapshot, connection, row_batch(snapshot, table, v2_id))
    fates = read_fates_of(connection, [(table, v2_id)])
    if not len(members.batch.tables.get(table, ())) and not fates:
        raise ConfigurationError(f"{table} {v2_id!r}: neither v2 nor the ledger has such a row.")
    (evidence,) = _evidence(connection, rules, members, fates, [(table, v2_id)])
    return evidence


def evidence_of_member(
    source: V2Source, connection: Connection, rules: Rules, member_id: str
) -> list[Evidence]:
    """Return what is known of a member and of all that they own, in v2's order.

    Raises ConfigurationError for a member of whom nobody knows.
    """
    fates = read_fates(connection, ledger.rows.c.owner_id == v3_id("members", member_id))
    with source.snapshot() as snapshot:
        members = know_members(snapshot, connection, member_batch(snapshot, member_id))
        present = values_by_key(members.batch)
        elsewhere = still_there(snapshot, set(fates) - set(present))
    fates |= read_fates_of(connection, set(present) - set(fates))  # the ledger has them under another owner
    keys = list(dict.fromkeys([*present, *fates]))
    if not keys:
        raise ConfigurationError(f"member {member_id!r}: neither v2 nor the ledger has such a member.")
    keys.sort(key=lambda key: table_place(key[0]))
    return list(_evidence(connection, rules, members, fates, keys, elsewhere))


def _evidence(
    connection: Connection,
    rules: Rules,
    members: KnownMembers,
    fates: Fates,
    keys: Iterable[Key],
    elsewhere: Mapping[Key, Moving] = MappingProxyType({}),
) -> Iterator[Evidence]:
    """Return what is known of each key; elsewhere: those that v2 gives to another member, or to nobody."""
    history = list(read_recorded(connection))
    rows = values_by_key(members.batch)
    around = fates | read_fates_of(connection, set(parents_of(rows)) - set(fates))
    gathered = _Gathered(
        rules=rules,
        rows=rows,
        fates=around,
        present=read_present(connection, around),
        coming=next_run(members, rules, Decisions.that_hold(history)),
        decisions=holding(history),
        remarks=read_remarks(connection, fates),
        keeping=members.keeping,
        elsewhere=elsewhere,
        taken_back_at=rollbacks(connection),
    )
    return map(gathered.evidence, keys)


@dataclass(frozen=True)
class _Gathered:
    """What was read of some rows, all of it together."""

    rules: Rules
    rows: Mapping[Key, Values]
    """v2's own, by key; those that they belong to are among them."""
    fates: Fates
    """The ledger's, of the rows and of what they belong to."""
    present: Mapping[Place, Values]
    """What v3 has of all these now."""
    coming: NextRun
    decisions: Mapping[Subject, Decision]
    """Each subject's decision that holds."""
    remarks: Remarks
    keeping: frozenset[str]
    """Members who keep their number, since somebody else has the one that v2 gives."""
    elsewhere: Mapping[Key, Moving]
    taken_back_at: Callable[[RowFate], datetime | None]

    def evidence(self, key: Key) -> Evidence:
        """Return what is known of one row."""
        table, v2_id = key
        row, fate = self.rows.get(key), fate_of(self.fates.get(key))
        following = self._following(key, fate)
        coming = _coming(fate, following)
        target = self.rules.mapping.tables[table].to
        return Evidence(
            v2_table=table,
            v2_id=v2_id,
            v2=row,
            fate=fate,
            loaded=loaded_values(self.fates.get(key)),
            now=self.present.get((fate.v3_table, fate.v3_id)) if fate else None,
            next=self.coming.values.get((target, v2_id)) if target else None,
            coming=coming,
            taken_back_at=self.taken_back_at(following) if following and fate is None else None,
            moving=self.elsewhere.get(key) or _moving(fate, following),
            number_is_taken=table == "members" and v2_id in self.keeping,
            remarks=_remarks(fate, coming, self.remarks.get(key, ()), self.coming.remarks(key)),
            decisions=dict(decisions_on(self.decisions, key, row or {})),
            readings=_readings(self.rules, table, row or {}),
        )

    def _following(self, key: Key, fate: RowFate | None) -> RowFate | None:
        """Return the fate that a run would give, to which v3 may no longer have what the row belongs to."""
        following = self.coming.fate(key)
        if following is None or following.fate != "migrated" or (fate and fate.fate == "migrated"):
            return following
        lost = lost_parent(key, self.rows, self.fates, self.present)
        return following._replace(fate="rejected", reason=lost) if lost else following


def _coming(fate: RowFate | None, following: RowFate | None) -> RowFate | None:
    """Return the fate that a run would give where it is not the one that the ledger has.

    Whether v3's database will refuse a row again cannot be foretold.
    """
    if fate is None or following is None:
        return following
    is_same = (following.fate, following.reason) == (fate.fate, fate.reason)
    return None if is_same or fate.reason == LOAD_REFUSED else following


def _moving(fate: RowFate | None, following: RowFate | None) -> Moving | None:
    """Tell whether v2 gives a row that was migrated for another member to this one by now."""
    if fate is None or following is None or not fate.fate == following.fate == "migrated":
        return None
    return "here" if following.member_id != fate.member_id else None


def _remarks(
    fate: RowFate | None,
    coming: RowFate | None,
    recorded: tuple[Remark, ...],
    expected: tuple[Remark, ...],
) -> tuple[Remark, ...]:
    """Return a row's anomalies; for the values of a row that waits, those that a run would report."""
    if fate is None:
        return expected
    if fate.fate == "migrated" or coming is None:
        return recorded
    about_row = (remark for remark in recorded if remark.v2_column is None)
    return (*about_row, *(remark for remark in expected if remark.v2_column is not None))


def _readings(rules: Rules, table: str, row: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Return v2 column → what else was assumed in reading it as a duration."""
    columns = rules.mapping.tables[table].columns
    durations = {name: row.get(name) for name in columns if columns[name].read == "duration"}
    return {
        name: read_duration(text, rules.durations).assumptions for name, text in durations.items() if text
    }
