"""Whether a decision on a row still applies to it: v2 must hold the text that the reviewer saw."""

from migrate.decisions.kinds import kind_of


def still_meets(column: str | None, seen: str | None, raw: str | None) -> bool:
    """Tell whether v2 still holds what the reviewer of a row saw.

    raw: what v2 holds now. seen: the decision's raw_value; None where the value was NULL or is not known. The
    decision then still applies, except to a flag that is no longer blank: only of flags is a blank reported.
    """
    if seen is not None:
        return seen == (raw or "")
    return column is None or kind_of(column) != "flag" or is_blank(raw)


def is_blank(text: str | None) -> bool:
    """Tell whether a text is NULL, empty or white space."""
    return not (text and text.strip())
