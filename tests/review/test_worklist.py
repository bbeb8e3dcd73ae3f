"""Facets count what they would show; pages follow each other without gap or repeat."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.review.cells import Cell
from migrate.review.groups import FACETS, Groups, group_cells
from migrate.review.worklist import SORTS, STATES, Question, answer
from migrate.rulebook.review import load_review_rules

RULES = load_review_rules()
CODES = [("no-unit", "warning"), ("assumed-day", "info"), ("implausible", "error")]


def cell(text: str, code: int, cohort: str | None, rows: int, column: str = "duration") -> Cell:
    name, severity = CODES[code]
    return Cell(
        "training", column, name, severity, cohort, text, len(text), rows, rows, rows, "3", "3", "[3, 21]"
    )


cells = st.builds(
    cell,
    text=st.sampled_from(["2 days", "2 Days", " 2  days", "3", "one", ""]),
    code=st.integers(0, 2),
    cohort=st.sampled_from(["2024-A", "2024-B", None]),
    rows=st.integers(1, 50),
    column=st.sampled_from(["duration", "start_date"]),
)
ledgers = st.lists(cells, max_size=30, unique_by=lambda each: each[:7])


def _decided(groups: Groups, share: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    rows = groups.rows.copy()
    rows[share::2] = 0
    return rows


@given(ledgers, st.sampled_from(STATES), st.sampled_from(["", "DAYS", "3"]))
def test_choosing_a_facet_value_shows_as_many_rows_as_it_said(
    listed: list[Cell], state: str, search: str
) -> None:
    groups = group_cells(listed, RULES)
    decided = _decided(groups, 1)
    question = Question(state=state, search=search)
    page = answer(question, groups, decided, size=5)
    for facet in FACETS:
        for value in page.facets[facet]:
            narrowed = answer(question.toggled(facet, value.value), groups, decided, size=5)
            assert narrowed.rows == value.rows
        assert sum(value.rows for value in page.facets[facet]) == page.rows


@given(ledgers, st.sampled_from(list(SORTS)), st.integers(1, 4))
def test_pages_list_every_group_once(listed: list[Cell], sort: str, size: int) -> None:
    groups = group_cells(listed, RULES)
    seen = list(_names(groups, sort, size))
    assert sorted(seen) == sorted(group.name for group in groups.groups)


def _names(groups: Groups, sort: str, size: int) -> itertools.chain[str]:
    nothing = np.zeros(len(groups.cells), dtype=np.int64)
    pages = []
    after = ""
    while True:
        page = answer(Question(sort=sort, after=after), groups, nothing, size=size)
        pages.append([listed.group.name for listed in page.listed])
        if page.next_query is None:
            return itertools.chain(*pages)
        after = page.next_query.partition("after=")[2].replace("%7E", "~")


def test_a_group_decided_meanwhile_moves_nobody_off_the_next_page() -> None:
    groups = group_cells([cell(f"{number} days", 1, None, number) for number in range(1, 9)], RULES)
    nothing = np.zeros(len(groups.cells), dtype=np.int64)
    first = answer(Question(sort="rows"), groups, nothing, size=3)
    assert first.next_query
    decided = nothing.copy()
    decided[[n for n, each in enumerate(groups.cells) if each.rows in {8, 6}]] = (
        6  # first and last of the page
    )
    after = first.next_query.partition("after=")[2].replace("%7E", "~")
    second = answer(Question(sort="rows", after=after), groups, decided, size=3)
    assert [listed.rows for listed in second.listed] == [5, 4, 3]


def test_members_hours_and_doubt_decide_what_stands_first() -> None:
    groups = group_cells(
        [cell("few members", 0, None, 3), cell("many members", 0, None, 30), cell("sure", 1, None, 200)],
        RULES,
    )
    page = answer(Question(), groups, np.zeros(3, dtype=np.int64), size=5)
    assert [listed.group.key.text for listed in page.listed] == ["many members", "sure", "few members"]


@pytest.mark.parametrize("after", ["nonsense", "~", "0123~nan", "~~~"])
def test_an_address_typed_by_hand_shows_the_first_page(after: str) -> None:
    groups = group_cells([cell("2 days", 1, None, 5)], RULES)
    page = answer(Question(after=after), groups, np.zeros(1, dtype=np.int64), size=5)
    assert page.first == 1
    assert len(page.listed) == 1
