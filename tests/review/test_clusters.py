"""Texts that are alike are offered together; amounts that differ never are."""

import pytest

from migrate.review.cells import Cell
from migrate.review.clusters import alike_to, amounts_and_words, find_clusters
from migrate.review.groups import Groups, group_cells
from migrate.rulebook.review import load_review_rules

RULES = load_review_rules()


def groups_of(*texts: str) -> Groups:
    cells = [
        Cell(
            "training",
            "duration",
            "unknown-length",
            "warning",
            None,
            text,
            len(text),
            5,
            5,
            0,
            None,
            None,
            None,
        )
        for text in texts
    ]
    return group_cells(cells, RULES)


PAIRS = [  # one text, another, whether they are offered as one
    ("1 evning", "one evening", True),
    ("10 evenings", "10 evenngs", True),
    ("Two sessions", "2 session", True),
    ("half day", "0.5 day", True),
    ("2 days", "3 days", False),
    ("1.5 hours", "15 hours", False),
    ("2 hours", "2 weeks", False),
    ("London", "various", False),
]


@pytest.mark.parametrize(("one", "other", "alike"), PAIRS)
def test_texts_are_alike_where_amounts_agree_and_words_resemble(one: str, other: str, alike: bool) -> None:
    groups = groups_of(one, other)
    clusters = find_clusters(groups, [0, 1], RULES.clusters)
    assert bool(clusters) is alike
    assert bool(alike_to(groups, 0, RULES.clusters)) is alike


def test_a_cluster_names_its_groups_once_and_counts_their_rows() -> None:
    groups = groups_of("10 evenings", "10 evening", "ten evenings", "4 weeks")
    (cluster,) = find_clusters(groups, [2, 0, 1, 3], RULES.clusters)
    assert sorted(group.key.text or "" for group in cluster.groups) == [
        "10 evening",
        "10 evenings",
        "ten evenings",
    ]
    assert cluster.rows == 15


def test_amounts_keep_their_order() -> None:
    assert amounts_and_words("two 3 hour talks", RULES.clusters.number_words) == (("2", "3"), "hour talks")
