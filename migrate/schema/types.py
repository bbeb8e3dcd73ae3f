"""Column types that mean the same on every engine, each in the engine's own type."""

from typing import Any

from sqlalchemy import CHAR, Text, TypeDecorator, Uuid
from sqlalchemy.dialects.mysql import LONGTEXT
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine, UserDefinedType

LongText = Text().with_variant(LONGTEXT(), "mysql", "mariadb")
"""Text without a length: MariaDB's TEXT would end at 64 kB."""


class _MariaDbUuid(UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "UUID"


class Id(TypeDecorator[str]):
    """A UUID, in Python always text of 32 lower-case hex digits.

    PostgreSQL and MariaDB use their UUID type; SQLite and MySQL, which have none, CHAR(32).
    """

    impl = CHAR(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the engine's own UUID type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Uuid(as_uuid=False))
        if getattr(dialect, "is_mariadb", False):
            return dialect.type_descriptor(_MariaDbUuid())
        return dialect.type_descriptor(CHAR(32))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Pass an id on as its engine reads it."""
        return value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Return the 32 hex digits, whatever form the driver gave."""
        return None if value is None else str(value).replace("-", "").lower()
