"""A run whose Dask cluster is not as it should be ends in words, and the next finishes it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url

from migrate.errors import MigrationError
from migrate.extract.bounds import Bounds
from migrate.load.ledger.scope import Scope
from migrate.run import cluster
from migrate.run.task import BatchTask
from migrate.run.workplace import Workplace
from migrate.transform.decision_lookup import Decisions
from tests.faults.campaign import Campaign
from tests.faults.children import Child, wait_until
from tests.faults.disturbances import interrupted_everywhere

pytestmark = pytest.mark.xdist_group("faults")
TWO = ("--workers", "2")
CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=0, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        if sys.argv[1] == "grows":
            cluster.adapt(minimum=0, maximum=1, interval="100ms")
        else:
            cluster.scale(int(sys.argv[1]))
        print(cluster.scheduler_address, flush=True)
        input()
"""


def test_ctrl_c_stops_a_run_of_several_workers_at_a_batch_boundary(on_each_engine: Campaign) -> None:
    code, words = on_each_engine.disturbed(interrupted_everywhere, *TWO)
    assert code == 130, words
    assert words.strip().endswith("was stopped at a batch boundary. Run the same command again to go on.")
    assert len(words.splitlines()) == 1
    on_each_engine.finish(*TWO)


def test_a_port_that_another_cluster_has_is_no_matter(campaigns: dict[str, Campaign]) -> None:
    with socket.socket() as taken:
        with suppress(OSError):  # it is taken already
            taken.bind(("127.0.0.1", 8787))
            taken.listen()
        code, words = campaigns["postgresql"].disturbed(_nothing, *TWO)
    assert (code, words) == (0, "")
    campaigns["postgresql"].compare()


def test_workers_that_cannot_be_started_are_told_in_words(
    campaigns: dict[str, Campaign], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = campaigns["postgresql"]
    (tmp_path / "file").touch()
    monkeypatch.setitem(cluster.SETTINGS, "temporary-directory", str(tmp_path / "file"))
    with pytest.raises(MigrationError, match=r"--workers 2: they could not be started: .*file"):
        found.place.run(workers=2)
    found.finish()


@pytest.mark.parametrize("protocol", ["tcp", "tls", "nonsense"])
def test_a_scheduler_that_is_none_is_told_in_words(protocol: str, campaigns: dict[str, Campaign]) -> None:
    found = campaigns["postgresql"]
    url = make_url(found.place.target_url)  # a server that does not speak Dask's language
    address = f"{protocol}://{url.host}:{url.port}"
    code, words = found.disturbed(_nothing, "--scheduler", address)
    assert code == 1, words
    assert words.startswith(f"--scheduler {address}: no Dask scheduler could be spoken to")
    assert len(words.splitlines()) == 1
    assert set(found.place.statuses().values()) == {"failed"}
    found.finish()


def test_a_scheduler_that_goes_away_is_told_in_words(campaigns: dict[str, Campaign]) -> None:
    found = campaigns["postgresql"]
    with _cluster("1") as (process, address):

        def end_cluster(_: Child, campaign: Campaign) -> None:
            wait_until(lambda: campaign.finished_batches() > 0)
            process.kill()

        code, words = found.disturbed(end_cluster, "--scheduler", address)
    assert code == 1, words
    assert words.startswith("The Dask cluster is gone")
    assert len(words.splitlines()) == 1
    assert set(found.place.statuses().values()) == {"failed"}
    found.finish()


def test_a_scheduler_that_has_no_workers_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "DESERTED_SECONDS", 1)
    with (
        _cluster("0") as (_, address),
        pytest.raises(MigrationError, match="no workers, and 1 seconds brought none"),
        cluster.join_cluster(address),
    ):
        pass


def test_a_cluster_that_grows_with_its_work_is_waited_for(campaigns: dict[str, Campaign]) -> None:
    with _cluster("grows") as (_, address):
        assert campaigns["postgresql"].disturbed(_nothing, "--scheduler", address) == (0, "")
    campaigns["postgresql"].compare()


def test_a_cluster_without_workers_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cluster.SETTINGS, "distributed.scheduler.no-workers-timeout", "1s")
    task = BatchTask("r", 1, Bounds("schemes"))
    workplace = Workplace("sqlite:///none.db", "sqlite:///none.db", Scope())
    with cluster.start_cluster(2) as opened:
        opened._client.cluster.scale(0)
        wait_until(lambda: not opened._client.scheduler_info()["workers"])
        with pytest.raises(MigrationError, match="no workers"):
            next(opened.work([task], workplace, Decisions()))


def test_a_batch_that_ends_each_of_its_workers_is_given_up_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_work_on", _ends_its_worker)
    task = BatchTask("r", 1, Bounds("schemes"))
    workplace = Workplace("sqlite:///none.db", "sqlite:///none.db", Scope())
    with (
        cluster.start_cluster(2) as opened,
        pytest.raises(MigrationError, match="lost its worker 4 times"),
    ):
        next(opened.work([task], workplace, Decisions()))


def _ends_its_worker(*_: object) -> None:
    os._exit(1)


def _nothing(_: Child, __: Campaign) -> None:
    pass


@contextmanager
def _cluster(workers: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Give the process of a cluster, and the address of its scheduler.

    workers: how many it has, or that it "grows" from none as it gets work.
    """
    with subprocess.Popen(  # noqa: S603  # our own script
        [sys.executable, "-c", CLUSTER, workers], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()
