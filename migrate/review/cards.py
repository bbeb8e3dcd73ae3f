"""A group as a page shows it: its text, what v3 has, and what may be decided."""

from typing import NamedTuple

from migrate.decisions.decision import Recorded
from migrate.decisions.kinds import is_decidable, kind_of
from migrate.review.cells import Cell
from migrate.review.groups import PRIVACY, Group
from migrate.review.harm import read_candidates
from migrate.review.impact import newest_of, shown_token
from migrate.review.ledger_view import Snapshot

MOST_CANDIDATES = 9  # as many as there are number keys
_NO_BLANK = frozenset({"flag", "text"})
"""A flag is yes or no, and a reviewer may not remove what a member wrote."""


class Option(NamedTuple):
    """A button."""

    label: str
    action: str
    value: str | None
    key: str
    """The key on the keyboard that presses it."""


class Card(NamedTuple):
    """A group as shown."""

    group: Group
    start: str | None
    """The most frequent spelling, or its start."""
    length: int | None
    spellings: int
    loaded: list[str | None]
    """What v3 has: nothing, one value, or the least and the greatest."""
    options: list[Option]
    typed: str | None
    """What may be typed: hours, date, moment or nothing."""
    token: str
    decision: Recorded | None


def card_of(snapshot: Snapshot, group: Group) -> Card:
    """Return a group as shown."""
    cells = snapshot.groups.cells_of(group)
    usual = max(cells, key=lambda cell: (cell.rows, cell.start or ""))
    newest = newest_of(snapshot, group)
    holds = newest if newest and snapshot.decided.holding(newest.decision.subject) else None
    kind = choice_kind(group.key.v2_table, group.key.v2_column, has_text=group.key.text is not None)
    return Card(
        group=group,
        start=usual.start,
        length=usual.length,
        spellings=len({(cell.start, cell.length) for cell in cells}),
        loaded=_loaded(cells),
        options=options_for(kind, usual.candidates, is_valued=any(cell.valued for cell in cells)),
        typed=typed_for(kind),
        token=shown_token(snapshot, group),
        decision=holds,
    )


def choice_kind(table: str, column: str | None, *, has_text: bool = True) -> str:
    """Return what kind of value may be set; `text` where the reviewer can only agree."""
    settable = column is not None and is_decidable(table, column) and not PRIVACY.withholds(table, column)
    return kind_of(column) if settable and has_text and column else "text"


def typed_for(kind: str) -> str | None:
    """Return what may be typed for a kind of value; None where the buttons are all there is."""
    return kind if kind in {"hours", "date", "moment"} else None


def may_be_blank(kind: str) -> bool:
    """Say whether a reviewer may leave a kind of value blank."""
    return kind not in _NO_BLANK


def options_for(kind: str, candidates: str | None, *, is_valued: bool) -> list[Option]:
    """Return the buttons of a group or row."""
    readings = ["true", "false"] if kind == "flag" else read_candidates(candidates)
    if kind == "text":
        readings = []
    options = [
        Option(labelled(value, kind), "set", value, str(number))
        for number, value in enumerate(readings[:MOST_CANDIDATES], start=1)
    ]
    if is_valued or kind in _NO_BLANK:
        options.append(Option("Accept as loaded" if is_valued else "Accept", "accept", None, "a"))
    if may_be_blank(kind):
        options.append(Option("Leave blank", "leave-blank", None, "b"))
    return options


def labelled(value: str, kind: str) -> str:
    """Return a value with its unit."""
    if kind == "hours":
        return f"{value} h"
    return {"true": "Yes", "false": "No"}.get(value, value) if kind == "flag" else value


def described(action: str, value: str | None, column: str | None) -> str:
    """Return a decision in words."""
    kind = kind_of(column) if column else "text"
    words = {
        "leave-blank": "leave blank",
        "accept": "accept as loaded",
        "withdraw": "withdrawn: the rules decide",
    }
    return f"set {labelled(value or '', kind)}" if action == "set" else words.get(action, action)


def _loaded(cells: list[Cell]) -> list[str | None]:
    values: set[str | None] = {
        value for cell in cells for value in (cell.least_loaded, cell.most_loaded) if value is not None
    }
    if any(cell.valued < cell.rows for cell in cells):
        values.add(None)
    ordered = sorted(values, key=lambda value: (value is not None, value or ""))
    return ordered if len(ordered) < 3 else [ordered[0], ordered[-1]]  # noqa: PLR2004  # both ends
