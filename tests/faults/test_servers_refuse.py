"""What a server does to a run: v2's goes away in mid-read, v3's gives up waiting or refuses to serialize."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url, text, update

from migrate.schema import v3
from tests.faults.campaign import Campaign, campaign
from tests.faults.children import killed_at_the_end, migration
from tests.faults.disturbances import source_cut_off

pytestmark = pytest.mark.xdist_group("faults")
HELD_SECONDS = 3
"""For longer than each of these waits."""


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_a_run_whose_connections_to_v2_are_ended_goes_on_by_itself(
    engine_name: str, tmp_path: Path, fresh_database: Callable[[str], str]
) -> None:
    with campaign(fresh_database(engine_name), f"sqlite:///{tmp_path / 'v3.db'}") as found:
        code, words = found.disturbed(source_cut_off)
        assert code == 0, words
        found.compare()


IMPATIENT = [  # engine, how its URL says it
    pytest.param("postgresql", {"options": "-c lock_timeout=300"}, id="postgresql-lock-timeout"),
    pytest.param(
        "mariadb", {"init_command": "SET SESSION innodb_lock_wait_timeout = 1"}, id="mariadb-lock-timeout"
    ),
    pytest.param(
        "postgresql",
        {"options": "-c default_transaction_isolation=serializable"},
        id="postgresql-serialization-failure",
    ),
]


@pytest.mark.parametrize(("engine_name", "query"), IMPATIENT)
def test_a_run_that_a_users_transaction_makes_fail_is_tried_again_and_keeps_their_edit(
    engine_name: str, query: dict[str, str], campaigns: dict[str, Campaign]
) -> None:
    found = campaigns[engine_name]
    place = found.place
    found.empty()
    found.finish()
    row = min(row["id"] for row in place.rows(v3.trainings))
    url = make_url(place.target_url).update_query_dict(query).render_as_string(hide_password=False)
    with place.v2.begin() as connection:
        connection.execute(text("UPDATE training SET title = 'changed in v2'"))
    try:
        with place.v3.begin() as connection:
            connection.execute(update(v3.trainings).where(v3.trainings.c.id == row).values(title="mine"))
            child = migration(place.source_url, url)
            time.sleep(found.seconds + HELD_SECONDS)
        with killed_at_the_end(child):
            code, words = child.end()
        assert code == 0, words
        titles = {found["id"]: found["title"] for found in place.rows(v3.trainings)}
        assert titles.pop(row) == "mine"
        assert set(titles.values()) == {"changed in v2"}
    finally:
        found.restore_v2()
