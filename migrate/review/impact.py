"""What a decision on a group would change, counted by the database when a reviewer asks.

A row counts once, even where two anomalies are about one value: an end that is only a year, and before its
start.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select

from migrate.decisions.decision import Recorded, Subject
from migrate.review.groups import Group
from migrate.review.ledger_view import Snapshot
from migrate.review.rows import in_group, whole_texts, with_texts
from migrate.schema.ledger import anomalies

_LOADED_SHOWN = 5
_ROWS = func.count(anomalies.c.v2_id.distinct())


class UndecidedRow(NamedTuple):
    """A row that is decided on its own, and the text that v2 has there."""

    v2_id: str
    text: str | None


class Reach(NamedTuple):
    """How many rows and members a decision touches, each counted once."""

    rows: int
    members: int


class Impact(NamedTuple):
    """What deciding a group touches."""

    group: Group
    texts: list[str]
    """Every spelling, to the letter: each becomes one decision."""
    undecided_rows: list[UndecidedRow]
    """Where the anomalies have no text, or are about rows and not about texts: each becomes one decision."""
    group_rows: int
    rows: int
    """Rows with one of these texts in this column, whatever they were reported for; or those of the group."""
    members: int
    loaded: list[tuple[str | None, int]]
    """What v3 has now, with the rows that have it; the most frequent first."""
    holding: Recorded | None
    """The newest decision on one of these texts."""

    @property
    def token(self) -> str:
        """A mark of what the reviewer saw: it changes when the group grows or somebody else decides it."""
        return seen_token(self.group_rows, self.holding)


def seen_token(rows: int, newest: Recorded | None) -> str:
    """Return the mark of what a reviewer saw of a group: its rows and its newest decision."""
    return f"{rows}.{newest.decision_id if newest else 0}"


def shown_token(snapshot: Snapshot, group: Group) -> str:
    """Return the mark of a group as the snapshot shows it."""
    cells = snapshot.groups.cells_of(group)
    return seen_token(sum(cell.rows for cell in cells), newest_of(snapshot, group))


def newest_of(snapshot: Snapshot, group: Group) -> Recorded | None:
    """Return the newest decision on any of a group's texts, withdrawn or not.

    Of a group that is about rows it is the newest that holds for one of them.
    """
    decided, cells = snapshot.decided, frozenset(group.cells)
    if is_about_rows(snapshot, group):
        subjects = [row for row, places in decided.places_of.items() if not cells.isdisjoint(places)]
    else:
        subjects = [each for cell in snapshot.groups.cells_of(group) for each in decided.subjects_of(cell)]
    found = [known for subject in subjects if (known := decided.newest.get(subject))]
    return max(found, key=lambda each: each.age, default=None)


def impact_of(connection: Connection, snapshot: Snapshot, group: Group) -> Impact:
    """Count what a decision on every text of a group changes."""
    groups, c = snapshot.groups, anomalies.c
    texts = [] if is_about_rows(snapshot, group) else whole_texts(connection, group, groups)
    same = _touched(connection, snapshot, group)
    reach = count_touched(connection, snapshot, [group])
    in_this = select(func.count()).where(in_group(connection, group, groups))
    loaded = func.substr(c.loaded_value, 1, 100)
    by_value = select(loaded, _ROWS.label("rows")).where(same).group_by(loaded)
    shown = connection.execute(by_value.order_by(_ROWS.desc()).limit(_LOADED_SHOWN))
    return Impact(
        group=group,
        texts=texts,
        undecided_rows=_undecided_rows(connection, snapshot, group),
        group_rows=connection.scalar(in_this) or 0,
        rows=reach.rows,
        members=reach.members,
        loaded=[(value, count) for value, count in shown],
        holding=newest_of(snapshot, group),
    )


def count_touched(connection: Connection, snapshot: Snapshot, groups: list[Group]) -> Reach:
    """Count the rows and members that deciding some groups together touches."""
    touched = or_(*(_touched(connection, snapshot, group) for group in groups))
    counts = select(_ROWS, func.count(anomalies.c.member_id.distinct())).where(touched)
    return Reach._make(connection.execute(counts).one())


def answered_besides(snapshot: Snapshot, groups: list[Group]) -> dict[str, int]:
    """Return code → open rows of anomalies about rows that a decision on some texts settles as well.

    An end before its start is an anomaly about the row; deciding the text of the end settles it.
    """
    about = {group.name for group in groups if is_about_rows(snapshot, group)}
    listed = snapshot.groups
    besides: Counter[str] = Counter()
    for place in {place for group in groups for place in _cells_touched(snapshot, group)}:
        other = listed.groups[listed.group_of[place]]
        if other.name not in about and is_about_rows(snapshot, other):
            besides[other.key.code] += int(listed.rows[place] - snapshot.decided.decided[place])
    return dict(+besides)


def count_decided_alone(snapshot: Snapshot, groups: list[Group]) -> int:
    """Count the touched rows that have a decision of their own, which they keep."""
    touched = frozenset[int]().union(*(_cells_touched(snapshot, group) for group in groups))
    return sum(int(snapshot.decided.by_row[place]) for place in touched)


def _cells_touched(snapshot: Snapshot, group: Group) -> Iterable[int]:
    if is_about_rows(snapshot, group):
        return group.cells
    groups, (table, column, *_) = snapshot.groups, group.key
    texts = {(cell.start or "", cell.length) for cell in groups.cells_of(group)}
    return [
        place
        for start, length in texts
        for place in groups.by_text[table, column, start]
        if groups.cells[place].length == length
    ]


def _touched(connection: Connection, snapshot: Snapshot, group: Group) -> ColumnElement[bool]:
    """Return the condition for the anomalies that a decision settles: the texts', whatever their code, or the
    group's own.
    """
    if is_about_rows(snapshot, group):
        return in_group(connection, group, snapshot.groups)
    return with_texts(connection, snapshot.groups.cells_of(group))


def is_about_rows(snapshot: Snapshot, group: Group) -> bool:
    """Tell whether a group's rows are decided one by one, and not by their text."""
    code = group.key.code
    return group.key.text is None or (code in snapshot.catalogue and snapshot.catalogue[code].about == "row")


def _undecided_rows(connection: Connection, snapshot: Snapshot, group: Group) -> list[UndecidedRow]:
    if not is_about_rows(snapshot, group):
        return []
    c, key = anomalies.c, group.key
    query = select(c.v2_id, c.raw_value, c.cohort).where(in_group(connection, group, snapshot.groups))
    rows = {(v2_id, raw): cohort for v2_id, raw, cohort in connection.execute(query) if v2_id is not None}
    return [
        UndecidedRow(v2_id, raw)
        for v2_id, raw in sorted(rows, key=lambda row: (row[0], row[1] or ""))
        if not snapshot.decided.answers_row(
            Subject("row", key.v2_table, key.v2_column, v2_id), key.code, raw, rows[v2_id, raw]
        )
    ]
