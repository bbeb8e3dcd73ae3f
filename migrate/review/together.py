"""Deciding all open texts of one kind in one column together: the reviewer agrees with the rules in one step.

Many texts are never set to one value, and loaded values are never removed: the texts differ, and one number
would be wrong for most of them. Texts that also have anomalies about rows are left out, because those are
decided row by row.
"""

from collections import Counter
from dataclasses import replace
from hashlib import blake2b
from typing import Literal, NamedTuple

from sqlalchemy import Connection, func, select

from migrate.review.cards import choice_kind, may_be_blank
from migrate.review.cells import Cell
from migrate.review.groups import Group
from migrate.review.impact import answered_besides, is_about_rows, shown_token
from migrate.review.ledger_view import Snapshot
from migrate.review.rows import whole_texts, with_texts
from migrate.review.worklist import Page, Question, answer
from migrate.schema.ledger import anomalies

Offer = Literal["offered", "kind", "column", "rows"]
"""`offered`; or why not: one kind or one column must be chosen first, or the kind is decided row by row."""

_AT_ONCE = 400  # texts in one question to the database
_LOADED_SHOWN = 5


class Together(NamedTuple):
    """The open groups of a question that are decided in one step."""

    groups: list[Group]
    """The largest first, each without the spellings that are decided."""
    left_out: list[Group]
    action: str
    """`leave-blank` where v3 has no value of any group and may have none, else `accept`."""
    token: str
    """A mark of what the reviewer saw: it changes with the groups, their rows and their decisions."""


class ListReach(NamedTuple):
    """What deciding the groups touches, each row and member counted once."""

    rows: int
    members: int
    loaded: list[tuple[str | None, int]]
    """What v3 has now, with the rows that have it; the most frequent first."""
    other_loaded: int
    """How many other values there are."""


def offer_of(snapshot: Snapshot, question: Question, page: Page) -> Offer | None:
    """Say whether the open groups of a question may be decided together; None for fewer than two groups."""
    if question.state != "open" or page.groups < 2:  # noqa: PLR2004  # one group has its own buttons
        return None
    kinds = question.chosen.get("code", ())
    if len(kinds) != 1:
        return "kind"
    if kinds[0] in snapshot.catalogue and snapshot.catalogue[kinds[0]].about == "row":
        return "rows"
    columns = [each for each in page.facets["column"] if each.rows]
    chosen = question.chosen.get("column", ())
    return "offered" if len(chosen) == 1 or len(columns) == 1 else "column"


def find_together(snapshot: Snapshot, question: Question) -> Together | None:
    """Return the open groups of all pages of a question; None where they may not be decided together."""
    wanted = replace(question, state="open", after="")
    page = answer(wanted, snapshot.groups, snapshot.decided.decided, size=len(snapshot.groups.groups))
    if offer_of(snapshot, wanted, page) != "offered":
        return None
    groups: list[Group] = []
    left_out: list[Group] = []
    for listed in sorted(page.listed, key=lambda each: -each.rows):
        group = _undecided(snapshot, listed.group)
        is_apart = is_about_rows(snapshot, group) or answered_besides(snapshot, [group])
        (left_out if is_apart else groups).append(group)
    action = _action(snapshot, groups)
    return Together(groups, left_out, action, _token(snapshot, groups, action))


def reach_of(connection: Connection, snapshot: Snapshot, groups: list[Group]) -> ListReach:
    """Count what deciding the texts of some groups of one column touches."""
    c = anomalies.c
    value = func.substr(c.loaded_value, 1, 100)
    loaded: Counter[str | None] = Counter()
    members: set[str] = set()
    cells = _one_a_text(snapshot, groups)
    for first in range(0, len(cells), _AT_ONCE):
        same = with_texts(connection, cells[first : first + _AT_ONCE])
        by_value = select(value, func.count(c.v2_id.distinct())).where(same).group_by(value)
        for found, rows in connection.execute(by_value):
            loaded[found] += rows
        named = select(c.member_id).where(same, c.member_id.is_not(None))
        members.update(connection.scalars(named.distinct()))
    shown = loaded.most_common(_LOADED_SHOWN)
    return ListReach(loaded.total(), len(members), shown, len(loaded) - len(shown))


def texts_of(connection: Connection, snapshot: Snapshot, groups: list[Group]) -> list[str]:
    """Return every spelling of the groups, to the letter: each becomes one decision."""
    texts = (text for group in groups for text in whole_texts(connection, group, snapshot.groups))
    return list(dict.fromkeys(texts))


def _undecided(snapshot: Snapshot, group: Group) -> Group:
    by_text = snapshot.decided.by_text
    return replace(group, cells=[place for place in group.cells if not by_text[place]])


def _one_a_text(snapshot: Snapshot, groups: list[Group]) -> list[Cell]:
    cells = (cell for group in groups for cell in snapshot.groups.cells_of(group))
    return list({(cell.start, cell.length): cell for cell in cells}.values())


def _action(snapshot: Snapshot, groups: list[Group]) -> str:
    if not groups:
        return "accept"
    key = groups[0].key
    is_valued = any(cell.valued for group in groups for cell in snapshot.groups.cells_of(group))
    blank = may_be_blank(choice_kind(key.v2_table, key.v2_column))
    return "leave-blank" if blank and not is_valued else "accept"


def _token(snapshot: Snapshot, groups: list[Group], action: str) -> str:
    seen = sorted(f"{group.name}~{shown_token(snapshot, group)}" for group in groups)
    return blake2b(" ".join([action, *seen]).encode(), digest_size=12).hexdigest()
