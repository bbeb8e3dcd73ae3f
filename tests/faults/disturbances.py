"""What happens to a run."""

import random
import signal
import time
from contextlib import suppress

import psutil  # type: ignore[import-untyped]
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.faults.campaign import Campaign, Disturbance
from tests.faults.children import Child, wait_until
from tests.faults.restarts import OwnServer


def killed_at_random(chance: random.Random) -> Disturbance:
    """SIGKILL at an instant of the run: within any of its batches, whatever else the machine has to do."""

    def disturb(child: Child, campaign: Campaign) -> None:
        batch = chance.randrange(campaign.batches)
        wait_until(lambda: campaign.finished_batches() >= batch or not child.is_alive())
        time.sleep(chance.uniform(0, 1.5 * campaign.seconds / campaign.batches))
        child.kill()

    return disturb


def stopped_once(child: Child, campaign: Campaign) -> None:
    """SIGTERM as soon as a batch is done."""
    wait_until(lambda: campaign.finished_batches() > 0)
    child.signal(signal.SIGTERM)


def stopped_twice(child: Child, campaign: Campaign) -> None:
    """SIGTERM, and again at once."""
    stopped_once(child, campaign)
    time.sleep(0.01)
    child.signal(signal.SIGTERM)


def cut_off(child: Child, campaign: Campaign) -> None:
    """v3's server ends each of the run's connections, once a batch is done and three times more."""
    _cut_off(campaign.place.target_url, child, campaign)


def source_cut_off(child: Child, campaign: Campaign) -> None:
    """v2's server does the same."""
    _cut_off(campaign.place.source_url, child, campaign)


def _cut_off(url: str, child: Child, campaign: Campaign) -> None:
    wait_until(lambda: campaign.finished_batches() > 0)
    for _ in range(4):
        if child.is_alive():
            end_connections(url)
            time.sleep(0.3)


def restarted(server: OwnServer, *, crash: bool, after: int = 1) -> Disturbance:
    """The server is stopped when so many batches are done, and started again."""

    def disturb(child: Child, campaign: Campaign) -> None:
        wait_until(lambda: campaign.finished_batches() >= after)
        campaign.place.v3.dispose()
        server.stop(crash=crash)
        time.sleep(1)
        server.start()

    return disturb


def worker_killed(child: Child, campaign: Campaign) -> None:
    """One worker of the local cluster is killed once a batch is done."""
    wait_until(lambda: campaign.finished_batches() > 0)
    workers = [
        process
        for forker in psutil.Process(child.pid).children()
        if any("forkserver" in part for part in forker.cmdline())
        for process in forker.children()
    ]
    assert workers
    with suppress(psutil.NoSuchProcess):
        workers[-1].kill()


def interrupted_everywhere(child: Child, campaign: Campaign) -> None:
    """SIGINT to the run and to all that it has started, as a terminal sends it, once a batch is done."""
    wait_until(lambda: campaign.finished_batches() > 0)
    run = psutil.Process(child.pid)
    for process in (run, *run.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT)


def end_connections(url: str) -> None:
    """End every connection to a database but the one that asks."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        ENDERS[connection.dialect.name](connection)
    engine.dispose()


def _end_postgresql(connection: Connection) -> None:
    connection.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )


def _end_mariadb(connection: Connection) -> None:
    others = text(
        "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
    )
    for number in connection.execute(others).scalars().all():
        with suppress(DBAPIError):
            connection.execute(text(f"KILL {number}"))


ENDERS = {"postgresql": _end_postgresql, "mariadb": _end_mariadb}
