"""Writes a LoadPlan in the caller's transaction: v3's rows, ledger rows and anomalies together."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, delete, select, update

from migrate.databases import write_table
from migrate.load.applying.alterations import refuse_altered
from migrate.load.applying.number_chains import number_chains
from migrate.load.applying.refusals import NO_REFUSALS, Refusals
from migrate.load.applying.surviving import SurvivingWriter
from migrate.load.applying.taken_values import update_taken
from migrate.load.deletion import delete_staged
from migrate.load.names import V2Names
from migrate.load.planning.known_rows import FATE_NAMES
from migrate.load.planning.merge import TableMerge
from migrate.load.planning.plan import LoadPlan
from migrate.load.present import ledger_keys, read_rows_by_id
from migrate.load.staging import GONE, IDS, OWNERS, distinct, stage, staged_like
from migrate.rulebook.anomalies import Catalogue
from migrate.schema import ledger, v3
from migrate.schema.arrow import NULL, TEXT, no_rows, whole, with_columns


class ChangedUnderneathError(Exception):
    """A user changed a row between the comparison and the write; the batch is to be compared again."""


def apply_load(
    connection: Connection,
    plan: LoadPlan,
    run_id: str,
    names: V2Names,
    catalogue: Catalogue,
    *,
    bisect: bool = False,
) -> Refusals:
    """Write what the plan says and return the rows that v3's database refused.

    With `bisect` each refused row is found and rejected by name, and the others arrive. Without it the
    refusal is raised, since a new plan may well succeed.
    Raises ChangedUnderneathError, MigrationError where a trigger alters rows, and what the database raises.
    """
    refusals = NO_REFUSALS
    for table in v3.LOAD_ORDER:
        merge = plan.tables.get(table.name)
        if merge is None:
            continue
        # first, for an update may give up the membership number that a new member gets
        updated = _update(connection, merge, names, bisect=bisect)
        refusals = refusals + updated
        refusals = refusals + _insert(connection, merge, names, refusals, bisect=bisect)
    refuse_altered(connection, plan.tables.values(), refusals)
    _write_fates(connection, plan, run_id, names, refusals)
    _write_anomalies(connection, plan, run_id, refusals, catalogue)
    return refusals


def _insert(
    connection: Connection, merge: TableMerge, names: V2Names, refused: Refusals, *, bisect: bool
) -> Refusals:
    if not bisect:
        write_table(connection, merge.table, merge.inserts.drop_columns(["v2_id"]))
        return NO_REFUSALS
    return SurvivingWriter(connection, merge.table, names).insert(merge.inserts, refused)


def _update(connection: Connection, merge: TableMerge, names: V2Names, *, bisect: bool) -> Refusals:
    if not merge.updates.num_rows:
        return NO_REFUSALS
    table = merge.table
    held = read_rows_by_id(connection, table, whole(merge.updates["id"]), lock=True)
    if not _same_rows(merge.read, held):
        raise ChangedUnderneathError(table.name)

    def write(rows: pa.Table) -> None:
        if table is v3.members:
            _free_numbers(connection, rows, held)
        update_taken(connection, table, rows, held)

    if bisect:
        chains = number_chains(merge.updates, held) if table is v3.members else []
        return SurvivingWriter(connection, table, names).update(merge.updates, held, write, chains)
    write(merge.updates)
    return NO_REFUSALS


def _free_numbers(connection: Connection, rows: pa.Table, held: pa.Table) -> None:
    """Clear the numbers that pass from one of these members to another: v3 takes each number only once."""
    ids, numbers = whole(rows["id"]), rows["membership_number"]
    before = whole(held["membership_number"]).take(pc.index_in(ids, value_set=whole(held["id"])))
    changes = pc.fill_null(pc.not_equal(before, numbers), True)
    passed_on = pc.and_(pc.and_(pc.is_valid(before), changes), pc.is_in(before, value_set=whole(numbers)))
    freed = ids.filter(passed_on)
    if len(freed):
        stage(connection, IDS, distinct(freed, "id"))
        theirs = v3.members.c.id == IDS.c.id
        connection.execute(update(v3.members).values(membership_number=None).where(theirs))


def _same_rows(read: pa.Table, held: pa.Table) -> bool:
    held = held.select(read.column_names)
    return bool(read.sort_by("id").equals(held.sort_by("id")))


def _write_fates(
    connection: Connection, plan: LoadPlan, run_id: str, names: V2Names, refusals: Refusals
) -> None:
    bases = _bases(plan.tables, names)
    fresh = pa.repeat(NULL, plan.new_fates.num_rows)
    new = _with_run(refusals.applied_to(plan.new_fates.append_column("run_id", fresh)), run_id)
    places = pc.index_in(ledger_keys(new), value_set=ledger_keys(bases))
    migrated = pc.equal(new["fate"], "migrated")
    base = pc.if_else(migrated, whole(bases["base"]).take(places), NULL)
    write_table(connection, ledger.rows, new.append_column("base", base))
    changed = _with_run(refusals.applied_to(plan.changed_fates), run_id)
    _update_rows(connection, changed, (*FATE_NAMES, "run_id"))
    recorded = pc.is_in(ledger_keys(bases), value_set=ledger_keys(plan.new_fates))
    known = refusals.without_rejected(refusals.without_changes(bases.filter(pc.invert(recorded))))
    _update_rows(connection, known, ("v2_table", "v2_id", "base"))
    _write_updates(connection, plan, run_id, names, refusals)


def _bases(tables: Mapping[str, TableMerge], names: V2Names) -> pa.Table:
    found = [no_rows(("v2_table", "v2_id", "base"))]
    for name, merge in tables.items():
        v2_table = pa.array([names.table(name)] * merge.rebased.num_rows, TEXT)
        found.append(merge.rebased.add_column(0, "v2_table", v2_table))
    return pa.concat_tables(found).combine_chunks()


def _with_run(fates: pa.Table, run_id: str) -> pa.Table:
    return with_columns(fates, {"run_id": pc.fill_null(fates["run_id"], run_id)})


def _write_updates(
    connection: Connection, plan: LoadPlan, run_id: str, names: V2Names, refusals: Refusals
) -> None:
    """Record which rows the run changed: a rollback of the run lists those that it did not create."""
    for name, merge in plan.tables.items():
        rows = merge.updates.num_rows
        parts = {"run_id": [run_id] * rows, "v2_table": [names.table(name)] * rows}
        columns = {column: pa.array(values, TEXT) for column, values in parts.items()}
        changed = pa.table(columns | {"v2_id": merge.updates["v2_id"]})
        write_table(connection, ledger.updates, refusals.without_changes(changed))


def _update_rows(connection: Connection, frame: pa.Table, columns: tuple[str, ...]) -> None:
    """Update ledger rows by v2 table and key."""
    if not frame.num_rows:
        return
    staged = staged_like(ledger.rows, columns, "_base" if "base" in columns else "_fate")
    stage(connection, staged, frame.select(list(columns)))
    rows = ledger.rows
    connection.execute(
        update(rows)
        .values({name: staged.c[name] for name in columns if name not in ("v2_table", "v2_id")})
        .where(rows.c.v2_table == staged.c.v2_table, rows.c.v2_id == staged.c.v2_id)
    )


def _write_anomalies(
    connection: Connection, plan: LoadPlan, run_id: str, refusals: Refusals, catalogue: Catalogue
) -> None:
    change = refusals.change(plan.anomalies, plan.fates, catalogue)
    anomalies = ledger.anomalies
    if len(change.cleared):
        stage(connection, OWNERS, distinct(change.cleared, "owner_id"))
        owners = select(OWNERS.c.owner_id)
        connection.execute(delete(anomalies).where(anomalies.c.owner_id.in_(owners)))
    if plan.moved.num_rows:  # the batch of the former owner may run later, or not at all
        named = ("owner_id", "v2_table", "v2_id")
        stage(connection, GONE, plan.moved.select(list(named)))
        delete_staged(connection, anomalies, named, GONE)
    runs = pa.array([run_id] * change.added.num_rows, TEXT)
    write_table(connection, anomalies, change.added.append_column("run_id", runs))
