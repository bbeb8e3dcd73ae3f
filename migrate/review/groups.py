"""Groups of cells: anomalies of one code in one column whose texts differ only in case and spaces."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from migrate.report.privacy import Privacy
from migrate.report.text_groups import normalised
from migrate.review.cells import Cell
from migrate.review.harm import hours_at_stake, read_candidates
from migrate.rulebook.review import ReviewRules

Whole = npt.NDArray[np.int64]
PRIVACY = Privacy()

FACETS = ("severity", "code", "cohort", "column")
"""What the groups can be narrowed by, besides decided or not."""


class GroupKey(NamedTuple):
    """What the anomalies of a group have in common."""

    v2_table: str
    v2_column: str | None
    code: str
    severity: str
    text: str | None
    """The normalised text; None where the anomaly has none."""

    @property
    def name(self) -> str:
        """16 hex digits that stay the same from run to run."""
        parts = "\x1f".join(part if part is not None else "\x00" for part in self)
        return blake2b(parts.encode(errors="surrogatepass"), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Group:
    """A group and its cells, as places in `Groups.cells`."""

    key: GroupKey
    name: str
    cells: list[int] = field(default_factory=list)

    @property
    def column(self) -> str:
        """The column's full name; the table's alone where the anomaly is about a whole row."""
        return full_column(self.key.v2_table, self.key.v2_column)


@dataclass(frozen=True)
class Groups:
    """Every cell and every group; the figures of all cells as arrays, in the order of `cells`."""

    cells: list[Cell]
    groups: list[Group]
    by_name: dict[str, int]
    """Name → place in `groups`."""
    by_text: dict[tuple[str, str | None, str], list[int]]
    """v2_table, v2_column and start of the text → places in `cells`."""
    group_of: Whole
    """For each cell the place of its group in `groups`."""
    rows: Whole
    members: Whole
    valued: Whole
    harm: npt.NDArray[np.float64]
    """For each group, the harm per member (`migrate.review.harm`)."""
    values: dict[str, list[str]]
    """Facet → its values in order."""
    places: dict[str, Whole]
    """Facet → for each cell the place of its value."""

    def named(self, name: str) -> Group | None:
        """Return the group of a name; None where no anomaly is left in it."""
        place = self.by_name.get(name)
        return None if place is None else self.groups[place]

    def cells_of(self, group: Group) -> list[Cell]:
        """Return the cells of a group."""
        return [self.cells[place] for place in group.cells]


def full_column(table: str, column: str | None) -> str:
    """Return `training.duration`, or the table where the whole row is meant."""
    return f"{table}.{column}" if column else table


def group_key(cell: Cell) -> GroupKey:
    """Return the group of a cell. Texts that may not be shown are in one group."""
    text: str | None = None
    if cell.start is not None:
        text = "" if PRIVACY.withholds(cell.v2_table, cell.v2_column) else normalised(cell.start)
        if cell.length is not None and cell.length > len(cell.start):
            text = f"{text}…{cell.length}"
    return GroupKey(cell.v2_table, cell.v2_column, cell.code, cell.severity, text)


def group_cells(cells: Iterable[Cell], rules: ReviewRules) -> Groups:
    """Return the cells with their groups, and the figures as columns."""
    listed = list(cells)
    groups, group_of = _grouped(listed)
    values, places = _facets(listed)
    by_text: dict[tuple[str, str | None, str], list[int]] = {}
    for place, cell in enumerate(listed):
        if cell.start is not None:
            by_text.setdefault((cell.v2_table, cell.v2_column, cell.start), []).append(place)
    return Groups(
        cells=listed,
        groups=groups,
        by_name={group.name: place for place, group in enumerate(groups)},
        by_text=by_text,
        group_of=group_of,
        rows=_figures(cell.rows for cell in listed),
        members=_figures(cell.members for cell in listed),
        valued=_figures(cell.valued for cell in listed),
        harm=np.array([_harm(group, listed, rules) for group in groups], dtype=np.float64),
        values=values,
        places=places,
    )


def _grouped(cells: list[Cell]) -> tuple[list[Group], Whole]:
    found: dict[GroupKey, Group] = {}
    for place, cell in enumerate(cells):
        key = group_key(cell)
        group = found.get(key)
        if group is None:
            group = found[key] = Group(key, key.name)
        group.cells.append(place)
    groups = sorted(found.values(), key=lambda group: (group.key.text or "", group.name))
    group_of = np.empty(len(cells), dtype=np.int64)
    for number, group in enumerate(groups):
        group_of[group.cells] = number
    return groups, group_of


def _facets(cells: list[Cell]) -> tuple[dict[str, list[str]], dict[str, Whole]]:
    texts = {
        "severity": [cell.severity for cell in cells],
        "code": [cell.code for cell in cells],
        "cohort": [cell.cohort or "" for cell in cells],
        "column": [full_column(cell.v2_table, cell.v2_column) for cell in cells],
    }
    values = {facet: sorted(set(column)) for facet, column in texts.items()}
    order = {facet: {value: place for place, value in enumerate(column)} for facet, column in values.items()}
    places = {facet: _figures(order[facet][text] for text in column) for facet, column in texts.items()}
    return values, places


def _harm(group: Group, cells: list[Cell], rules: ReviewRules) -> float:
    mine = [cells[place] for place in group.cells]
    loaded = max((cell.most_loaded for cell in mine if cell.most_loaded), default=None, key=len)
    candidates = read_candidates(next((cell.candidates for cell in mine if cell.candidates), None))
    key = group.key
    hours = hours_at_stake(key.v2_column, loaded, candidates, rules)
    return hours * rules.doubt.of(key.code, key.severity)


def _figures(numbers: Iterable[Any]) -> Whole:
    return np.array([int(number) for number in numbers], dtype=np.int64)
