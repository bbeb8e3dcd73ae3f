"""After whatever goes wrong, running again ends where an undisturbed run ends.

A sample of each fault; the campaigns are in tests/soak, their figures in docs/reliability.md.
"""

import random
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, text, update
from sqlalchemy.exc import DBAPIError

from migrate.schema import ledger, v2, v3
from tests.faults.campaign import Campaign, campaign, sqlite_v2
from tests.faults.children import Child, killed_at_the_end, migration, wait_until
from tests.faults.disturbances import (
    cut_off,
    end_connections,
    killed_at_random,
    restarted,
    stopped_once,
    stopped_twice,
    worker_killed,
)
from tests.faults.proxy import forgetful_proxy
from tests.faults.restarts import own_server
from tests.servers import new_database

pytestmark = pytest.mark.xdist_group("faults")


def test_a_run_that_was_killed_is_finished_by_the_next(on_each_engine: Campaign) -> None:
    chance = random.Random(1)  # noqa: S311  # an instant, no secret
    for _ in range(2):
        on_each_engine.disturbed(killed_at_random(chance))
        on_each_engine.finish()


def test_a_run_that_is_asked_to_stop_finishes_its_batch_and_says_how_to_go_on(
    on_each_engine: Campaign,
) -> None:
    code, words = on_each_engine.disturbed(stopped_once)
    assert code == 130
    assert "was stopped at a batch boundary. Run the same command again to go on." in words
    assert set(on_each_engine.place.statuses().values()) == {"interrupted"}
    on_each_engine.finish()
    assert set(on_each_engine.place.statuses().values()) == {"completed"}, "it was the same run that went on"


def test_a_run_that_is_asked_twice_stops_at_once(on_each_engine: Campaign) -> None:
    code, words = on_each_engine.disturbed(stopped_twice)
    assert code == 130
    assert "Traceback" not in words
    on_each_engine.finish()


def test_a_run_whose_connections_are_ended_goes_on_by_itself(on_each_server: Campaign) -> None:
    code, words = on_each_server.disturbed(cut_off)
    assert code == 0, words
    on_each_server.compare()


@pytest.mark.parametrize("crash", [False, True], ids=["stopped", "crashed"])
@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_a_run_outlives_a_restart_of_its_server(engine_name: str, crash: bool, tmp_path: Path) -> None:
    with own_server(engine_name) as server:
        if server is None:
            pytest.skip(f"{engine_name} is not installed; type `apt-get install {engine_name}-server`")
        with campaign(sqlite_v2(tmp_path), server.database) as found:
            code, words = found.disturbed(restarted(server, crash=crash))
            assert code == 0, words
            found.compare()


def test_a_run_whose_server_does_not_come_back_says_so_and_is_finished_by_the_next(tmp_path: Path) -> None:
    with own_server("postgresql") as server:
        if server is None:
            pytest.skip("postgresql is not installed; type `apt-get install postgresql`")
        with campaign(sqlite_v2(tmp_path), server.database) as found:

            def stop(_: Child, campaign: Campaign) -> None:
                wait_until(lambda: campaign.finished_batches() > 0)
                campaign.place.v3.dispose()
                server.stop()

            code, words = found.disturbed(stop)
            assert code == 1
            assert "run the same command again to go on" in words
            assert "Traceback" not in words
            server.start()
            found.finish()


def test_a_worker_that_dies_costs_its_batch_a_retry(campaigns: dict[str, Campaign]) -> None:
    found = campaigns["postgresql"]
    code, words = found.disturbed(worker_killed, "--workers", "2")
    assert code == 0, words
    found.compare()


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_a_commit_whose_answer_is_lost_is_looked_up_and_not_repeated(
    engine_name: str, campaigns: dict[str, Campaign]
) -> None:
    found = campaigns[engine_name]
    found.empty()
    url = make_url(found.place.target_url)
    plain = {"sslmode": "disable"} if engine_name == "postgresql" else {}
    with forgetful_proxy(url.host or "", url.port or 0, lose={4, 6, 8}) as proxy:
        through = url.set(host="127.0.0.1", port=proxy.port).update_query_dict(plain)
        shown = through.render_as_string(hide_password=False)
        with killed_at_the_end(migration(found.place.source_url, shown, "--batch-size", "5")) as child:
            code, words = child.end()
        assert proxy.lost == 3
    assert code == 0, words
    found.compare()


def test_two_runs_at_once_do_not_meet(on_each_engine: Campaign) -> None:
    on_each_engine.empty()
    with (
        killed_at_the_end(on_each_engine.start()) as first,
        killed_at_the_end(on_each_engine.start()) as second,
    ):
        ends = [first.end(), second.end()]
    assert sorted(code for code, _ in ends) in ([0, 0], [0, 3]), ends
    for code, words in ends:
        assert code == 0 or "is working on all cohorts now" in words
    on_each_engine.compare()


def test_two_cohorts_at_once_end_as_one_run_of_all(on_each_engine: Campaign) -> None:
    """On an empty ledger, with schemes that both need; who has no cohort comes with the run of all."""
    on_each_engine.empty()
    with on_each_engine.place.v2.connect() as connection:
        cohorts = sorted(filter(None, connection.execute(select(v2.members.c.cohort).distinct()).scalars()))
    parts = (cohorts[::2], cohorts[1::2])
    scopes = [[option for name in part for option in ("--cohort", name)] for part in parts]
    with (
        killed_at_the_end(on_each_engine.start(*scopes[0])) as first,
        killed_at_the_end(on_each_engine.start(*scopes[1])) as second,
    ):
        ends = [first.end(), second.end()]
    assert [code for code, _ in ends] == [0, 0], ends
    on_each_engine.finish()


