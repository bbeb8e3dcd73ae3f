"""Gathers what is known of v2 rows. v2 is read in one snapshot, and nothing is written anywhere."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection

from migrate.decisions.decision import Decision, Subject
from migrate.decisions.record import decision_history, latest_decisions
from migrate.decisions.seen import still_meets
from migrate.errors import ConfigurationError
from migrate.explain.evidence import Evidence, Moving, Remark, RowFate, Values
from migrate.explain.known import (
    Fates,
    Known,
    fate_of,
    is_adopted,
    loaded_values,
    read_fates,
    read_present,
    read_remarks,
)
from migrate.explain.who import KnownMembers, know_members
from migrate.extract.bounds import Bounds
from migrate.extract.snapshot import Snapshot
from migrate.extract.source import Source
from migrate.load.canonical import ours_as_text
from migrate.rulebook import Rules
from migrate.schema import ledger, v2
from migrate.schema.arrow import TEXT
from migrate.schema.frames import V2Batch, V3Batch
from migrate.transform.batch import transform_batch
from migrate.transform.decisions import Decisions
from migrate.transform.durations import read_duration
from migrate.transform.identity import v3_id
from migrate.transform.texts import shown

Keys = list[tuple[str, str]]
"""v2 table and v2_id."""
_AT_ONCE = 1000


def evidence_of_row(source: Source, connection: Connection, rules: Rules, table: str, v2_id: str) -> Evidence:
    """Return what is known of one row.

    Raises ConfigurationError for a table that v2 does not have, and for a row of which nobody knows.
    """
    if table not in v2.metadata.tables:
        tables = ", ".join(v2.metadata.tables)
        raise ConfigurationError(f"{table!r} is not a table of v2. It must be one of {tables}.")
    with source.snapshot() as snapshot:
        known = know_members(snapshot, connection, _row_batch(snapshot, table, v2_id))
    batch = known.batch
    fates = read_fates(connection, ledger.rows.c.v2_table == table, ledger.rows.c.v2_id == v2_id)
    if not len(batch.tables.get(table, ())) and not fates:
        raise ConfigurationError(f"{table} {v2_id!r}: neither v2 nor the ledger has such a row.")
    (evidence,) = _evidence(connection, rules, known, fates, [(table, v2_id)])
    return evidence


def evidence_of_member(
    source: Source, connection: Connection, rules: Rules, member_id: str
) -> list[Evidence]:
    """Return what is known of a member and of all that they own, in v2's order.

    Raises ConfigurationError for a member of whom nobody knows.
    """
    c = ledger.rows.c
    fates = read_fates(connection, c.owner_id == v3_id("members", member_id))
    with source.snapshot() as snapshot:
        known = know_members(snapshot, connection, _member_batch(snapshot, member_id))
        present = _keys(known.batch)
        elsewhere = _with_others(snapshot, set(fates) - set(present))
    fates |= _under_others(connection, set(present) - set(fates))
    keys = list(dict.fromkeys([*present, *fates]))
    if not keys:
        raise ConfigurationError(f"member {member_id!r}: neither v2 nor the ledger has such a member.")
    order = {name: place for place, name in enumerate(v2.metadata.tables)}
    return list(
        _evidence(
            connection, rules, known, fates, sorted(keys, key=lambda key: order.get(key[0], 99)), elsewhere
        )
    )


def _keys(batch: V2Batch) -> Keys:
    return [
        (table, str(key))
        for table in v2.metadata.tables
        for key in batch.tables.get(table, pd.DataFrame({v2.KEYS[table]: []}))[v2.KEYS[table]]
    ]


def _with_others(snapshot: Snapshot, keys: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Return those rows that v2 has: they belong to somebody else there."""
    return frozenset(
        (table, v2_id)
        for table, wanted in _by_table(keys).items()
        for v2_id in snapshot.existing(table, wanted)
    )


def _under_others(connection: Connection, keys: Collection[tuple[str, str]]) -> Fates:
    """Return the ledger's rows of what it knows under another owner."""
    c = ledger.rows.c
    found: Fates = {}
    for table, wanted in _by_table(keys).items():
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            found |= read_fates(connection, c.v2_table == table, c.v2_id.in_(some))
    return found


