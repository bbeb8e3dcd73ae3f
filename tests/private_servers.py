"""Starts a PostgreSQL or MariaDB from its installed programs, with nothing in it and nothing kept of it.

Neither runs as root, so a session of root's starts them under another account.
"""

import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

SECONDS_TO_START = 60
ACCOUNTS = {"postgresql": ("postgres", "nobody"), "mariadb": ("mysql", "nobody")}
PROGRAMS = {
    "postgresql": ("initdb", "postgres"),
    "mariadb": ("mariadb-install-db", "mariadbd"),
}
POOL_MODES = ("transaction", "session")
_running: list[subprocess.Popen[bytes]] = []  # a process that nobody holds is complained about
PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")


@dataclass(frozen=True)
class PrivateServer:
    """A server that belongs to this session."""

    url: str
    pid: int

    @classmethod
    def read(cls, record: Path) -> "PrivateServer":
        """Read what the process that started it wrote down."""
        return cls(**json.loads(record.read_text()))

    def stop(self) -> None:
        """Stop it at once: nobody needs what is in it."""
        try:
            os.kill(self.pid, signal.SIGQUIT if "postgresql" in self.url else signal.SIGKILL)
        except ProcessLookupError:
            return


def start_private(engine_name: str, folder: Path) -> PrivateServer | None:
    """Return a server of this session, started by whoever asks first; None where it is not installed."""
    record = folder / f"{engine_name}.json"
    with (folder / f"{engine_name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if record.exists():
            return PrivateServer.read(record)
        maker, program = (_find(name) for name in PROGRAMS[engine_name])
        if maker is None or program is None:
            return None
        home = folder / engine_name
        home.mkdir()
        server = STARTERS[engine_name](home, maker, program)
        record.write_text(json.dumps(asdict(server)))
        return server


def _start_postgresql(home: Path, initdb: str, postgres: str) -> PrivateServer:
    account = _account("postgresql", home)
    options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
    _run([initdb, "-D", str(home / "data"), *options], account)
    port = _free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(home),
        "fsync": "off",
        "max_connections": "100",
    }
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    pid = _launch([postgres, "-D", str(home / "data"), *arguments], account, home, port)
    return PrivateServer(f"postgresql+psycopg://postgres@127.0.0.1:{port}", pid)


def _start_mariadb(home: Path, install: str, mariadbd: str) -> PrivateServer:
    account = _account("mariadb", home)
    common = ["--no-defaults", f"--datadir={home / 'data'}"]
    _run([install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"], account)
    port = _free_port()
    settings = [
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--socket={home / 'mariadb.sock'}",
        f"--pid-file={home / 'mariadb.pid'}",
        "--skip-name-resolve",
        "--local-infile=1",
        "--innodb-flush-log-at-trx-commit=0",
    ]
    pid = _launch([mariadbd, *common, *settings], account, home, port)
    return PrivateServer(f"mariadb+pymysql://root@127.0.0.1:{port}", pid)


def start_pool(home: Path, place: str) -> PrivateServer | None:
    """Return a PgBouncer whose databases are called as its `POOL_MODES`; None where it is not installed.

    home: an empty folder; place: the PostgreSQL behind it, as `host=… port=…` and so on.
    """
    program = _find("pgbouncer")
    if program is None:
        return None
    account, port = _account("postgresql", home), _free_port()
    settings = home / "pgbouncer.ini"
    settings.write_text(
        "\n".join(
            [
                "[databases]",
                *(f"{mode} = {place} pool_mode={mode}" for mode in POOL_MODES),
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                f"listen_port = {port}",
                "auth_type = any",
                "unix_socket_dir =",
            ]
        )
    )
    pid = _launch([program, str(settings)], account, home, port)
    return PrivateServer(f"postgresql+psycopg://127.0.0.1:{port}", pid)


STARTERS: Mapping[str, Callable[[Path, str, str], PrivateServer]] = {
    "postgresql": _start_postgresql,
    "mariadb": _start_mariadb,
}


def _find(program: str) -> str | None:
    """Return the newest of a program's places."""
    found = shutil.which(program)
    if found:
        return str(Path(found).resolve())
    places = sorted(path for place in PLACES for path in Path("/").glob(f"{place[1:]}/{program}"))
    return str(places[-1]) if places else None


def _account(engine_name: str, home: Path) -> str | None:
    """Return the account to run under, and give it the folder; None for this one."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    account = next(name for name in ACCOUNTS[engine_name] if name in known)
    shutil.chown(home, account)
    return account


def _run(command: Sequence[str], account: str | None) -> None:
    done = subprocess.run(  # noqa: S603  # programs of this machine, found by name
        command, user=account, cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout[-500:]}{done.stderr[-500:]}")


def _launch(command: Sequence[str], account: str | None, home: Path, port: int) -> int:
    with (home / "log.txt").open("w") as log:
        process = subprocess.Popen(  # noqa: S603
            command, user=account, cwd="/", stdout=log, stderr=log, start_new_session=True
        )
    _running.append(process)
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process.pid
        time.sleep(0.1)
    raise RuntimeError(f"{command[0]} did not start: {(home / 'log.txt').read_text()[-1000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
