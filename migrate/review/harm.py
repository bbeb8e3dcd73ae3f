"""How much harm a group may do if nobody looks at it: members × hours × doubt (`rules/review.yaml`)."""

import json

from migrate.decisions.kinds import kind_of
from migrate.rulebook.review import ReviewRules
from migrate.schema.amounts import amount_in


def hours_at_stake(
    column: str | None, most_loaded: str | None, candidates: list[str], rules: ReviewRules
) -> float:
    """Return the hours that may be wrong in one row: the largest figure there is, else the rules' own."""
    if column is None or kind_of(column) != "hours":
        return rules.hours.other_column
    figures = [figure for text in (most_loaded, *candidates) if (figure := _figure(text)) is not None]
    largest = max(figures, default=rules.hours.unknown_duration)
    return min(largest, rules.hours.most)


def read_candidates(text: str | None) -> list[str]:
    """Return the possible readings that the ledger keeps as a JSON list; [] for anything else."""
    if text is None:
        return []
    try:
        listed = json.loads(text, parse_float=str, parse_int=str)
    except ValueError:
        return []
    return [_plain(each) for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _plain(text: str) -> str:
    """Write 3.00 as 3: a reviewer reads the amount, not its scale."""
    figure = amount_in(text)
    if figure is None or "." not in text:
        return text
    return f"{figure.normalize():f}"


def _figure(text: str | None) -> float | None:
    figure = amount_in(text)
    return None if figure is None else float(figure)
