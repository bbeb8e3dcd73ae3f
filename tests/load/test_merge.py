"""The three-way merge, one column of one row at a time: the table of the contract, part 5."""

from collections.abc import Collection

import pyarrow as pa
import pytest

from migrate.load.base import encode_values, shown
from migrate.load.planning.merge import Ours, TableMerge, Withheld, merge_table
from migrate.schema import v3

TEXT = pa.large_string()
Value = str | None

CASES: list[tuple[str, Value, Value, Value, Value, Value, str | None]] = [
    # what happened, base, ours, theirs → v3, base, code
    ("nothing", "a", "a", "a", "a", "a", None),
    ("nothing, of nothing", None, None, None, None, None, None),
    ("v2 changed", "a", "b", "a", "b", "b", None),
    ("v2 filled", None, "b", None, "b", "b", None),
    ("v2 emptied", "a", None, "a", None, None, None),
    ("v2 made it the empty text", None, "", None, "", "", None),
    ("the user edited", "a", "a", "c", "c", "a", "kept-user-edit"),
    ("the user emptied", "a", "a", None, None, "a", "kept-user-edit"),
    ("the user filled", None, None, "c", "c", None, "kept-user-edit"),
    ("both, to the same", "a", "b", "b", "b", "a", None),
    ("both, differently", "a", "b", "c", "c", "a", "conflict"),
    ("both, the user emptied", "a", "b", None, None, "a", "conflict"),
    ("both, a blank more", "a", "b", "b ", "b ", "a", "conflict"),
]


def rows(*schemes: dict[str, Value]) -> pa.Table:
    """Return v2's side of some schemes."""
    names = ("v2_id", "id", *v3.merged_columns(v3.schemes), "updated_at")
    return pa.table({name: pa.array([scheme.get(name) for scheme in schemes], TEXT) for name in names})


def merged(
    ours: list[dict[str, Value]],
    theirs: list[dict[str, Value]],
    bases: dict[str, str],
    *,
    adopted: bool = False,
    withheld: Collection[Value] = (),
) -> TableMerge:
    """Merge schemes; those with a base were loaded once, and v3 cannot take the name of those withheld."""
    mine = rows(*ours)
    v3_side = rows(*theirs).select(["id", *v3.merged_columns(v3.schemes)])
    migrated = pa.array([scheme["v2_id"] in bases for scheme in ours], pa.bool_())
    owned = pa.array([adopted] * len(ours), pa.bool_())
    stays = Withheld("number-taken", pa.array([scheme["v2_id"] in withheld for scheme in ours], pa.bool_()))
    return merge_table(
        v3.schemes,
        Ours(mine, migrated, owned, {"name": stays} if withheld else {}),
        v3_side,
        lambda ids: pa.array([bases.get(key) for key in ids.to_pylist()], TEXT),
    )


def base_of(name: Value) -> str:
    return f"{encode_values(pa.array([name], TEXT))[0].as_py()}\x1f-\x1f-"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "v3_value", "new_base", "code"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_each_value_is_decided_as_the_contract_says(
    base: Value, ours: Value, theirs: Value, v3_value: Value, new_base: Value, code: str | None
) -> None:
    merge = merged(
        [{"v2_id": "1", "id": "x", "name": ours}], [{"id": "x", "name": theirs}], {"1": base_of(base)}
    )
    updates = merge.updates.to_pylist()
    assert (updates[0]["name"] if updates else theirs) == v3_value
    rebased = merge.rebased.to_pylist()
    assert (rebased[0]["base"] if rebased else base_of(base)) == base_of(new_base)
    assert [kept.code for kept in merge.kept] == ([code] if code else [])
    assert (merge.inserts.num_rows, len(merge.deleted), merge.met) == (0, 0, 1)


def test_a_conflict_keeps_all_three_values() -> None:
    merge = merged([{"v2_id": "1", "id": "x", "name": "b"}], [{"id": "x", "name": "c"}], {"1": base_of("a")})
    (kept,) = merge.kept
    assert (kept.column, shown(kept.base[0].as_py()), kept.ours[0].as_py(), kept.theirs[0].as_py()) == (
        "name", "a", "b", "c",
    )  # fmt: skip


@pytest.mark.parametrize("organisation", ["o", "p"])
def test_columns_are_decided_one_by_one(organisation: str) -> None:
    """What was last loaded is kept beside a value that v3 does not take: the next run has to see it."""
    ours: dict[str, Value] = {
        "v2_id": "1", "id": "x", "name": "b", "organisation": organisation,
        "updated_at": "2020-01-01 00:00:00",
    }  # fmt: skip
    theirs: dict[str, Value] = {"id": "x", "name": "a", "organisation": "edited"}
    merge = merged([ours], [theirs], {"1": "=a\x1f=o\x1f-"})
    (row,) = merge.updates.to_pylist()
    assert (row["name"], row["organisation"], row["updated_at"]) == ("b", "edited", "2020-01-01 00:00:00")
    assert merge.rebased["base"].to_pylist() == ["=b\x1f=o\x1f-"]


