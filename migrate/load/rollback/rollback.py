"""Takes back what was migrated: what no user has edited goes, with its ledger rows and anomalies.

A row stays where a user edited it, deleted it or hangs something of their own on it, and so does the member,
assessment or scheme that it belongs to. An account that was there before the migration is never deleted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, Table, select

from migrate.databases import read_table
from migrate.load.deletion import delete_staged
from migrate.load.present import ledger_keys
from migrate.load.rollback.references import References
from migrate.load.rollback.user_changes import UserChanges, read_user_changes
from migrate.load.staging import GONE, IDS, OWNERS, ROWS, among, distinct, stage
from migrate.load.strays import unrecorded
from migrate.schema import ledger, v3
from migrate.schema.arrow import TEXT, whole
from migrate.transform.identity import is_made

EDITED = "edited"
FORGOTTEN = "forgotten"
DELETED = "deleted"
IN_USE = "in-use"
ADDED = "added"
ADOPTED = "adopted"
UPDATED = "updated"
WHY = {
    EDITED: "A user has edited it.",
    FORGOTTEN: "What was loaded is not on record any more: a user may have edited it.",
    DELETED: "A user has deleted it; it is not made again.",
    IN_USE: "Rows that stay belong to it.",
    ADDED: "The migration did not put it there.",
    ADOPTED: "The account was there before the migration.",
    UPDATED: "The run only updated it; another run created it.",
}


@dataclass(frozen=True)
class Selection:
    """What is to be taken back: what one run created, or one cohort."""

    run_id: str | None = None
    cohort: str | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition that selects ledger rows."""
        rows = ledger.rows.c
        return rows.run_id == self.run_id if self.run_id is not None else rows.cohort == self.cohort

    def of(self, known: pa.Table) -> pa.Table:
        """Return those of some ledger rows that are selected."""
        name, value = ("run_id", self.run_id) if self.run_id is not None else ("cohort", self.cohort)
        return known.filter(pc.fill_null(pc.equal(known[name], value), False))


@dataclass(frozen=True)
class KeptRow:
    """A v3 row that stays."""

    v3_table: str
    v3_id: str
    v2_table: str | None
    """None where the row did not come from v2."""
    v2_id: str | None
    why: str
    """A key of `WHY`."""


@dataclass
class TakenBack:
    """What a batch took back."""

    deleted: dict[str, int] = field(default_factory=dict)
    """v3 table → rows."""
    ledger_rows: int = 0
    anomalies: int = 0
    kept: list[KeptRow] = field(default_factory=list)


def next_owners(
    connection: Connection, selection: Selection, before: str | None, size: int, *, schemes: bool
) -> pa.Array:
    """Return the next owners of selected rows: of schemes, or of everything else.

    Higher ids come first: rows that no v2 member owns any more have higher ids than members, and go before
    the members that they belong to in v3.
    """
    rows = ledger.rows.c
    of_kind = rows.v2_table == "schemes" if schemes else rows.v2_table != "schemes"
    wanted = select(rows.owner_id).where(selection.condition, of_kind)
    if before is not None:
        wanted = wanted.where(rows.owner_id < before)
    found = read_table(connection, wanted.distinct().order_by(rows.owner_id.desc()).limit(size))
    return whole(found["owner_id"])


def take_back(
    connection: Connection, selection: Selection, owners: pa.Array, references: References
) -> TakenBack:
    """Take back the selected rows of some owners, in the caller's transaction.

    The rows are locked before they are compared, so that no edit falls in between.
    """
    result = TakenBack()
    known = _read_ledger(connection, owners)
    selected = selection.of(known)
    migrated = selected.filter(pc.equal(selected["fate"], "migrated"))
    changes = {table.name: read_user_changes(connection, table, migrated) for table in v3.LOAD_ORDER}
    touched = [_staying(of_table, result) for of_table in changes.values()]
    owning = [
        _delete(connection, table, changes[table.name].untouched, references, result)
        for table in reversed(v3.LOAD_ORDER)
    ]
    recorded = set(known["v3_id"].to_pylist()) | _of_others(connection, result)
    result.kept = [row for row in result.kept if row.why != ADDED or row.v3_id not in recorded]
    stays = pa.concat_tables([*touched, *owning])
    gone = _without_owners_of(selected, stays, result)
    _forget(connection, gone, result)
    return result


def updated_only(connection: Connection, run_id: str) -> Iterator[KeptRow]:
    """Yield the rows that a run updated and another created."""
    rows, updates = ledger.rows.c, ledger.updates.c
    same = (rows.v2_table == updates.v2_table) & (rows.v2_id == updates.v2_id)
    found = connection.execute(
        select(rows.v3_table, rows.v3_id, rows.v2_table, rows.v2_id)
        .join_from(ledger.updates, ledger.rows, same)
        .where(updates.run_id == run_id, rows.run_id != run_id, rows.fate == "migrated")
        .distinct()
    )
    for row in found:
        yield KeptRow(*row, UPDATED)


