"""What this account may read of a database: tables, or views where there is no table, and of their rows.

v2 is asked about all of it, v3 about policies of PostgreSQL that keep rows from the account.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.base import PGInspector
from sqlalchemy.engine import Inspector

from migrate.extract.staging import DAMAGED_TABLE
from migrate.extract.tables import split_name
from migrate.rulebook.mapping import Mapping

_QUOTED = postgresql.dialect(paramstyle="named").identifier_preparer.quote  # type: ignore[no-untyped-call]
"""Of a name that is a value: in a statement's text the driver would have each % doubled."""
_HIDES = text("""
    WITH RECURSIVE looked_through AS (
        SELECT to_regclass(:name)::oid AS oid
        UNION
        SELECT under.refobjid
        FROM looked_through
        JOIN pg_class AS view ON view.oid = looked_through.oid AND view.relkind = 'v'
            AND view.reloptions::text ~* 'security_invoker=(t|y|on|1)'
        JOIN pg_rewrite AS rule ON rule.ev_class = view.oid
        JOIN pg_depend AS under ON under.classid = 'pg_rewrite'::regclass AND under.objid = rule.oid
            AND under.refclassid = 'pg_class'::regclass
    ), policies AS (
        SELECT polrelid, bool_or(NOT polpermissive) AS hide, bool_or(
            polpermissive AND pg_get_expr(polqual, polrelid) = 'true' AND EXISTS (
                SELECT 1 FROM unnest(polroles) AS role WHERE role = 0 OR pg_has_role(role, 'USAGE')
            )
        ) AS show
        FROM pg_policy WHERE polcmd IN ('r', '*') GROUP BY polrelid
    )
    SELECT count(*) > 0 FROM looked_through LEFT JOIN policies ON polrelid = oid
    WHERE row_security_active(oid) AND (show AND NOT hide) IS NOT TRUE
""")
_UNREADABLE = text("""
    SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped
        AND NOT has_column_privilege(attrelid, attnum, 'SELECT')
    ORDER BY attnum
""")


def readable_tables(connection: Connection, schema: str | None = None) -> tuple[str, ...]:
    """Return the tables that this account may read; its views where there is no table."""
    inspector = inspect(connection)
    for names in (inspector.get_table_names(schema), _views(inspector, schema)):
        whole = set(names) - _partitions(connection, schema)
        readable = tuple(sorted(name for name in whole if _may_read(connection, name, schema)))
        if readable:
            return tuple(name for name in readable if name != DAMAGED_TABLE)
    return ()


def is_readable(connection: Connection, name: str) -> bool:
    """Return whether this account may read a table or view; its name may begin with its schema."""
    schema, plain = split_name(connection, name)
    inspector = inspect(connection)
    names = {*inspector.get_table_names(schema or None), *_views(inspector, schema or None)}
    return plain in names and _may_read(connection, plain, schema or None)


def unreadable_columns(connection: Connection, name: str) -> tuple[str, ...]:
    """Return the columns of a table or view that this account sees and may not read: PostgreSQL has such."""
    if connection.dialect.name != "postgresql":
        return ()
    full = _full_name(*split_name(connection, name))
    return tuple(connection.execute(_UNREADABLE, {"name": full}).scalars())


def rights_problems(connection: Connection, mapping: Mapping, missing: Sequence[str] = ()) -> Iterator[str]:
    """Yield each mapped table that may not be read, or not in full, but for those that are not there.

    missing: what was said of tables that are not there.
    """
    for rule in mapping.tables.values():
        if any(f"no table {rule.source}." in problem for problem in missing):
            continue
        if not is_readable(connection, rule.source):
            yield f"v2's table {rule.source} may not be read by this account. Grant it SELECT on it"
            continue
        for column in unreadable_columns(connection, rule.source):
            if column not in rule.ignore:
                what = f"v2's column {rule.source}.{column}"
                yield f"{what} may not be read by this account. Grant it SELECT on it"


def hides_rows(connection: Connection, name: str) -> bool:
    """Return whether a PostgreSQL policy (row-level security) decides which rows this account sees.

    That may also be a policy of a table under a view, where the view reads it with the rights of its caller.
    """
    if connection.dialect.name != "postgresql":
        return False
    full = _full_name(*split_name(connection, name))
    return bool(connection.execute(_HIDES, {"name": full}).scalar_one())


def is_secured(connection: Connection, name: str) -> bool:
    """Return whether PostgreSQL's row-level security holds for this account in a table.

    It may then leave out rows of a change without a word, and refuses COPY, whatever the policies are.
    """
    if connection.dialect.name != "postgresql":
        return False
    full = _full_name(*split_name(connection, name))
    return bool(connection.execute(select(func.row_security_active(full))).scalar_one())


def _views(inspector: Inspector, schema: str | None) -> list[str]:
    """Return what else may be selected from; PostgreSQL has tables of other servers among it."""
    views = inspector.get_view_names(schema)
    if isinstance(inspector, PGInspector):
        views += inspector.get_materialized_view_names(schema) + inspector.get_foreign_table_names(schema)
    return views


def _partitions(connection: Connection, schema: str | None) -> set[str]:
    """Return the parts of PostgreSQL's tables: each of their rows is the whole table's, too."""
    if connection.dialect.name != "postgresql":
        return set()
    parts = text(
        "SELECT relname FROM pg_catalog.pg_class WHERE relispartition "
        "AND relnamespace = to_regnamespace(quote_ident(coalesce(:schema, current_schema())))"
    )
    return set(connection.execute(parts, {"schema": schema}).scalars())


def _may_read(connection: Connection, name: str, schema: str | None) -> bool:
    """Ask PostgreSQL, which lists what it then refuses; the other engines list what may be read."""
    if connection.dialect.name != "postgresql":
        return True
    full = _full_name(schema, name)
    return bool(connection.execute(select(func.has_any_column_privilege(full, "SELECT"))).scalar_one())


def _full_name(schema: str | None, name: str) -> str:
    return ".".join(_QUOTED(part) for part in (schema, name) if part)
