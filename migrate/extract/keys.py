"""Keys of v2 as their columns compare them, and the conditions that they are within bounds."""

import re
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.sql import operators
from sqlalchemy.sql.type_api import TypeEngine

from migrate.extract.bounds import Bounds

_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_LARGEST = 2**63


def between(key: ColumnElement[Any], *, listed: bool) -> list[ColumnElement[bool]]:
    """Return the condition that a key is within bounds, which are left open: see `values_of`."""
    kind = _sent_as(key.type)
    if listed:
        return [key.in_(bindparam("listed", expanding=True, type_=kind))]
    return [key >= bindparam("first", type_=kind), key <= bindparam("last", type_=kind)]


def values_of(bounds: Bounds, key: ColumnElement[Any]) -> dict[str, Any]:
    """Return what the conditions of `between` leave open."""
    if bounds.members:
        return {"listed": [typed(member, key.type) for member in bounds.members]}
    return {"first": typed(bounds.first, key.type), "last": typed(bounds.last, key.type)}


def typed(value: str | None, kind: TypeEngine[Any]) -> Any:
    """Return a key as its column compares it: numbers as numbers."""
    return int(value) if value is not None and is_number(kind) else value


def may_be_key(value: str, kind: TypeEngine[Any]) -> bool:
    """Return whether a text is a key as v2 writes them: of whole numbers, without leading zeros."""
    if not is_number(kind):
        return True
    return bool(_WHOLE_NUMBER.fullmatch(value)) and -_LARGEST <= int(value) < _LARGEST


def is_number(kind: TypeEngine[Any]) -> bool:
    """Return whether keys of a type are whole numbers."""
    return getattr(kind, "python_type", str) is int


def _sent_as(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type of a bound: the key's own for numbers and texts, for anything else that of a text."""
    return kind if is_number(kind) else kind.coerce_compared_value(operators.eq, "")
