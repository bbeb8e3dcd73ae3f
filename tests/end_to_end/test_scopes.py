"""Cohort by cohort, member by member or all at once: the end is the same."""

from itertools import permutations
from typing import Any

from migrate.fixtures.sample import generate
from migrate.schema import ledger
from tests.end_to_end.places import Dump, Place
from tests.fixtures.cases import Row

THREE: dict[str, list[Row]] = {
    "members": [
        {"member_id": "1", "membership_number": "0001", "cohort": "2024-A"},
        {"member_id": "2", "membership_number": "0002", "cohort": "2024-B"},
        {"member_id": "3", "membership_number": "0003", "cohort": None},
        {"member_id": "4", "membership_number": "0004", "cohort": "2024-a"},
        {"member_id": "5", "membership_number": "0001", "cohort": "2024-B"},
    ],
    "training": [
        {"training_id": key, "member_id": key, "title": f"Course {key}", "duration": "3 days"}
        for key in "12345"
    ],
    "schemes": [{"scheme_id": "1", "name": "Graduates"}, {"scheme_id": "2", "name": "Apprentices"}],
    "scheme_memberships": [
        {"scheme_membership_id": key, "scheme_id": "1", "member_id": key} for key in "123"
    ],
    "employment": [{"employment_id": "9", "member_id": "99", "employer": "nobody's"}],
}


def test_a_cohort_brings_its_members_and_no_others(place: Place) -> None:
    """Its name counts to the letter; schemes come with any of them; orphans belong to none."""
    place.put_v2(THREE)
    place.run("2024-A")
    assert _keys(place.dump(), "training") == {"1"}
    assert len(place.dump()["schemes"]) == 2
    assert _keys(place.dump(), "employment") == set()


def test_members_without_a_cohort_move_in_a_run_that_names_none(place: Place) -> None:
    place.put_v2(THREE)
    place.run("2024-A", "2024-B")
    assert _keys(place.dump(), "training") == {"1", "2", "5"}
    place.run()
    assert _keys(place.dump(), "training") == set("12345")
    assert _keys(place.dump(), "employment") == {"9"}


def test_cohorts_in_any_order_end_as_one_run_of_all(place: Place) -> None:
    """Schemes that cohorts share, and members with one number in two cohorts, included."""
    orders = list(permutations((("2024-A",), ("2024-B",), ("2024-a",))))
    ends = []
    for order in (*orders[::2], ()):
        place.empty_v3()
        place.put_v2(THREE)
        for cohorts in order:
            place.run(*cohorts)
        place.run()
        ends.append(_ends(place.dump()))
    assert all(end == ends[0] for end in ends)


def test_a_sample_cohort_by_cohort_ends_as_one_run_of_all(place_each_way: Place) -> None:
    place = place_each_way
    chunks = list(generate(150, seed=11))
    cohorts = sorted({name for chunk in chunks for name in chunk["members"]["cohort"].to_pylist() if name})
    place.put_sample(chunks)
    place.run()
    whole = _ends(place.dump())
    place.empty_v3()
    for cohort in cohorts[: len(cohorts) // 2]:
        place.run(cohort, batch_size=17)
    place.run(*cohorts[len(cohorts) // 2 :], batch_size=40)
    place.run()
    assert _ends(place.dump()) == whole


def test_listed_members_move_alone(place: Place) -> None:
    place.put_v2(THREE)
    place.run(members=["2", "3"])
    assert _keys(place.dump(), "training") == {"2", "3"}
    assert {row["name"] for row in place.dump()["schemes"]} == {"Graduates", "Apprentices"}


def test_a_listed_member_who_left_v2_is_said_to_be_gone(place: Place) -> None:
    place.put_v2(THREE)
    place.run()
    left = [row for row in THREE["members"] if row["member_id"] != "2"]
    place.put_v2({**THREE, "members": left})
    place.run(members=["2", "3"])
    assert {found[:2] for found in place.anomalies() if found[3] == "gone-from-v2"} == {("members", "2")}


def test_a_member_who_left_v2_is_said_to_be_gone_by_a_run_of_their_cohort(place: Place) -> None:
    place.put_v2(THREE)
    place.run()
    left = [row for row in THREE["members"] if row["member_id"] != "2"]
    place.put_v2({**THREE, "members": left})
    place.run("2024-A")
    assert "gone-from-v2" not in {found[3] for found in place.anomalies()}
    place.run("2024-B")
    assert ("members", "2") in {found[:2] for found in place.anomalies() if found[3] == "gone-from-v2"}


def test_a_member_who_changes_cohort_is_not_gone(place: Place) -> None:
    place.put_v2(THREE)
    place.run("2024-A")
    moved = [row | {"cohort": "2024-B"} if row["member_id"] == "1" else row for row in THREE["members"]]
    place.put_v2({**THREE, "members": moved})
    place.run("2024-A")
    assert "gone-from-v2" not in {found[3] for found in place.anomalies()}
    place.run("2024-B")
    rows = place.dump()[ledger.rows.name]
    assert {row["cohort"] for row in rows if row["member_id"] == "1"} == {"2024-B"}


def _keys(dump: Dump, v2_table: str) -> set[str]:
    return {row["v2_id"] for row in dump[ledger.rows.name] if row["v2_table"] == v2_table}


def _ends(dump: Dump) -> dict[str, Any]:
    """Return what v3 and its ledger say, whichever run wrote it and in whatever order."""
    passing = ("anomaly_id", "run_id")
    return {
        name: sorted(
            (tuple((key, value) for key, value in row.items() if key not in passing) for row in rows),
            key=repr,
        )
        for name, rows in dump.items()
    }
