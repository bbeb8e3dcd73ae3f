"""Campaigns too long for every change: `make soak`. The figures stand in docs/reliability.md.

CAREER_MIGRATE_SOAK_SCALE=0.1 tries everything a tenth as often.
"""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.campaign import Campaign, campaign, sqlite_v2
from tests.faults.disturbances import cut_off, killed_at_random, restarted, stopped_once, worker_killed
from tests.faults.restarts import own_server
from tests.run.schedules import done, schedules_on
from tests.soak.figures import note, times

pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]
CHANCE = random.Random(20240501)  # noqa: S311  # instants, no secrets


def engine_of(found: Campaign) -> str:
    return found.place.v3.dialect.name


def test_a_run_killed_at_a_random_instant_is_finished_by_the_next(on_each_engine: Campaign) -> None:
    often, interrupted = times(50), 0
    for _ in range(often):
        code, _ = on_each_engine.disturbed(killed_at_random(CHANCE))
        interrupted += code != 0
        on_each_engine.finish()
    outcome = f"nothing; {interrupted} of them before the run's end"
    note("SIGKILL at a random instant, then run again", engine_of(on_each_engine), often, outcome)


def test_a_run_killed_again_and_again_is_finished_at_last(on_each_engine: Campaign) -> None:
    often, kills = times(10), 0
    for _ in range(often):
        on_each_engine.disturbed(killed_at_random(CHANCE))
        for _ in range(3):
            child = on_each_engine.start()
            killed_at_random(CHANCE)(child, on_each_engine)
            kills += 1
        on_each_engine.finish()
    note("SIGKILL of a run and of three that were to finish it", engine_of(on_each_engine), often, "nothing")


def test_a_run_stopped_on_request_is_finished_by_the_next(on_each_engine: Campaign) -> None:
    often = times(20)
    for _ in range(often):
        code, words = on_each_engine.disturbed(stopped_once)
        assert code in (0, 130), words
        on_each_engine.finish()
    note("SIGTERM in mid-run, then run again", engine_of(on_each_engine), often, "nothing")


def test_a_run_goes_on_by_itself_when_its_connections_are_ended(on_each_server: Campaign) -> None:
    often = times(20)
    for _ in range(often):
        code, words = on_each_server.disturbed(cut_off)
        assert code == 0, words
        on_each_server.compare()
    tried = "every connection of the run ended by the server, four times in a run"
    note(tried, engine_of(on_each_server), often, "nothing; the run went on by itself")


@pytest.mark.parametrize("crash", [False, True], ids=["stopped", "crashed"])
@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"])
def test_a_run_goes_on_by_itself_when_its_server_is_restarted(
    engine_name: str, crash: bool, tmp_path: Path
) -> None:
    often = times(10)
    with own_server(engine_name) as server:
        if server is None:
            pytest.skip(f"{engine_name} is not installed")
        with campaign(sqlite_v2(tmp_path), server.database) as found:
            for _ in range(often):
                after = CHANCE.randrange(1, max(2, found.batches - 2))
                code, words = found.disturbed(restarted(server, crash=crash, after=after))
                assert code == 0, words
                found.compare()
    tried = "server killed and started in mid-run" if crash else "server stopped and started in mid-run"
    note(tried, engine_name, often, "nothing; the run went on by itself")


def test_a_killed_workers_batch_is_done_by_the_other(campaigns: dict[str, Campaign]) -> None:
    often = times(10)
    for _ in range(often):
        code, words = campaigns["postgresql"].disturbed(worker_killed, "--workers", "2")
        assert code == 0, words
        campaigns["postgresql"].compare()
    note("one of two workers killed", "postgresql", often, "nothing; its batch was done by the other")


@pytest.mark.parametrize(("engine_name", "wanted"), [("sqlite", 1000), ("postgresql", 200), ("mariadb", 200)])
def test_random_schedules_lose_no_edit_and_end_as_the_model_says(engine_name: str, wanted: int) -> None:
    often = times(wanted)
    done.clear()
    chosen = settings(
        max_examples=often,
        stateful_step_count=25,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(schedules_on(engine_name), settings=chosen)
    steps = ", ".join(f"{number:,} {name}" for name, number in sorted(done.items()) if name != "schedules")
    note(
        f"random schedules ({steps})", engine_name, done["schedules"], "no edit; no difference from the model"
    )