def test_a_row_that_a_user_holds_is_waited_for_and_their_edit_is_kept(on_each_engine: Campaign) -> None:
    place = on_each_engine.place
    on_each_engine.empty()
    on_each_engine.finish()
    row = min(row["id"] for row in place.rows(v3.trainings))
    with place.v2.begin() as connection:
        connection.execute(text("UPDATE training SET title = 'changed in v2'"))
    try:
        with place.v3.begin() as connection:
            connection.execute(update(v3.trainings).where(v3.trainings.c.id == row).values(title="mine"))
            child = on_each_engine.start()
            time.sleep(on_each_engine.seconds)
        with killed_at_the_end(child):
            code, words = child.end()
        assert code == 0, words
        titles = {found["id"]: found["title"] for found in place.rows(v3.trainings)}
        assert titles.pop(row) == "mine"
        assert set(titles.values()) == {"changed in v2"}
        assert {code for code, *_ in place.anomalies("conflict")} == {"conflict"}
    finally:
        on_each_engine.restore_v2()


def test_a_deadlock_with_a_user_is_tried_again(on_each_server: Campaign) -> None:
    place = on_each_server.place
    on_each_server.empty()
    on_each_server.finish()
    training = next(row for row in sorted(place.rows(v3.trainings), key=lambda row: str(row["id"])))
    with place.v2.begin() as connection:
        connection.execute(text("UPDATE training SET title = 'changed in v2'"))
        connection.execute(text("UPDATE members SET surname = 'changed in v2'"))
    edits = {}
    try:
        child = None
        try:
            with place.v3.begin() as connection:
                own = v3.trainings.c.id == training["id"]
                connection.execute(update(v3.trainings).where(own).values(title="mine"))
                child = on_each_server.start()
                time.sleep(
                    on_each_server.seconds
                )  # by now the run holds the member and waits for the training
                own = v3.members.c.id == training["member_id"]
                connection.execute(update(v3.members).where(own).values(surname="mine"))
            edits = {"title": "mine", "surname": "mine"}
        except DBAPIError:
            edits = {"title": "changed in v2", "surname": "changed in v2"}  # the user was the victim
        assert child is not None
        with killed_at_the_end(child):
            code, words = child.end()
        assert code == 0, words
        found = next(row for row in place.rows(v3.trainings) if row["id"] == training["id"])
        owner = next(row for row in place.rows(v3.members) if row["id"] == training["member_id"])
        assert {"title": found["title"], "surname": owner["surname"]} == edits
    finally:
        on_each_server.restore_v2()


def test_a_full_disk_ends_the_run_in_words_and_the_next_finishes_it(tmp_path: Path) -> None:
    with campaign(sqlite_v2(tmp_path), f"sqlite:///{tmp_path / 'v3.db'}") as found:
        found.empty()
        with found.place.v3.begin() as connection:
            size = connection.execute(text("PRAGMA page_count")).scalar_one()
        found.place.v3.dispose()
        limit = int(size * 4096 * 0.6)
        with found.place.v3.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
        with killed_at_the_end(found.start_limited(limit)) as child:
            code, words = child.end()
        assert code == 1, words
        assert "Traceback" not in words
        assert "run the same command again to go on" in words
        found.finish()


def test_a_target_that_may_only_be_read_is_refused_in_words(tmp_path: Path) -> None:
    source = sqlite_v2(tmp_path)
    with new_database("postgresql", tmp_path) as url, campaign(source, url) as found:
        found.empty()
        name = make_url(url).database
        end_connections(url)
        found.place.v3.dispose()
        with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        with killed_at_the_end(found.start()) as child:
            code, words = child.end()
        assert code in (1, 3), words
        assert "read-only" in words
        assert "Traceback" not in words


def test_a_target_whose_account_may_only_read_is_refused_in_words(tmp_path: Path) -> None:
    source = sqlite_v2(tmp_path)
    with new_database("mariadb", tmp_path) as url, campaign(source, url) as found:
        found.empty()
        whole = make_url(url)
        account = f"reader_{whole.database}"[:32]
        with found.place.v3.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE USER '{account}'@'%' IDENTIFIED BY 'reads'"))
            connection.execute(text(f"GRANT SELECT ON `{whole.database}`.* TO '{account}'@'%'"))
        target = whole.set(username=account, password="reads").render_as_string(hide_password=False)
        try:
            with killed_at_the_end(migration(source, target)) as child:
                code, words = child.end()
        finally:
            with found.place.v3.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"DROP USER '{account}'@'%'"))
        assert code in (1, 3), words
        assert "denied" in words
        assert "Traceback" not in words
        assert ":reads@" not in words


def test_a_ledger_of_another_version_is_refused_and_nothing_is_written(on_each_engine: Campaign) -> None:
    on_each_engine.empty()
    place = on_each_engine.place
    version = ledger.ledger.c.name == "version"
    with place.v3.begin() as connection:
        connection.execute(update(ledger.ledger).where(version).values(value="0"))
    before = place.state()
    with killed_at_the_end(on_each_engine.start()) as child:
        code, words = child.end()
    assert code == 3
    assert "the ledger in v3 is of version 0" in words
    assert place.state() == before
    with place.v3.begin() as connection:
        connection.execute(update(ledger.ledger).where(version).values(value=ledger.LEDGER_VERSION))


def test_a_report_folder_that_cannot_be_written_is_told_in_words(
    campaigns: dict[str, Campaign], tmp_path: Path
) -> None:
    (tmp_path / "report").write_text("a file, not a folder")
    target = campaigns["sqlite"].place.target_url
    with killed_at_the_end(
        Child("report", "--target", target, "--out", str(tmp_path / "report" / "here"))
    ) as child:
        code, words = child.end()
    assert code in (1, 2), words
    assert "Traceback" not in words
