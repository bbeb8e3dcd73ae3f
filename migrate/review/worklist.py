"""The list of groups: filtered by facets and a search, sorted, and cut into pages."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from migrate.report.text_groups import normalised
from migrate.review.groups import FACETS, Group, Groups, Whole

STATES = ("open", "decided", "all")
SORTS = {  # name → what stands first
    "harm": "most harm first",
    "rows": "most rows first",
    "members": "most members first",
    "text": "by text",
}
Mask = npt.NDArray[np.bool_]
Figures = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """What the reviewer asked to see, as the address says it."""

    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet → the values chosen; any of them will do."""
    state: str = "open"
    search: str = ""
    sort: str = "harm"
    after: str = ""
    """Name and sort value of the last group of the page before, as `name~value`."""

    @property
    def address(self) -> str:
        """The query of the address that asks this, without the place: it leads to the first page."""
        parts = [(facet, value) for facet, values in self.chosen.items() for value in values]
        plain = (("state", self.state, "open"), ("search", self.search, ""), ("sort", self.sort, "harm"))
        return urlencode(parts + [(name, value) for name, value, usual in plain if value != usual])

    def in_state(self, state: str) -> "Question":
        """Return the question with another state."""
        return replace(self, state=state)

    def toggled(self, facet: str, value: str) -> "Question":
        """Return the question with one value of a facet chosen, or no longer."""
        values = self.chosen.get(facet, ())
        others = tuple(each for each in values if each != value)
        kept = others if value in values else (*values, value)
        return replace(self, chosen={**self.chosen, facet: kept})

    def next_page(self, last: Group, value: float) -> str:
        """Return the query of the page that follows a group."""
        cursor = urlencode({"after": f"{last.name}~{value!r}"})
        return "&".join(part for part in (self.address, cursor) if part)


class FacetValue(NamedTuple):
    """A value of a facet and the rows it would show."""

    value: str
    rows: int
    is_chosen: bool
    query: str


class Listed(NamedTuple):
    """A group on the page."""

    group: Group
    rows: int
    members: int
    """At most: a member with several spellings of one text counts for each."""
    harm: float


class Page(NamedTuple):
    """A page of groups, and what stands beside it."""

    listed: list[Listed]
    groups: int
    rows: int
    first: int
    next_query: str | None
    facets: dict[str, list[FacetValue]]
    states: list[FacetValue]


class _View(NamedTuple):
    """The cells under a question."""

    groups: Groups
    question: Question
    decided: Whole
    found: Mask
    masks: dict[str, Mask]

    @property
    def shown(self) -> Mask:
        return _all_of([self.found, *self.masks.values()])

    def without(self, facet: str) -> Mask:
        """Return the cells that other facets leave: its own choice must not hide a facet's other values."""
        return _all_of([self.found, *(mask for name, mask in self.masks.items() if name != facet)])

    def weights(self, state: str) -> Whole:
        """Return for each cell its rows in a state."""
        rows = self.groups.rows
        return {"open": rows - self.decided, "decided": self.decided}.get(state, rows)


def answer(question: Question, groups: Groups, decided: Whole, *, size: int) -> Page:
    """Return the page that a question asks for; `decided` are the decided rows of each cell."""
    masks = {facet: _chosen(groups, facet, question) for facet in FACETS}
    view = _View(groups, question, decided, _found(groups, question.search), masks)
    weights = np.where(view.shown, view.weights(question.state), 0)
    rows = _by_group(groups, weights)
    members = _by_group(groups, np.where(weights > 0, groups.members, 0))
    values = _sort_values(groups, question.sort, rows, members)
    present = np.flatnonzero(rows > 0)
    order = present[np.lexsort((present, -values[present]))]
    start = _start(order, question, groups, values)
    places = order[start : start + size]
    harm = members * groups.harm
    more = start + size < len(order)
    return Page(
        listed=[Listed(groups.groups[i], int(rows[i]), int(members[i]), float(harm[i])) for i in places],
        groups=len(order),
        rows=int(rows.sum()),
        first=start + 1,
        next_query=question.next_page(groups.groups[places[-1]], float(values[places[-1]])) if more else None,
        facets={facet: _facet(view, facet) for facet in FACETS},
        states=[_state(view, state) for state in STATES],
    )


def _all_of(masks: list[Mask]) -> Mask:
    together: Mask = np.logical_and.reduce(masks)
    return together


def _chosen(groups: Groups, facet: str, question: Question) -> Mask:
    wanted = question.chosen.get(facet, ())
    if not wanted:
        return np.ones(len(groups.cells), dtype=np.bool_)
    places = [place for place, value in enumerate(groups.values[facet]) if value in wanted]
    return np.isin(groups.places[facet], places)


def _found(groups: Groups, search: str) -> Mask:
    """Return which cells' texts contain what is searched for, whatever its case and spaces."""
    wanted = normalised(search)
    if not wanted or not groups.groups:
        return np.ones(len(groups.cells), dtype=np.bool_)
    holds = np.array([wanted in (group.key.text or "") for group in groups.groups], dtype=np.bool_)
    return holds[groups.group_of]


def _facet(view: _View, facet: str) -> list[FacetValue]:
    groups, question = view.groups, view.question
    values, chosen = groups.values[facet], question.chosen.get(facet, ())
    weights = np.where(view.without(facet), view.weights(question.state), 0)
    counts = np.bincount(groups.places[facet], weights=weights, minlength=len(values))
    listed = [
        FacetValue(value, int(count), value in chosen, question.toggled(facet, value).address)
        for value, count in zip(values, counts, strict=True)
        if count or value in chosen
    ]
    return sorted(listed, key=lambda each: (-each.rows, each.value))


def _state(view: _View, state: str) -> FacetValue:
    rows = int(np.where(view.shown, view.weights(state), 0).sum())
    question = view.question
    return FacetValue(state, rows, state == question.state, question.in_state(state).address)


def _by_group(groups: Groups, figures: Whole) -> Whole:
    summed = np.bincount(groups.group_of, weights=figures, minlength=len(groups.groups))
    return summed.astype(np.int64)


def _sort_values(groups: Groups, sort: str, rows: Whole, members: Whole) -> Figures:
    """Return each group's figure for sorting, the largest first; equals stay in the order of their texts."""
    values = {
        "harm": members * groups.harm,
        "rows": rows.astype(np.float64),
        "members": members.astype(np.float64),
    }
    return values.get(sort, np.zeros(len(groups.groups)))


def _start(order: Whole, question: Question, groups: Groups, values: Figures) -> int:
    """Return how many groups stand before the page.

    The address carries the sort value: the last group of the page before may have been decided since.
    """
    name, _, text = question.after.partition("~")
    last = groups.by_name.get(name)
    value = _read_float(text)
    if last is None or value is None:
        return 0
    before = (values[order] > value) | ((values[order] == value) & (order <= last))
    return int(before.sum())


def _read_float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
