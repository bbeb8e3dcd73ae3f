"""MariaDB and MySQL: LOAD DATA in where the server allows it, one CSV text out.

The server joins the cells into rows and the rows into one text, since a driver in Python pays for each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    Label,
    Numeric,
    ScalarSelect,
    Select,
    Table,
    TableClause,
    case,
    cast,
    event,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.mysql import BINARY, CHAR
from sqlalchemy.sql.util import find_tables

from migrate.databases.bulk import select_instead
from migrate.databases.delimited import table_from_csv
from migrate.databases.mariadb.hashes import hash_expression, sum_of_hashes, sum_of_numbers
from migrate.databases.mariadb.load import load_rows
from migrate.databases.reading import mark_read_only
from migrate.databases.shown_url import shown_url
from migrate.errors import MigrationError

_NO_LIMIT = 2**63 - 1
_ALL_ROWS = 2**64 - 1
"""The server's own default: with a limit of the account's each read would end there without a word."""
_HASH = "career_migrate_hash"
_Utf8 = CHAR(charset="utf8mb4")


class MariadbPaths:
    """See `migrate.databases.bulk.BulkPaths`."""

    def prepare(self, engine: Engine) -> None:
        """Refuse, rather than bend, a value that does not fit, and read all rows, however many.

        Set before SQLAlchemy asks for the mode, or it would quote names by that of the server or the URL.
        """

        @event.listens_for(engine, "connect", insert=True)
        def _settings(connection: Any, _: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET SESSION sql_mode = 'TRADITIONAL,NO_BACKSLASH_ESCAPES'")
                cursor.execute("SET SESSION group_concat_max_len = @@max_allowed_packet")
                cursor.execute(f"SET SESSION sql_select_limit = {_ALL_ROWS}, sql_big_selects = 1")

    def make_read_only(self, engine: Engine) -> None:
        """Begin every transaction as a READ ONLY consistent snapshot."""

        @event.listens_for(engine, "connect")
        def _repeatable(connection: Any, _: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute("SET SESSION TRANSACTION READ ONLY")  # data definitions end a transaction

        @event.listens_for(engine, "begin")
        def _snapshot(connection: Connection) -> None:
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")

        mark_read_only(engine)

    def probe(self, connection: Connection) -> None:
        """Ask for the server's version."""
        connection.execute(text("SELECT version()"))

    def read_table(
        self, connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None
    ) -> pa.Table:
        """Fetch all rows as one CSV, or row by row where that is longer than a packet of the server's."""
        selects = _csv_selects(statement) if values is None else _kept_csv_selects(statement)
        content = _in_one(connection, selects.in_one, values or {})
        if content is None:
            content = _one_by_one(connection, selects.lines, values or {})
        return table_from_csv(content, [column.name for column in statement.selected_columns])

    def read_with_fingerprint(
        self, connection: Connection, statement: Select[Any], values: Mapping[str, Any]
    ) -> tuple[pa.Table, str | None]:
        """Have the server hash each row as it sends it: it then reads them once."""
        found = self.read_table(connection, _with_hashes(statement), values)
        hashes = found[_HASH]
        told = None if hashes.null_count else f"{found.num_rows}:{sum_of_numbers(hashes)}"
        return found.drop_columns([_HASH]), told

    def write_table(self, connection: Connection, table: Table, frame: pa.Table) -> None:
        """LOAD DATA LOCAL, or INSERT of many rows where the server does not allow it."""
        load_rows(connection, table, frame)

    def fingerprint(self, connection: Connection, rows: Select[Any]) -> Select[Any]:
        """Sum the rows' hashes, or NULL where a row is too long for the server to put together.

        The limit keeps the server from hashing each row once more to count the hashes.
        """
        row = hash_expression(rows.selected_columns)
        hashes = select_instead(rows, row.label("hashed")).limit(_NO_LIMIT).subquery("hashes")
        hashed = hashes.c.hashed
        whole = func.concat(func.count(), ":", func.coalesce(func.sum(hashed), 0))
        return select(case((func.count() == func.count(hashed), whole), else_=None)).select_from(hashes)

    def version(self, connection: Connection, table: Table, rows: Select[Any]) -> Select[Any]:
        """Tell it from the rows' content: the server keeps no number of the writer."""
        return self.fingerprint(
            connection, rows.with_only_columns(*table.columns, maintain_column_froms=True)
        )

    def versions_of_content(
        self, rows: Mapping[Table, pa.Table], _: Mapping[Table, str]
    ) -> dict[str, str] | None:
        """Hash the rows here, in any order: the server would have to read them back."""
        return {
            table.name: f"{frame.num_rows}:{sum_of_hashes(table, frame)}" for table, frame in rows.items()
        }

    def versions_of_writer(self, _: Connection, __: Mapping[Table, pa.Table]) -> dict[str, str] | None:
        """Return None: what `versions_of_content` cannot tell must be read back."""
        return None


