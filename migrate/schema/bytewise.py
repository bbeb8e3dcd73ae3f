"""Text that the database compares byte by byte.

PostgreSQL sorts by the rules of a language unless told otherwise, which makes grouping a million texts four
times slower. Nothing in the ledger is grouped by meaning, so bytes are enough.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Bytewise(FunctionElement[str]):
    """The text of one expression, compared by its bytes."""

    inherit_cache = True
    type = Text()


def bytewise(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a text expression whose equals are told by bytes alone."""
    return Bytewise(text)


@compiles(Bytewise)
def _as_it_is(element: Bytewise, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(Bytewise, "postgresql")
def _by_bytes(element: Bytewise, compiler: SQLCompiler, **options: Any) -> str:
    return f'{compiler.process(element.clauses, **options)} COLLATE "C"'