def test_a_value_that_both_made_the_same_is_no_conflict_beside_one_that_v2_changed() -> None:
    ours: dict[str, Value] = {"v2_id": "1", "id": "x", "name": "b", "organisation": "p"}
    merge = merged([ours], [{"id": "x", "name": "b", "organisation": "o"}], {"1": "=a\x1f=o\x1f-"})
    assert [row["organisation"] for row in merge.updates.to_pylist()] == ["p"]
    assert merge.kept == []


def test_rows_are_decided_one_by_one() -> None:
    ours: list[dict[str, Value]] = [
        {"v2_id": key, "id": key, "name": name}
        for key, name in (("1", "b"), ("2", "a"), ("3", "a"), ("4", "b"))
    ]
    theirs: list[dict[str, Value]] = [
        {"id": key, "name": name} for key, name in (("3", "a"), ("2", "edited"), ("1", "a"))
    ]
    merge = merged(ours, theirs, dict.fromkeys("123", base_of("a")))
    assert merge.inserts["v2_id"].to_pylist() == ["4"]
    assert merge.updates["v2_id"].to_pylist() == merge.read["id"].to_pylist() == ["1"]
    assert merge.rebased["v2_id"].to_pylist() == ["4", "1"]
    (kept,) = merge.kept
    assert (kept.code, kept.v2_ids.to_pylist(), kept.theirs.to_pylist()) == (
        "kept-user-edit", ["2"], ["edited"],
    )  # fmt: skip


def test_what_v3_cannot_take_stays_as_it_was_and_is_told() -> None:
    """Row 1 is new, 2 has changed, 3 can be taken, 4 is as it was, 5 is its user's."""
    names = {"1": ("b", None), "2": ("b", "a"), "3": ("b", "a"), "4": ("a", "a"), "5": ("b", "c")}
    ours: list[dict[str, Value]] = [
        {"v2_id": key, "id": key, "name": name} for key, (name, _) in names.items()
    ]
    theirs: list[dict[str, Value]] = [
        {"id": key, "name": name} for key, (_, name) in names.items() if key != "1"
    ]
    merge = merged(ours, theirs, dict.fromkeys("2345", base_of("a")), withheld=[*"1245"])
    assert (merge.inserts["v2_id"].to_pylist(), merge.updates["v2_id"].to_pylist()) == (["1"], ["3"])
    assert merge.rebased["v2_id"].to_pylist() == ["1", "3"]
    told = [(kept.code, kept.v2_ids.to_pylist(), kept.theirs.to_pylist()) for kept in merge.kept]
    assert told == [("number-taken", ["2"], ["a"]), ("conflict", ["5"], ["c"])]


def test_a_row_that_v3_never_had_is_inserted() -> None:
    merge = merged([{"v2_id": "1", "id": "x", "name": "a"}], [], {})
    assert merge.inserts["v2_id"].to_pylist() == ["1"]
    assert merge.rebased.to_pylist() == [{"v2_id": "1", "base": base_of("a")}]
    assert merge.deleted.to_pylist() == []


def test_a_row_that_its_user_deleted_is_not_made_again() -> None:
    merge = merged([{"v2_id": "1", "id": "x", "name": "b"}], [], {"1": base_of("a")})
    assert (merge.inserts.num_rows, merge.deleted.to_pylist()) == (0, ["1"])


def test_a_row_without_a_ledger_row_is_taken_as_loaded_earlier() -> None:
    merge = merged([{"v2_id": "1", "id": "x", "name": "a"}], [{"id": "x", "name": "edited"}], {})
    assert (merge.inserts.num_rows, merge.updates.num_rows) == (0, 0)
    assert [kept.code for kept in merge.kept] == ["kept-user-edit"]
    assert merge.rebased.to_pylist() == [{"v2_id": "1", "base": base_of("a")}]


@pytest.mark.parametrize(
    ("theirs", "ours", "codes"),
    [(None, "a", []), (None, "b", ["conflict"]), ("a", "b", ["conflict"])],
    ids=["v2 as it was", "v2 changed", "v2 changed what both had"],
)
def test_an_adopted_row_keeps_every_column(theirs: Value, ours: str, codes: list[str]) -> None:
    merge = merged(
        [{"v2_id": "1", "id": "x", "name": ours}],
        [{"id": "x", "name": theirs}],
        {"1": base_of("a")},
        adopted=True,
    )
    assert merge.updates.num_rows == 0
    assert [kept.code for kept in merge.kept] == codes


def test_unchanged_rows_cost_no_look_at_their_bases() -> None:
    def no_bases(_: pa.Array) -> pa.Array:
        raise AssertionError("the bases were read")

    ours = rows({"v2_id": "1", "id": "x", "name": "a"})
    theirs = ours.select(["id", *v3.merged_columns(v3.schemes)])
    yes, no = pa.array([True]), pa.array([False])
    merge = merge_table(v3.schemes, Ours(ours, yes, no, withheld={}), theirs, no_bases)
    assert (merge.updates.num_rows, merge.read.num_rows, merge.rebased.num_rows) == (0, 0, 0)
