"""Whether a run would load a row depends on what has become of all that it belongs to."""

from typing import Any, NamedTuple

import pytest

from migrate.explain.evidence import Key, Values
from migrate.explain.lost_parents import lost_parent, parents_of

MEMBER, SCHEME, ASSESSMENT = ("members", "7"), ("schemes", "3"), ("competence_assessments", "5")
MEMBERSHIP, RESPONSE = ("scheme_memberships", "1"), ("assessment_responses", "1")
ROWS: dict[Key, Values] = {
    MEMBERSHIP: {"member_id": "7", "scheme_id": "3"},
    RESPONSE: {"assessment_id": "5"},
    ASSESSMENT: {"member_id": "7"},
    MEMBER: {},
}


class Fate(NamedTuple):
    """What the ledger says of a row."""

    fate: str
    reason: str | None = None
    v3_table: str | None = None
    v3_id: str | None = None


IN_V3, DELETED = Fate("migrated", None, "members", "here"), Fate("migrated", None, "members", "gone")
REFUSED, ORPHAN = Fate("rejected", "load-refused"), Fate("rejected", "orphan")
CASES: list[
    tuple[Key, dict[Key, Fate], str | None]
] = [  # a row, what became of those above it, why it is lost
    (RESPONSE, {}, None),
    (RESPONSE, {ASSESSMENT: IN_V3}, None),
    (RESPONSE, {ASSESSMENT: DELETED}, "parent-deleted"),
    (RESPONSE, {ASSESSMENT: REFUSED}, "parent-rejected"),
    (RESPONSE, {ASSESSMENT: ORPHAN}, None),
    (RESPONSE, {MEMBER: DELETED}, "parent-deleted"),
    (RESPONSE, {MEMBER: REFUSED}, "parent-rejected"),
    (RESPONSE, {ASSESSMENT: IN_V3, MEMBER: DELETED}, None),
    (MEMBERSHIP, {MEMBER: IN_V3, SCHEME: IN_V3}, None),
    (MEMBERSHIP, {MEMBER: IN_V3, SCHEME: DELETED}, "parent-deleted"),
    (MEMBERSHIP, {MEMBER: IN_V3}, None),
    (MEMBERSHIP, {SCHEME: DELETED}, "parent-deleted"),
    (MEMBERSHIP, {SCHEME: REFUSED}, "parent-rejected"),
    (MEMBER, {}, None),
]


@pytest.mark.parametrize(("key", "fates", "reason"), CASES)
def test_a_row_is_lost_with_what_it_belongs_to(key: Key, fates: dict[Key, Any], reason: str | None) -> None:
    assert lost_parent(key, ROWS, fates, {("members", "here")}) == reason


def test_what_a_row_belongs_to_is_what_v2_names() -> None:
    assert parents_of(ROWS) == [MEMBER, SCHEME, ASSESSMENT, MEMBER]
    assert parents_of({RESPONSE: {"assessment_id": None}}) == []
