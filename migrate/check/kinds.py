"""Column types by what they hold, whatever the engine calls them."""

from typing import Any

from sqlalchemy import CHAR, Boolean, Date, DateTime, Float, Integer, Numeric, String, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from migrate.schema.types import Id

KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (  # the first that fits
    (Id, "a UUID"),
    (Uuid, "a UUID"),
    (Boolean, "a flag"),
    (DateTime, "a timestamp without zone"),
    (Date, "a date"),
    (Float, "a floating number"),
    (Numeric, "a decimal number"),
    (Integer, "an integer"),
    (CHAR, "text of a fixed length"),  # engines add spaces to it, or take some away
    (String, "text"),
)
ALSO: dict[str, dict[str, tuple[str, ...]]] = {  # engine → kind found → what it may serve as, too
    "sqlite": {"text": ("a UUID",), "text of a fixed length": ("a UUID", "text"), "an integer": ("a flag",)},
    "mysql": {"text": ("a UUID",), "text of a fixed length": ("a UUID",), "an integer": ("a flag",)},
    "mariadb": {"text": ("a UUID",), "text of a fixed length": ("a UUID",), "an integer": ("a flag",)},
}


def kind_wanted(column_type: TypeEngine[Any]) -> str:
    """Return what a column of this type holds."""
    return next(
        (kind for python_type, kind in KINDS if isinstance(column_type, python_type)), "of no known type"
    )


def kinds_found(column_type: TypeEngine[Any], dialect: Dialect) -> frozenset[str]:
    """Return what a reflected column can hold on its engine."""
    kind = kind_wanted(column_type)
    if getattr(column_type, "timezone", False):
        kind = "a timestamp with zone"
    return frozenset({kind, *ALSO.get(dialect.name, {}).get(kind, ())})


def decimals_lost(wanted: TypeEngine[Any], found: TypeEngine[Any]) -> bool:
    """Tell whether a reflected column rounds what a column of the wanted type keeps."""
    if not (isinstance(wanted, Numeric) and isinstance(found, Numeric)):
        return False
    return found.scale is not None and found.scale < (wanted.scale or 0)
