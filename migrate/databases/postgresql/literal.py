"""SELECTs with their values in them, as COPY and ADBC take them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, Text, cast
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECT = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # % stays % in literals


def literal_sql(statement: Select[Any], values: Mapping[str, Any] | None, *, as_text: bool = False) -> str:
    """Return a SELECT as SQL with its values in it; one with parameters is compiled once and then filled in.

    as_text: whether every column is to be a text.
    """
    if values is not None:
        return _compiled(statement, as_text).construct_expanded_state(values).statement
    shown = _with_texts(statement) if as_text else statement
    return str(shown.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


@lru_cache(maxsize=100)
def _compiled(statement: Select[Any], as_text: bool) -> SQLCompiler:
    shown = _with_texts(statement) if as_text else statement
    return shown.compile(dialect=_DIALECT, compile_kwargs={"literal_execute": True})


def _with_texts(statement: Select[Any]) -> Select[Any]:
    columns = [_as_text(column) for column in statement.selected_columns]
    return statement.with_only_columns(*columns, maintain_column_froms=True)


def _as_text(column: Any) -> Any:
    """Return a column as text; texts stay as they are, for a cast would trim CHAR's blanks."""
    return column if isinstance(column.type, String) else cast(column, Text).label(column.name)
