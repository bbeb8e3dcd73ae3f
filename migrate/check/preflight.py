"""Whether v2 and v3 are as a run needs them: every problem is found before anything is written."""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.engine.interfaces import ReflectedColumn

from migrate.check.binary_columns import binary_problems
from migrate.check.keys import key_problems, link_problems
from migrate.check.kinds import decimals_lost, kind_wanted, kinds_found
from migrate.databases import alien_characters, reflected_columns
from migrate.errors import PreflightError
from migrate.extract.rights import hides_rows, is_readable, is_secured, rights_problems
from migrate.extract.source import V2Source
from migrate.extract.tables import reflect_v2
from migrate.extract.unmapped import unmapped
from migrate.load.ledger.target import is_half_made
from migrate.rulebook.mapping import Mapping
from migrate.schema import ledger, v3
from migrate.schema.ledger import LEDGER_VERSION

UNCHANGED = "nothing was written"


def check_source(source: V2Source) -> list[str]:
    """Return what keeps v2 from being read: what is missing, and what holds data without a fate."""
    mapping = source.mapping
    with source.engine.begin() as connection:
        problems = [*_reading_problems(connection, mapping), *_fate_problems(connection, mapping)]
        if problems and is_readable(connection, ledger.runs.name):
            problems.insert(0, "the source holds the migration's ledger. Are --source and --target swapped?")
        return problems


def _reading_problems(connection: Connection, mapping: Mapping) -> list[str]:
    """Return what keeps v2's tables from being read in full.

    Each question can only be asked where all before it have a good answer: may the tables be read, does the
    account see every row, is text text, is every row found by its key and by that of what owns it?
    """
    try:
        tables = reflect_v2(connection, mapping)
    except PreflightError as error:
        return [*error.problems, *rights_problems(connection, mapping, missing=error.problems)]
    return (
        list(rights_problems(connection, mapping))
        or list(_hidden_rows_problems(connection, mapping))
        or list(binary_problems(connection, mapping))  # PostgreSQL compares bytes with nothing else
        or [*key_problems(connection, mapping, tables), *link_problems(connection, mapping, tables)]
    )


def _hidden_rows_problems(connection: Connection, mapping: Mapping) -> Iterator[str]:
    for name, rule in mapping.tables.items():
        if hides_rows(connection, rule.source):
            yield (
                f"v2's table {rule.source} may hide rows from this account (row-level security). Give the "
                "account BYPASSRLS, or make a view that gives every row which is meant, and name that in "
                f"{mapping.file} under tables.{name}.from"
            )


def _fate_problems(connection: Connection, mapping: Mapping) -> Iterator[str]:
    for found in unmapped(connection, mapping):
        if found.column is None:
            what = f"{found.amount} and no fate"
        else:
            what = f"{found.amount} in column {found.column}, which has no fate"
        yield f"v2's table {found.table} has {what}. {found.remedy(mapping)}"


def check_target(engine: Engine, *, only_reads: bool = False) -> list[str]:
    """Return what keeps v3 from being written: tables that are missing or of another shape, another ledger.

    A v3 with none of its tables has no problem: a run creates them all, or what a killed one left.
    only_reads: whether v3 need only be read, in full.
    """
    with engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
        problems = [] if present.isdisjoint(v3.metadata.tables) else list(_v3_problems(connection, present))
        return [
            *problems,
            *_ledger_problems(connection, present),
            *_secured_target_problems(connection, present, only_reads=only_reads),
        ]


def _secured_target_problems(connection: Connection, present: set[str], *, only_reads: bool) -> Iterator[str]:
    """Yield each table whose policies may hide rows from the account, or keep its changes from rows.

    A hidden row would be taken for deleted by its user, and a change that reached no row for made.
    """
    stands_in_the_way = hides_rows if only_reads else is_secured
    for table in (*v3.metadata.sorted_tables, *ledger.metadata.sorted_tables):
        if table.name in present and stands_in_the_way(connection, table.name):
            yield (
                f"v3's table {table.name} may hide rows from this account or skip its changes (row-level "
                "security): they would be taken for deleted or made. Give the account BYPASSRLS; "
                f"{UNCHANGED}"
            )