def _read_ledger(connection: Connection, owners: pa.Array) -> pa.Table:
    stage(connection, OWNERS, distinct(owners, "owner_id"))
    rows = ledger.rows
    wanted = ("v2_table", "v2_id", "cohort", "fate", "v3_table", "v3_id", "run_id", "owner_id", "base")
    statement = select(*(rows.c[name] for name in wanted))
    return read_table(connection, statement.where(among(connection, rows.c.owner_id, OWNERS.c.owner_id)))


def _staying(rows: UserChanges, result: TakenBack) -> pa.Table:
    """Note the rows that stay in any case, and return those whose ledger rows stay too."""
    on_record = pc.is_valid(rows.edited["base"])
    result.kept += _kept(rows.edited.filter(on_record), EDITED)
    result.kept += _kept(rows.edited.filter(pc.invert(on_record)), FORGOTTEN)
    result.kept += _kept(rows.deleted, DELETED)
    result.kept += _kept(rows.adopted, ADOPTED)
    return pa.concat_tables([rows.edited, rows.deleted])


def _delete(
    connection: Connection, table: Table, rows: pa.Table, references: References, result: TakenBack
) -> pa.Table:
    """Delete what no one has touched and nothing refers to, and return the others.

    Tables come children first: what refers to a row by now is there to stay.
    """
    if not rows.num_rows:
        return rows
    stage(connection, IDS, distinct(rows["v3_id"], "id"))
    used = pc.is_in(rows["v3_id"], value_set=_referred(connection, table, references, result))
    stays, goes = rows.filter(used), rows.filter(pc.invert(used))
    if stays.num_rows:
        stage(connection, IDS, distinct(goes["v3_id"], "id"))
    delete_staged(connection, table, ("id",), IDS)
    result.deleted[table.name] = goes.num_rows
    result.kept += _kept(stays, IN_USE)
    return stays


def _referred(connection: Connection, table: Table, references: References, result: TakenBack) -> pa.Array:
    """Return the staged ids that other rows refer to, and note those rows."""
    used = [pa.array([], TEXT)]
    for child, column in references[table.name]:
        own = child.c.id if "id" in child.c else column
        found = read_table(
            connection,
            select(own.label("id"), column.label("parent")).where(among(connection, column, IDS.c.id)),
        )
        used.append(whole(found["parent"]))
        ids = found["id"].to_pylist() if "id" in child.c else []
        result.kept += [KeptRow(child.name, v3_id, None, None, ADDED) for v3_id in ids]
    return pa.concat_arrays(used).unique()


def _of_others(connection: Connection, result: TakenBack) -> set[str]:
    """Return the ids of rows noted as added that the ledger has for other owners, such as another cohort's
    memberships of a scheme. Only ids that the migration made can be among them.
    """
    ids = pa.array([row.v3_id for row in result.kept if row.why == ADDED], TEXT)
    made = ids.filter(is_made(ids))
    return set(made.to_pylist()) - set(unrecorded(connection, made).to_pylist())


def _without_owners_of(selected: pa.Table, stays: pa.Table, result: TakenBack) -> pa.Table:
    """Return the ledger rows to delete: not those that stay, nor of an adopted member who owns one."""
    kept = pc.is_in(ledger_keys(selected), value_set=ledger_keys(stays))
    adopted = pa.array([row.v2_id for row in result.kept if row.why == ADOPTED], TEXT)
    of_adopted = pc.and_(
        pc.equal(selected["v2_table"], "members"), pc.is_in(selected["v2_id"], value_set=adopted)
    )
    owns = pc.is_in(selected["owner_id"], value_set=whole(stays["owner_id"]))
    return selected.filter(pc.invert(pc.or_(kept, pc.and_(of_adopted, owns))))


def _forget(connection: Connection, gone: pa.Table, result: TakenBack) -> None:
    """Delete ledger rows with their anomalies."""
    if not gone.num_rows:
        return
    stage(connection, GONE, gone.select(["owner_id", "v2_table", "v2_id"]))
    stage(connection, ROWS, gone.select(["v2_table", "v2_id"]))
    named = ("v2_table", "v2_id")
    result.anomalies = delete_staged(connection, ledger.anomalies, ("owner_id", *named), GONE)
    delete_staged(connection, ledger.updates, named, ROWS)
    result.ledger_rows = delete_staged(connection, ledger.rows, named, ROWS)


def _kept(rows: pa.Table, why: str) -> list[KeptRow]:
    names = ("v3_table", "v3_id", "v2_table", "v2_id")
    return [KeptRow(**row, why=why) for row in rows.select(names).to_pylist()]
