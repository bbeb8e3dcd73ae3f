"""Why v3's database refused a row, in our own words: a driver's would quote the row in a report."""

import re

from sqlalchemy.exc import DBAPIError

from migrate.databases.error_codes import error_codes_of

KINDS = {  # what the engines call it → what that means
    **dict.fromkeys(
        ("23505", "1062", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"),
        "another row of v3 has a value that may be there only once",
    ),
    **dict.fromkeys(
        ("23503", "1216", "1452", "SQLITE_CONSTRAINT_FOREIGNKEY"),
        "v3 does not have what the row refers to",
    ),
    **dict.fromkeys(
        ("23502", "1048", "1263", "1364", "SQLITE_CONSTRAINT_NOTNULL"), "v3 wants a value where none is"
    ),
    **dict.fromkeys(
        ("23514", "44000", "3819", "4025", "SQLITE_CONSTRAINT_CHECK"), "a value breaks a rule that v3 checks"
    ),
    **dict.fromkeys(("P0001", "1644", "SQLITE_CONSTRAINT_TRIGGER"), "a trigger of v3 does not let it in"),
    **dict.fromkeys(("22001", "1406"), "a text is too long for its column in v3"),
    **dict.fromkeys(("22003", "22008", "1264", "1292"), "a value is out of the range of its column in v3"),
    **dict.fromkeys(("22021", "22P05", "1366"), "v3 cannot store a character"),
}
OTHERWISE = "a value does not fit"
_RULES = (  # as MariaDB and SQLite name them, behind whatever a member wrote
    re.compile(r" for key '([\w.$-]{1,128})'$", re.ASCII),
    re.compile(r"CONSTRAINT `([\w.$-]{1,64})` (?:failed|FOREIGN KEY)", re.ASCII),
    re.compile(r"^(?:UNIQUE|CHECK|NOT NULL) constraint failed: ([\w., ]{1,128})$", re.ASCII),
)


def refusal_words(error: DBAPIError) -> str:
    """Return what a row broke, and the rule by its name in v3 where the engine tells; nothing of the row."""
    known = (KINDS[code] for code in sorted(error_codes_of(error)) if code in KINDS)
    rule = _rule(error)
    named = f" ({rule})" if rule else ""
    return f"v3's database refused this row: {next(known, OTHERWISE)}{named}."


def _rule(error: DBAPIError) -> str | None:
    """Return the name of the constraint, or of the column."""
    told = getattr(error.orig, "diag", None)
    if told is not None:
        return str(told.constraint_name or told.column_name or "") or None
    words = map(str, getattr(error.orig, "args", ()))
    found = (pattern.search(word) for word in words for pattern in _RULES)
    return next((match[1] for match in found if match), None)