def check_ledger(engine: Engine) -> list[str]:
    """Return what is wrong with the tables of a ledger that are there: another version wrote them."""
    with engine.connect() as connection:
        return list(_ledger_problems(connection, set(inspect(connection).get_table_names())))


def check_tables(engine: Engine) -> list[str]:
    """Return what is wrong with the tables of v3's names that are there: they may be v2's."""
    with engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
        return [*_shape_problems(connection, present), *_ledger_problems(connection, present)]


def _v3_problems(connection: Connection, present: set[str]) -> Iterator[str]:
    is_being_made = set(ledger.metadata.tables) <= present and is_half_made(connection)
    missing = [] if is_being_made else sorted(set(v3.metadata.tables) - present)
    for name in missing:
        yield f"v3 has no table {name}, though it has others of v3's. Create the v3 schema first; {UNCHANGED}"
    yield from _shape_problems(connection, present)


def _shape_problems(connection: Connection, present: set[str]) -> Iterator[str]:
    for name in v3.metadata.tables:
        if name in present:
            yield from _table_problems(connection, name)


def _table_problems(connection: Connection, name: str) -> Iterator[str]:
    """Yield each column that is missing, of another kind, or that a row from v2 could not fill."""
    table = v3.metadata.tables[name]
    found = {column["name"]: column for column in reflected_columns(connection, name)}
    alien = alien_characters(connection, name)
    written = () if table is v3.qualification_types else v3.written_columns(table)
    for column in table.columns:
        theirs = found.get(column.name)
        if theirs is None:
            yield f"v3's table {name} has no column {column.name}; {UNCHANGED}"
            continue
        kind = kind_wanted(column.type)
        if kind not in kinds_found(theirs["type"], connection.dialect):
            yield f"v3's column {name}.{column.name} must be {kind} (got {theirs['type']}); {UNCHANGED}"
        elif decimals_lost(column.type, theirs["type"]):
            yield f"v3's column {name}.{column.name} rounds hours (it is {theirs['type']}); {UNCHANGED}"
        elif kind == "text" and column.name in alien:
            yield f"v3's column {name}.{column.name} must hold UTF-8 (got {alien[column.name]}); {UNCHANGED}"
        if column.nullable and column.name in written and not theirs["nullable"]:
            yield f"v3's column {name}.{column.name} must allow NULL; {UNCHANGED}"
    for column_name in sorted(set(found) - set(written)):
        if written and _must_be_given(found[column_name]):
            yield (
                f"v3's column {name}.{column_name} is new, allows no NULL and has no default. "
                f"Give it a default; {UNCHANGED}"
            )


def _must_be_given(column: ReflectedColumn) -> bool:
    fills_itself = column.get("default") or column.get("computed") or column.get("identity")
    return not column["nullable"] and not fills_itself and column.get("autoincrement") is not True


def _ledger_problems(connection: Connection, present: set[str]) -> Iterator[str]:
    if ledger.ledger.name in present:
        named = select(ledger.ledger.c.value).where(ledger.ledger.c.name == "version")
        version = connection.execute(named).scalar_one_or_none()
        if version not in (None, LEDGER_VERSION):
            yield (
                f"the ledger in v3 is of version {version}, and this Career Migrate writes version "
                f"{LEDGER_VERSION}. Use the one that wrote it; {UNCHANGED}"
            )
            return
    for table in ledger.metadata.sorted_tables:
        if table.name not in present:
            continue
        found = {column["name"] for column in inspect(connection).get_columns(table.name)}
        for name in table.columns.keys():  # noqa: SIM118  # iterating gives columns, not names
            if name not in found:
                yield (
                    f"the ledger's table {table.name} has no column {name}: another version wrote it. "
                    f"Use that one; {UNCHANGED}"
                )
