"""v2's tables by their canonical names, whatever v2 itself calls them."""

import warnings
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CHAR,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Enum,
    FromClause,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    case,
    cast,
    func,
    inspect,
    literal_column,
    select,
)
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SAWarning
from sqlalchemy.types import NullType, _Binary

from migrate.databases import is_mariadb
from migrate.databases.error_codes import lacks_right
from migrate.errors import PreflightError
from migrate.extract.described import described_table
from migrate.rulebook.mapping import Mapping
from migrate.schema import v2


@dataclass(frozen=True)
class V2Tables:
    """Subqueries that give each table's columns their canonical names."""

    tables: dict[str, FromClause]

    def __getitem__(self, name: str) -> FromClause:
        """Return a table by its canonical name."""
        return self.tables[name]

    def key(self, name: str) -> ColumnElement[Any]:
        """Return a table's key column."""
        return self.tables[name].c[v2.KEYS[name]]

    def rows(self, name: str) -> Select[Any]:
        """Select every column of a table, in the canonical order."""
        found = self.tables[name]
        return select(*(found.c[column] for column in v2.column_names(name)))

    def with_parent(self, name: str, parent: str) -> Select[Any]:
        """Select a table's rows joined with what they hang on."""
        link = next(iter(v2.PARENTS[name]))
        return self.rows(name).join(self[parent], self.key(parent) == self[name].c[link])


_KEYS = ("key", "parent")


def reflect_v2(connection: Connection, mapping: Mapping) -> V2Tables:
    """Reflect the mapped tables and views; keys are then compared by their own types.

    Raises PreflightError with every table and column that v2 lacks.
    """
    problems: list[str] = []
    found = {name: _canonical(connection, name, mapping, problems) for name in mapping.tables}
    if problems:
        raise PreflightError(*problems)
    return V2Tables({name: table for name, table in found.items() if table is not None})


def reflect_table(connection: Connection, name: str) -> Table:
    """Reflect the columns and types of a table or view by its name, which may begin with its schema."""
    schema, plain = split_name(connection, name)
    try:
        with warnings.catch_warnings():  # of a type that SQLAlchemy has no name for; it comes as text
            warnings.filterwarnings("ignore", "Did not recognize type", SAWarning)
            found = inspect(connection).get_columns(plain, schema or None)
        columns = [Column(column["name"], column["type"]) for column in found]
        return Table(plain, MetaData(), *columns, schema=schema or None)
    except DBAPIError:
        if not is_mariadb(connection.dialect):
            raise
        return described_table(connection, plain, schema or None)


def split_name(connection: Connection, name: str) -> tuple[str, str]:
    """Return the schema, '' for the connection's own, and the plain name; SQLite's names may have dots."""
    if connection.dialect.name == "sqlite":
        return "", name
    schema, _, plain = name.rpartition(".")
    return schema, plain


def readable(connection: Connection, column: ColumnElement[Any], *, is_key: bool) -> ColumnElement[Any]:
    """Return a column as an expression that the server turns into the very text that v2 holds.

    PostgreSQL gives an enumeration and its "char" no collation, and fills CHAR with blanks that nobody typed;
    a key keeps them, for the sake of its index. MariaDB's text of a bit is a control character, and its text
    of bytes has ? for each that is no UTF-8: those are Windows-1252, which MariaDB calls latin1.
    """
    kind = column.type
    if connection.dialect.name == "postgresql":
        is_char = isinstance(kind, CHAR) and not is_key
        return cast(column, Text) if isinstance(kind, Enum) or type(kind) is String or is_char else column
    if not is_mariadb(connection.dialect):
        return column
    if isinstance(kind, mysql.BIT):
        return cast(column, BigInteger)
    if isinstance(kind, _Binary):
        as_utf8, as_1252 = (_converted(column, name) for name in ("utf8mb4", "latin1"))
        return case((cast(as_utf8, LargeBinary) == column, as_utf8), else_=as_1252)
    return column


def _converted(column: ColumnElement[Any], character_set: str) -> ColumnElement[Any]:
    return func.convert(column.op("USING")(literal_column(character_set)), type_=Text)


def exactly(connection: Connection, value: Any) -> Any:
    """Return a column or value so that it is compared to the letter, whatever its type and collation."""
    if is_mariadb(connection.dialect):
        return cast(value, LargeBinary)
    return value if isinstance(value.type, String | NullType) else cast(value, Text)


def _canonical(connection: Connection, name: str, mapping: Mapping, problems: list[str]) -> FromClause | None:
    rule = mapping.tables[name]
    try:
        reflected = reflect_table(connection, rule.source)
    except NoSuchTableError:
        way_out = f"Name it in {mapping.file} under tables.{name}.from{_or_grant(connection, rule.source)}"
        problems.append(f"v2 has no table {rule.source}. {way_out}")
        return None
    missing = [column for column in rule.columns.values() if column.source not in reflected.c]
    problems += [
        f"v2's table {rule.source} has no column {column.source}. Name it in {mapping.file} "
        f"under tables.{name}.columns{_or_grant(connection, rule.source, column.source)}"
        for column in missing
    ]
    columns = [
        readable(connection, reflected.c[column.source], is_key=column.read in _KEYS).label(canonical)
        for canonical, column in rule.columns.items()
        if column not in missing
    ]
    return select(*columns).subquery(f"v2_{name}")


def _or_grant(connection: Connection, name: str, column: str | None = None) -> str:
    """Return what else may help: to an account, what it may not read is not there in MariaDB.

    In PostgreSQL neither is what stands in a schema that the account may not use, unless a name says which.
    """
    schema, plain = split_name(connection, name)
    if is_mariadb(connection.dialect):
        asked: ColumnElement[Any] = literal_column("1") if column is None else sql_column(column)
        found = sql_table(plain, schema=schema or None)
        is_hidden = _is_refused(connection, select(asked).select_from(found))
    elif connection.dialect.name == "postgresql":
        is_hidden = not schema and connection.execute(select(func.current_schema())).scalar_one() is None
    else:
        is_hidden = False
    return ", or grant this account SELECT on it if it is there" if is_hidden else ""


def _is_refused(connection: Connection, asked: Select[Any]) -> bool:
    try:
        connection.execute(asked.limit(0))
    except DBAPIError as error:
        return lacks_right(error)
    return False
