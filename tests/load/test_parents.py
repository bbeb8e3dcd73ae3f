"""A row whose parent a user has deleted has no place in v3, unless it was there before."""

import pyarrow as pa
import pytest

from migrate.load.planning.merge import TableMerge
from migrate.load.planning.parents import have_parents, living_parents
from migrate.load.present import Present
from migrate.schema import v3
from migrate.schema.arrow import no_rows

TEXT = pa.large_string()

PLACES: list[tuple[str, tuple[str, ...], set[str], tuple[str, ...], dict[str, list[bool]]]] = [
    # v3 table, keys of deleted parents, tables that lose rows, lost schemes → column, whether it leads to
    # something: of a row of member m1, who was there, and of scheme s1; of m2, who is new, and s2; of neither
    ("trainings", (), set(), (), {}),
    ("trainings", ("3",), set(), (), {"member_id": [True, True, False]}),
    ("trainings", (), {"members"}, (), {"member_id": [True, True, False]}),
    ("trainings", (), {"registration_assessments"}, ("s1",), {}),
    ("assessment_ratings", ("3",), set(), (), {"assessment_id": [True, True, False]}),
    ("assessment_verifications", (), {"registration_assessments"}, (),
     {"assessment_id": [True, True, False]}),
    ("scheme_memberships", (), set(), ("s1", "s3"), {"scheme_id": [False, True, False]}),
    ("scheme_memberships", ("3",), set(), ("s2",),
     {"scheme_id": [True, False, True], "member_id": [True, True, False]}),
    ("members", ("3",), {"members"}, ("s1",), {}),
]  # fmt: skip


@pytest.mark.parametrize(("table", "deleted", "losing", "lost_schemes", "living"), PLACES)
def test_a_parent_is_looked_for_where_a_user_has_deleted_one(
    table: str,
    deleted: tuple[str, ...],
    losing: set[str],
    lost_schemes: tuple[str, ...],
    living: dict[str, list[bool]],
) -> None:
    ours = pa.table(
        {
            "member_id": pa.array(["m1", "m2", "m3"], TEXT),
            "scheme_id": pa.array(["s1", "s2", "s3"], TEXT),
            "assessment_id": pa.array(["m1", "m2", "m3"], TEXT),
        }
    )
    nothing = no_rows(("v2_id",))
    new = pa.table({"id": pa.array(["m2"], TEXT)})
    merged = TableMerge(v3.members, new, nothing, nothing, nothing, pa.array(deleted, TEXT), met=1)
    parents = ("members", "registration_assessments")
    here = Present(nothing, dict.fromkeys(parents, pa.table({"id": pa.array(["m1"], TEXT)})), nothing)
    found = living_parents(table, ours, here, dict.fromkeys(parents, merged), losing, lost_schemes)
    assert {column: lives.to_pylist() for column, lives in found.items()} == living


ROWS: list[tuple[list[bool], bool, bool, bool]] = [
    # whether each parent is here, whether the row was loaded, whether it is here → whether it has a place
    ([], False, False, True),
    ([True, True], False, False, True),
    ([True, False], False, False, False),
    ([False, True], False, False, False),
    ([False, False], True, False, True),
    ([False, False], False, True, True),
]


@pytest.mark.parametrize(("parents", "was_loaded", "is_here", "has_place"), ROWS)
def test_a_row_has_a_place_where_all_of_its_parents_are_or_it_was_itself(
    parents: list[bool], was_loaded: bool, is_here: bool, has_place: bool
) -> None:
    ours = pa.table({"id": pa.array(["a"], TEXT)})
    theirs = pa.table({"id": pa.array(["a" if is_here else "b"], TEXT)})
    living = {str(place): pa.array([lives]) for place, lives in enumerate(parents)}
    assert have_parents(ours, living, theirs, pa.array([was_loaded])).to_pylist() == [has_place]
