"""Nothing, one row, or a hundred thousand of one member: each is a migration like any other."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from migrate.run.verification import verify
from migrate.schema import ledger, v2, v3
from tests.cli.calling import career_migrate
from tests.run.places import Place, Row, fill_v2, opened_place
from tests.servers import opened

MANY = 100_000
SMALL: dict[str, tuple[dict[str, list[Row]], set[tuple[str, str, str | None]]]] = {
    # what v2 holds, the fates that come of it
    "nothing": ({}, set()),
    "one member": ({"members": [{"surname": "Ashdown"}]}, {("members", "migrated", None)}),
    "one row of nobody's": (
        {"training": [{"member_id": 9, "title": "Nobody's"}]}, {("training", "rejected", "orphan")}
    ),
    "one scheme": ({"schemes": [{"name": "Northgrid"}]}, {("schemes", "migrated", None)}),
}  # fmt: skip


@pytest.mark.parametrize("name", SMALL)
def test_a_v2_with_next_to_nothing_is_migrated_and_adds_up(
    engine_url: str, tmp_path: Path, name: str
) -> None:
    tables, fates = SMALL[name]
    with opened_place(f"sqlite:///{tmp_path / 'v2.db'}", engine_url) as place:
        fill_v2(place, tables)
        place.run()
        found = {(row["v2_table"], row["fate"], row["reason"]) for row in place.rows(ledger.rows)}
        assert found == fates
        assert verify(place.workplace()).closed


def test_a_cohort_of_nobody_brings_the_schemes_alone(each_place: Place) -> None:
    each_place.run("NOBODY")
    assert {row["v2_table"] for row in each_place.rows(ledger.rows)} == {"schemes"}
    assert set(each_place.statuses().values()) == {"completed"}


def test_a_text_of_any_length_may_stand_where_a_cohort_does(each_place: Place) -> None:
    cohort = "imported from the old list; " * 20
    each_place.change("members", 3, cohort=cohort)
    each_place.run()
    assert verify(each_place.workplace()).closed
    each_place.roll_back(cohort=cohort)
    assert {row["v2_id"] for row in each_place.rows(ledger.rows) if row["v2_table"] == "members"} == {
        "1",
        "2",
        "4",
    }


def test_a_member_with_a_hundred_thousand_rows_is_one_batch_like_any_other(place: Place) -> None:
    rows = [{"training_id": 1_000 + key, "member_id": 1, "title": f"Course {key}"} for key in range(MANY)]
    with place.v2.begin() as connection:
        connection.execute(insert(v2.training), rows)
    place.run(size=1)
    assert sum(row["title"].startswith("Course ") for row in place.rows(v3.trainings)) == MANY


def test_a_v2_row_larger_than_its_server_can_send_is_told_in_words(
    place: Place, fresh_database: Callable[[str], str]
) -> None:
    """MariaDB's max_allowed_packet is 16 MB as it comes: two texts that fit each by itself, not together."""
    source = fresh_database("mariadb")
    with opened(source) as engine:
        v2.metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(insert(v2.members).values(member_id=1))
            connection.execute(insert(v2.training).values(training_id=1, member_id=1, title="x" * 9_000_000))
            connection.execute(update(v2.training).values(description="y" * 9_000_000))
    called = career_migrate("run", "--source", source, "--target", place.target_url, "--no-checks")
    assert called.code == 1
    assert "has a row larger than the server's max_allowed_packet, in training, members; raise" in called.err
    assert "Traceback" not in called.err
    assert place.rows(v3.members) == []
