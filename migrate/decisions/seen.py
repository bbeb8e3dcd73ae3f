"""Whether a decision on a row still meets it: v2 must say what the reviewer saw when deciding."""

from migrate.decisions.kinds import kind_of


def still_meets(column: str | None, seen: str | None, raw: str | None) -> bool:
    """Tell whether v2 still says what the reviewer of a row saw.

    seen: the decision's raw_value, None where it is not known. Then only a flag can have changed under it: of
    the other columns a blank is never asked about. raw: what v2 holds now.
    """
    if seen is not None:
        return seen == (raw or "")
    return column is None or kind_of(column) != "flag" or is_blank(raw)


def is_blank(text: str | None) -> bool:
    """Tell whether a text is NULL, empty or white space."""
    return not (text and text.strip())
