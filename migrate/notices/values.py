"""v3's values as members' notices look at them, whatever a user or a database has put in place of one.

SQLite takes any text for a date or an amount, PostgreSQL has `infinity` and `NaN`, and MariaDB may hold
`0000-00-00`. Drivers raise at one of these, and nobody would get a notice because of one member's value.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Numeric

from migrate.schema.amounts import amount_in

_FLAGS = {"true": True, "false": False}
_READERS: tuple[tuple[type, Callable[[str], Any]], ...] = (
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (Boolean, lambda text: _FLAGS.get(text, text)),
    (Numeric, lambda text: text if (amount := amount_in(text)) is None else amount),
)


def value_of(column: Column[Any], text: str | None) -> Any:
    """Return the value of a v3 column, given its canonical text; the text where it is no such value."""
    reader = next((reader for kind, reader in _READERS if isinstance(column.type, kind)), None)
    if text is None or reader is None:
        return text
    try:
        return reader(text)
    except ValueError:
        return text


def date_in(value: Any) -> date | None:
    """Return a value of `value_of` if it is a date."""
    return value if isinstance(value, date) else None


def hours_in(value: Any) -> Decimal | None:
    """Return a value of `value_of` if it is an amount."""
    return value if isinstance(value, Decimal) else None
