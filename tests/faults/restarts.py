"""A database server of the test's own, which can be stopped, killed and started again at the same address."""

import os
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from tests.faults.children import wait_until
from tests.private_servers import start_private
from tests.servers import CREATE, execute

SAFE = {"fsync=off": "fsync=on", "--innodb-flush-log-at-trx-commit=0": "--innodb-flush-log-at-trx-commit=2"}
"""The servers of other tests may forget a second of commits when they are killed; this one may not."""
STOP = {"postgresql": signal.SIGINT, "mariadb": signal.SIGTERM}  # fast, without waiting for clients
CRASH = {"postgresql": signal.SIGQUIT, "mariadb": signal.SIGKILL}


@dataclass
class OwnServer:
    """One server."""

    engine_name: str
    url: str
    command: list[str]
    user: int
    pid: int

    @property
    def database(self) -> str:
        """The URL of its one database."""
        return f"{self.url}/career"

    def stop(self, *, crash: bool = False) -> None:
        """Stop it in order, or as a power cut would."""
        os.kill(self.pid, (CRASH if crash else STOP)[self.engine_name])
        wait_until(lambda: not _lives(self.pid))

    def start(self) -> None:
        """Start it again and wait until it answers."""
        with _outliving():
            self.pid = subprocess.Popen(  # noqa: S603  # the command that it was started with
                self.command, user=self.user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ).pid
        self.wait()

    def wait(self) -> None:
        """Wait until it answers: MariaDB that listens but is not up yet may miss a request to stop."""
        wait_until(self._answers)

    def _answers(self) -> bool:
        engine = create_engine(f"{self.url}/")
        try:
            with engine.connect():
                return True
        except DBAPIError:
            time.sleep(0.2)
            return False
        finally:
            engine.dispose()


@contextmanager
def _outliving() -> Iterator[None]:
    """Let a process outlive the object that started it; it is stopped by its number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


@contextmanager
def own_server(engine_name: str) -> Iterator[OwnServer | None]:
    """Give a running server with an empty database `career`; None where it is not installed."""
    with tempfile.TemporaryDirectory(prefix="career-migrate-server-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with _outliving():
            started = start_private(engine_name, Path(folder))
        if started is None:
            yield None
            return
        server = _adopt(engine_name, started.url, started.pid)
        try:
            server.wait()
            server.stop()
            server.start()
            execute(f"{server.url}/", CREATE[engine_name].format(name="career", options=""))
            yield server
        finally:
            if _lives(server.pid):
                server.stop(crash=True)


def _adopt(engine_name: str, url: str, pid: int) -> OwnServer:
    process = Path(f"/proc/{pid}")
    command = process.joinpath("cmdline").read_bytes().decode().rstrip("\0").split("\0")
    command = [SAFE.get(part, part) for part in command]
    return OwnServer(engine_name, url, command, process.stat().st_uid, pid)


def _lives(pid: int) -> bool:
    try:
        done, _ = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        done = 0
    stat = Path(f"/proc/{pid}/stat")
    return done == 0 and stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
