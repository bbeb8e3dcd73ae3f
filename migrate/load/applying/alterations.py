"""Where v3 has triggers or shorter columns of its own: what was written is looked at, lest they alter it."""

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Table, text

from migrate.errors import MigrationError
from migrate.load.applying.refusals import Refusals
from migrate.load.planning.merge import TableMerge
from migrate.load.present import read_rows_by_id
from migrate.schema import v3
from migrate.schema.arrow import TEXT, differ, whole

_ON_TABLES = {  # engine → which tables have one
    "postgresql": "SELECT relname FROM pg_trigger "
    "JOIN pg_class ON pg_class.oid = coalesce(pg_partition_root(tgrelid), tgrelid) "
    "WHERE NOT tgisinternal AND pg_table_is_visible(pg_class.oid)",
    "mariadb": "SELECT event_object_table FROM information_schema.triggers "
    "WHERE event_object_schema = DATABASE()",
    "sqlite": "SELECT lower(tbl_name) FROM sqlite_master WHERE type = 'trigger'",
}
_ON_TABLES["mysql"] = _ON_TABLES["mariadb"]
_LENGTHS = {  # engine → columns with a length, and from how many bytes on blanks at the end may be cut off
    "postgresql": "SELECT relname, attname, "
    "CASE WHEN atttypid = 'bpchar'::regtype THEN 0 ELSE atttypmod - 4 END "
    "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
    "WHERE atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND atttypmod > 0 "
    "AND pg_table_is_visible(attrelid)",
    "mariadb": "SELECT table_name, column_name, IF(data_type = 'char', 0, character_maximum_length) "
    "FROM information_schema.columns WHERE table_schema = DATABASE() "
    "AND data_type IN ('char', 'varchar', 'tinytext', 'text', 'mediumtext')",
}
_LENGTHS["mysql"] = _LENGTHS["mariadb"]
_ENDS_IN_BLANKS = r"[ \t\n\v\f\r]$"
"""MariaDB cuts off any of these, PostgreSQL spaces alone."""


def refuse_altered(connection: Connection, merges: Iterable[TableMerge], refusals: Refusals) -> None:
    """Compare what v3 holds with what it was just given, where a trigger or a length could have altered it.

    refusals: the rows that were not written. A trigger on one table may write to another, so all tables are
    compared if any has one.
    Raises MigrationError for a value that is another, or a row that is not there.
    """
    written = [merge for merge in merges if merge.inserts.num_rows or merge.updates.num_rows]
    if not written or not (_has_triggers(connection) or _may_be_cut(connection, written)):
        return
    check_at_once(connection)
    refused = pa.array([*refusals.ids, *(row.v3_id for row in refusals.changes)], TEXT)
    for merge in written:
        names = ["id", *v3.merged_columns(merge.table)]
        given = pa.concat_tables([merge.inserts.select(names), merge.updates.select(names)])
        _compare(connection, merge.table, given.filter(pc.invert(pc.is_in(given["id"], value_set=refused))))


def check_at_once(connection: Connection) -> None:
    """Make checks and triggers that v3 defers act now, and from here on with each statement."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def _has_triggers(connection: Connection) -> bool:
    found = connection.execute(text(_ON_TABLES[connection.dialect.name])).scalars()
    return not v3.metadata.tables.keys().isdisjoint(found)


def _may_be_cut(connection: Connection, written: Sequence[TableMerge]) -> bool:
    """Tell whether a text exceeds the length of its column by blanks, which are cut off without an error.

    No text column has a length that `init-target` made.
    """
    statement = _LENGTHS.get(connection.dialect.name)
    if statement is None:
        return False
    lengths = {(table, column): most for table, column, most in connection.execute(text(statement))}
    return any(
        _has_blanks_beyond(rows[name], lengths[merge.table.name, name])
        for merge in written
        for rows in (merge.inserts, merge.updates)
        for name in v3.merged_columns(merge.table)
        if (merge.table.name, name) in lengths
    )


def _has_blanks_beyond(texts: pa.ChunkedArray, most: int) -> bool:
    exceeding = texts.filter(pc.greater(pc.binary_length(texts), most))
    return bool(pc.any(pc.match_substring_regex(exceeding, _ENDS_IN_BLANKS)).as_py())


def _compare(connection: Connection, table: Table, given: pa.Table) -> None:
    held = read_rows_by_id(connection, table, whole(given["id"]))
    held = held.take(pc.index_in(whole(given["id"]), value_set=whole(held["id"])))
    if held["id"].null_count:
        raise MigrationError(
            f"v3 does not keep each row of {table.name} that it is given: a trigger leaves it out. "
            "Switch it off for the migration; nothing of this batch was written."
        )
    for name in given.column_names:
        if pc.any(differ(given[name], held[name])).as_py():
            raise MigrationError(
                f"v3 keeps another value in {table.name}.{name} than it is given: a trigger changes it, or "
                "the column is too short. Switch the trigger off for the migration, or give the column no "
                "length; nothing of this batch was written."
            )
