"""Texts that are alike, such as `1 evning` and `one evening`, are offered for one decision.

Their amounts have to be equal: `2 days` and `3 days` differ in one character and mean different things.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from migrate.review.groups import Group, Groups
from migrate.rulebook.review import ClusterRules

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|½|¼|¾")
_LARGEST_BLOCK = 1500  # texts compared with each other at once

Block = tuple[str, str | None, tuple[str, ...]]


class Cluster(NamedTuple):
    """Groups of one column whose texts are alike, the most harmful first."""

    groups: list[Group]
    rows: int


def find_clusters(groups: Groups, places: list[int], rules: ClusterRules) -> list[Cluster]:
    """Return the clusters among the groups at `places` (sorted by harm, the greatest first)."""
    rank = {place: number for number, place in enumerate(places)}
    found = [
        sorted(members, key=rank.__getitem__)
        for block in _blocks(groups, places[: rules.most_texts], rules).values()
        for members in _alike(block, rules.alike_from)
        if len({groups.groups[place].key.text for place in members}) > 1
    ]
    found.sort(key=lambda members: rank[members[0]])
    return [Cluster([groups.groups[place] for place in members], _rows(groups, members)) for members in found]


def alike_to(groups: Groups, mine: int, rules: ClusterRules) -> list[Group]:
    """Return the groups whose texts are like that of the group at the place `mine`, nearest first."""
    key = groups.groups[mine].key
    if not key.text:
        return []
    amounts, words = amounts_and_words(key.text, rules.number_words)
    near: list[tuple[float, int]] = []
    for place, other in enumerate(groups.groups):
        if other.key.text in (None, key.text) or other.key[:2] != key[:2]:
            continue
        other_amounts, other_words = amounts_and_words(other.key.text or "", rules.number_words)
        if other_amounts == amounts:
            likeness = fuzz.ratio(words, other_words, score_cutoff=rules.alike_from)
            near += [(-likeness, place)] if likeness else []
    return [groups.groups[place] for _, place in sorted(near)]


def amounts_and_words(text: str, number_words: dict[str, float]) -> tuple[tuple[str, ...], str]:
    """Return the amounts of a text, number words among them, and its other words."""
    amounts: list[str] = []
    words: list[str] = []
    for part in _parts(text):
        if part in number_words:
            amounts.append(f"{number_words[part]:g}")
        elif part[0].isdigit() or part in "½¼¾":
            amounts.append(part)
        else:
            words.append(part)
    return tuple(amounts), " ".join(words)


@lru_cache(maxsize=200_000)
def _parts(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text))


def _blocks(groups: Groups, places: list[int], rules: ClusterRules) -> dict[Block, list[tuple[int, str]]]:
    blocks: dict[Block, list[tuple[int, str]]] = defaultdict(list)
    for place in places:
        key = groups.groups[place].key
        if key.text:
            amounts, words = amounts_and_words(key.text, rules.number_words)
            blocks[key.v2_table, key.v2_column, amounts].append((place, words))
    return {block: texts[:_LARGEST_BLOCK] for block, texts in blocks.items() if len(texts) > 1}


def _alike(block: list[tuple[int, str]], alike_from: float) -> Iterator[list[int]]:
    """Yield the places of texts that are alike, directly or through other texts."""
    words = [text for _, text in block]
    scores = process.cdist(words, words, scorer=fuzz.ratio, score_cutoff=alike_from, dtype=np.uint8)
    seen: set[int] = set()
    for start in range(len(block)):
        if start in seen:
            continue
        chain, waiting = [start], [start]
        seen.add(start)
        while waiting:
            near = {int(near) for near in np.flatnonzero(scores[waiting.pop()])} - seen
            seen |= near
            chain += near
            waiting += near
        if len(chain) > 1:
            yield [block[number][0] for number in chain]


def _rows(groups: Groups, places: list[int]) -> int:
    return sum(int(groups.rows[cell]) for place in places for cell in groups.groups[place].cells)
