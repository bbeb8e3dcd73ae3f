"""Column types that mean the same on every engine, each in the engine's own type."""

from typing import Any

from sqlalchemy import CHAR, Text, TypeDecorator, Uuid
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

LongText = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
"""Text without a length: MariaDB's TEXT would end at 64 kB."""

_HexDigits = CHAR(32).with_variant(mysql.CHAR(32, charset="ascii", collation="ascii_bin"), "mysql", "mariadb")


class Id(TypeDecorator[str]):
    """A UUID, in Python always text of 32 lower-case hex digits.

    PostgreSQL has a type for it. SQLite and MySQL have none, and MariaDB's refuses version 8 (measured on
    10.11: the cast gives NULL), so that these keep the digits as CHAR(32).
    """

    impl = CHAR(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the engine's own type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Uuid(as_uuid=False))
        return dialect.type_descriptor(_HexDigits)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Pass an id on as its engine reads it."""
        return value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Return the 32 hex digits, whatever form the driver gave."""
        return None if value is None else str(value).replace("-", "").lower()