def _by_table(keys: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    for table, v2_id in sorted(keys):
        tables.setdefault(table, []).append(v2_id)
    return tables


def member_with_number(source: Source, number: str) -> str:
    """Return the key of the member who has a membership number, to the letter.

    Raises ConfigurationError where nobody has it, or several.
    """
    found = []
    if number.isprintable():  # what no text of v2 can hold is nobody's
        with source.snapshot() as snapshot:
            found = snapshot.members_with_number(number)
    if not found:
        raise ConfigurationError(f"No member of v2 has the number {number!r}, to the letter.")
    if len(found) > 1:
        keys = ", ".join(found)
        raise ConfigurationError(
            f"{len(found)} members of v2 have the number {number!r}: name one by --member, of {keys}."
        )
    return found[0]


def _row_batch(snapshot: Snapshot, table: str, v2_id: str) -> V2Batch:
    """Return the row and what it belongs to, up to its member."""
    tables: dict[str, pd.DataFrame] = {}
    place: tuple[str, str] | None = (table, v2_id)
    while place:
        name, key = place
        tables[name] = _read_rows(snapshot, name, key)
        place = _parent(name, tables[name])
    filled = {name: frame for name, frame in tables.items() if len(frame)}
    return V2Batch("members", filled, scheme_ids=_schemes(snapshot, filled), damaged=snapshot.damaged)


def _parent(table: str, row: pd.DataFrame) -> tuple[str, str] | None:
    for link, parent in v2.PARENTS.get(table, {}).items():
        key = _plain(row[link].iloc[0]) if len(row) else None
        return (parent, key) if key is not None else None
    return None


def _schemes(snapshot: Snapshot, tables: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    return snapshot.scheme_ids() if "scheme_memberships" in tables else frozenset()


def _read_rows(snapshot: Snapshot, table: str, key: str) -> pd.DataFrame:
    if not snapshot.may_be_key(table, key):
        raise ConfigurationError(
            f"{table} {key!r}: v2's keys are whole numbers, without noughts before them. "
            "--number takes a membership number."
        )
    return snapshot.read_rows(table, [key])


def _member_batch(snapshot: Snapshot, member_id: str) -> V2Batch:
    if not len(_read_rows(snapshot, "members", member_id)):
        return V2Batch("members", {})
    return snapshot.read_batch(Bounds("members", first=member_id, last=member_id))


def _evidence(
    connection: Connection,
    rules: Rules,
    members: KnownMembers,
    fates: Fates,
    keys: Keys,
    elsewhere: Collection[tuple[str, str]] = (),
) -> Iterator[Evidence]:
    batch = members.batch
    known = Known(fates, read_remarks(connection, fates))
    decided = Decisions.from_rows(vars(each) for each in decision_history(connection))
    transformed = transform_batch(batch, members.adopted, rules, decided)
    coming = {(row["v2_table"], row["v2_id"]): row for row in ours_as_text(transformed.fates).to_pylist()}
    ours, theirs = _ours(transformed), read_present(connection, fates)
    holding = latest_decisions(connection)
    old = {name: _by_key(frame, v2.KEYS[name]) for name, frame in batch.tables.items()}
    for table, v2_id in keys:
        row = old.get(table, {}).get(v2_id)
        fate = known.fates.get((table, v2_id))
        target = rules.mapping.tables[table].to
        yield Evidence(
            v2_table=table,
            v2_id=v2_id,
            v2=row,
            fate=fate_of(fate),
            loaded=loaded_values(fate),
            now=theirs.get((fate.v3_table, fate.v3_id)) if fate else None,
            next=ours.get((target, v2_id)) if target else None,
            coming=None if fate else _coming(coming.get((table, v2_id))),
            moving=_moving(fate, coming.get((table, v2_id)), is_elsewhere=(table, v2_id) in elsewhere),
            remarks=_remarks_of(known, transformed, table, v2_id),
            decisions=dict(_decisions(holding, table, v2_id, row or {})),
            readings=_readings(rules, table, row or {}),
        )


def _coming(fate: Mapping[str, str | None] | None) -> RowFate | None:
    """Return the fate that the transform gives."""
    if fate is None:
        return None
    named = (fate["reason"], fate["v3_table"], fate["v3_id"], "", fate["member_id"], fate["cohort"])
    return RowFate(str(fate["fate"]), *named, is_adopted=is_adopted(fate))


def _moving(fate: Any, coming: Mapping[str, str | None] | None, *, is_elsewhere: bool) -> Moving | None:
    """Tell whether v2 gives a migrated row to another member by now."""
    if fate is None or fate.fate != "migrated":
        return None
    if is_elsewhere:
        return "away"
    return "here" if coming is not None and coming["member_id"] != fate.member_id else None


def _remarks_of(known: Known, transformed: V3Batch, table: str, v2_id: str) -> tuple[Remark, ...]:
    """Return the ledger's anomalies; of a row that is yet to be migrated, those a run would report."""
    if (table, v2_id) in known.fates:
        return known.remarks.get((table, v2_id), ())
    found = transformed.anomalies
    rows = found[(found["v2_table"] == table) & (found["v2_id"] == v2_id)]
    return tuple(Remark._make(_plain(row[name]) for name in Remark._fields) for _, row in rows.iterrows())


def _ours(transformed: V3Batch) -> dict[tuple[str, str], Values]:
    """Return v3 table and v2_id → what a run would load."""
    found: dict[tuple[str, str], Values] = {}
    for table, frame in transformed.rows.items():
        rows = ours_as_text(frame).to_pylist()
        found |= {(table, row["v2_id"]): row for row in rows}
    return found


def _decisions(
    holding: Mapping[Subject, Decision], table: str, v2_id: str, row: Mapping[str, str | None]
) -> Iterator[tuple[str | None, Decision]]:
    """Yield each column's decision that applies: the row's where it meets v2's text, else the text's."""
    for column in (None, *row):
        text = _as_decided(row.get(column)) if column else None
        on_row = holding.get(Subject("row", table, column, v2_id))
        on_text = holding.get(Subject("text", table, column, text)) if column else None
        meets = on_row is not None and still_meets(column, on_row.raw_value, text)
        decision = on_row if meets else on_text
        if decision:
            yield column, decision


def _as_decided(text: str | None) -> str | None:
    """Return a text of v2 as a decision keeps it."""
    written: str | None = shown(pa.array([text], TEXT))[0].as_py()
    return written


def _readings(rules: Rules, table: str, row: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    columns = rules.mapping.tables[table].columns
    durations = {name: row.get(name) for name in columns if columns[name].read == "duration"}
    return {
        name: read_duration(text, rules.durations).assumptions for name, text in durations.items() if text
    }


def _by_key(frame: pd.DataFrame, key: str) -> dict[str, Values]:
    rows = frame.to_dict("records")
    return {str(row[key]): {str(name): _plain(value) for name, value in row.items()} for row in rows}


def _plain(value: Any) -> str | None:
    return None if value is None or value is pd.NA or pd.isna(value) else str(value)