@lru_cache(maxsize=100)
def _with_hashes(statement: Select[Any]) -> Select[Any]:
    return statement.add_columns(hash_expression(statement.selected_columns).label(_HASH))


@dataclass(frozen=True)
class _CsvSelects:
    """The SELECTs that give the rows of another one as CSV."""

    lines: Select[Any]
    """Each row as a line of CSV."""
    in_one: Select[Any]
    """All lines as one text, and how many bytes they and their line ends have."""


def _csv_selects(statement: Select[Any]) -> _CsvSelects:
    line = cast(func.concat(*_with_commas(map(_quoted, statement.selected_columns))), BINARY).label("line")
    lines = statement.with_only_columns(line, maintain_column_froms=True)
    each = lines.offset(0).subquery("lines").c.line  # a bare subquery would lose its order
    octets = func.coalesce(func.sum(func.length(each)), 0) + func.count()
    return _CsvSelects(lines, select(func.aggregate_strings(each, "\n"), octets))


@lru_cache(maxsize=100)
def _kept_csv_selects(statement: Select[Any]) -> _CsvSelects:
    """Return `_csv_selects`, made once: SQLAlchemy then keeps what it compiles of them."""
    return _csv_selects(statement)


def _in_one(connection: Connection, in_one: Select[Any], values: Mapping[str, Any]) -> bytes | None:
    """Return lines as one text; None where the server has cut it short or could not make one of the lines."""
    content, wanted = connection.execute(in_one, values).one()
    # without a line end Arrow reads an empty cell at the very end as an empty text
    whole: bytes = b"" if content is None else content + b"\n"
    return whole if len(whole) == wanted else None


def _one_by_one(connection: Connection, lines: Select[Any], values: Mapping[str, Any]) -> bytes:
    found = connection.execute(lines, values).scalars().all()
    if None in found:
        tables = find_tables(lines, include_joins=True, include_aliases=True, include_selects=True)
        place = ", ".join(dict.fromkeys(each.name for each in tables if isinstance(each, TableClause)))
        raise MigrationError(
            f"{shown_url(connection.engine.url)} has a row larger than the server's max_allowed_packet"
            f"{place and f', in {place}'}; raise that setting and run again"
        )
    return b"\n".join([*found, b""])


def _quoted(column: Any) -> Any:
    """Return a cell: of a text longer than a packet NULL, which makes one of its line; of NULL nothing.

    Numbers and subqueries are never as long. They are evaluated once: of a hash that is most of the work.
    """
    quoted = func.concat('"', func.replace(cast(column, _Utf8), '"', '""'), '"')
    value = column.element if isinstance(column, Label) else column
    if isinstance(column.type, Integer | Numeric) or isinstance(value, ScalarSelect):
        return func.ifnull(quoted, "")
    return case((column.is_(None), ""), else_=quoted)


def _with_commas(cells: Iterable[Any]) -> list[Any]:
    separated = [part for cell in cells for part in (literal(","), cell)]
    return separated[1:]


PATHS = MariadbPaths()
