"""What a value of each v2 column has to look like when a reviewer sets it."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from migrate.schema import v2

_KIND_OF_COLUMN = {  # every other column of v2 is text
    "duration": "hours",
    "start_date": "date",
    "end_date": "date",
    "joined_on": "date",
    "created_at": "moment",
    "archived_at": "moment",
    "verified_at": "moment",
    "submitted_at": "moment",
    "is_current": "flag",
    "is_archived": "flag",
    "pra_consulted": "flag",
}
_IDENTIFIES_ACCOUNT = "membership_number"
"""Members are matched to v3 accounts by it: a number from a decision might be another member's."""
_NOT_MIGRATED = {"supporters"}
"""Tables of which nothing is migrated: a decision would only keep personal data of other people."""
_HOURS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_decidable(table: str, column: str) -> bool:
    """Say whether a reviewer may set this column: not keys, owners, `updated_at` and supporters."""
    known = v2.metadata.tables.get(table)
    if known is None or column not in known.columns or column == "updated_at" or table in _NOT_MIGRATED:
        return False
    return column not in {v2.KEYS[table], *v2.PARENTS.get(table, {})}


def kind_of(column: str) -> str:
    """Return hours, date, moment, flag or text."""
    return _KIND_OF_COLUMN.get(column, "text")


def value_problem(column: str, value: str, max_hours: Decimal) -> str | None:
    """Return what is wrong with a value for this column, in words; None where it can be loaded."""
    if column == _IDENTIFIES_ACCOUNT:
        return f"{column} says who is who and is not set by a decision: correct it in v2 (got {value!r})"
    expected, is_right = _CHECKS[kind_of(column)]
    if is_right(value, max_hours):
        return None
    return f"value for {column} must be {expected.format(max_hours=max_hours)} (got {value!r})"


def _is_hours(value: str, max_hours: Decimal) -> bool:
    return _HOURS.fullmatch(value) is not None and Decimal(value) <= max_hours


def _is_date(value: str, _: Decimal) -> bool:
    return _DATE.fullmatch(value) is not None and _parses(date.fromisoformat, value)


def _is_moment(value: str, _: Decimal) -> bool:
    return _DATE.match(value) is not None and _parses(_zoneless, value)


def _zoneless(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        raise ValueError(value)
    return moment


def _is_flag(value: str, _: Decimal) -> bool:
    return value in {"true", "false"}


def _is_text(value: str, _: Decimal) -> bool:
    return "\0" not in value


def _parses(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


_CHECKS: dict[str, tuple[str, Callable[[str, Decimal], bool]]] = {
    "hours": ("hours from 0 to {max_hours}, at most two decimals after a point", _is_hours),
    "date": ("a date as YYYY-MM-DD", _is_date),
    "moment": ("a date or moment as YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS without zone", _is_moment),
    "flag": ("true or false", _is_flag),
    "text": ("text without a NUL byte", _is_text),
}
