"""Gathers what is known of v2 rows. v2 is read in one snapshot, and nothing is written anywhere."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from migrate.decisions.holding import holding
from migrate.decisions.record import read_recorded
from migrate.errors import ConfigurationError
from migrate.explain.decided import decisions_on
from migrate.explain.evidence import Evidence, Key, Moving, RowFate
from migrate.explain.known import (
    Fates,
    fate_of,
    loaded_values,
    read_fates,
    read_fates_of,
    read_present,
    read_remarks,
)
from migrate.explain.next_run import next_run
from migrate.explain.v2_rows import existing, member_batch, row_batch, values_by_key
from migrate.explain.who import KnownMembers, know_members
from migrate.extract.source import V2Source
from migrate.report.counts import table_place
from migrate.rulebook import Rules
from migrate.schema import ledger, v2
from migrate.transform.decisions import Decisions
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
        elsewhere = existing(snapshot, set(fates) - set(present))
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
    elsewhere: Collection[Key] = (),
) -> Iterator[Evidence]:
    """Yield what is known of each key; elsewhere: those that v2 gives to another member."""
    history = list(read_recorded(connection))
    decisions = holding(history)
    coming = next_run(members, rules, Decisions.that_hold(history))
    old, now = values_by_key(members.batch), read_present(connection, fates)
    remarks = read_remarks(connection, fates)
    for key in keys:
        table, v2_id = key
        row, fate, next_fate = old.get(key), fates.get(key), coming.fate(key)
        target = rules.mapping.tables[table].to
        yield Evidence(
            v2_table=table,
            v2_id=v2_id,
            v2=row,
            fate=fate_of(fate),
            loaded=loaded_values(fate),
            now=now.get((fate.v3_table, fate.v3_id)) if fate else None,
            next=coming.values.get((target, v2_id)) if target else None,
            coming=None if fate else next_fate,
            moving=_moving(fate, next_fate, is_elsewhere=key in elsewhere),
            remarks=remarks.get(key, ()) if fate else coming.remarks(key),
            decisions=dict(decisions_on(decisions, key, row or {})),
            readings=_readings(rules, table, row or {}),
        )


def _moving(fate: Any, coming: RowFate | None, *, is_elsewhere: bool) -> Moving | None:
    """Tell whether v2 gives a migrated row to another member by now."""
    if fate is None or fate.fate != "migrated":
        return None
    if is_elsewhere:
        return "away"
    return "here" if coming is not None and coming.member_id != fate.member_id else None


def _readings(rules: Rules, table: str, row: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Return v2 column → what else was assumed in reading it as a duration."""
    columns = rules.mapping.tables[table].columns
    durations = {name: row.get(name) for name in columns if columns[name].read == "duration"}
    return {
        name: read_duration(text, rules.durations).assumptions for name, text in durations.items() if text
    }
