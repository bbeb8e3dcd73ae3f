"""Serves the page: on this machine alone, or with a certificate and a password to others."""

import ipaddress
import socket
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from cryptography import x509
from starlette.types import ASGIApp

from migrate.errors import ConfigurationError, MigrationError
from migrate.review.server.app import Address

SHORTEST_PASSWORD = 12


@dataclass(frozen=True)
class Listening:
    """Where to listen, and what makes that safe."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: any free one."""
    certificate: Path | None = None
    key: Path | None = None
    password: str | None = None

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class _AnnouncedServer(uvicorn.Server):
    """Says that it is ready once it is."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


def check(listening: Listening) -> None:
    """Refuse to show members' texts to a network without a certificate and a password.

    Raises ConfigurationError that says what is missing.
    """
    if (listening.certificate is None) != (listening.key is None):
        raise ConfigurationError("--certificate and --key go together; give both.")
    if listening.is_local:
        return
    if listening.certificate is None or listening.password is None:
        raise ConfigurationError(
            f"--host {listening.host} can be reached by others: give --certificate and --key (PEM files) "
            "and --password-file, or leave --host out to serve this machine alone."
        )


def read_password(path: Path) -> str:
    """Return the password in the first line of a file. Raises ConfigurationError for a short one."""
    try:
        password = path.read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"{path}: the password cannot be read ({type(error).__name__})") from None
    if len(password) < SHORTEST_PASSWORD:
        raise ConfigurationError(
            f"{path}: the password must have at least {SHORTEST_PASSWORD} characters (got {len(password)})"
        )
    return password


def open_socket(listening: Listening) -> socket.socket:
    """Take the port. Raises MigrationError where it is not to be had."""
    try:
        found = socket.getaddrinfo(listening.host, listening.port, type=socket.SOCK_STREAM)
        family, kind, _, _, place = found[0]
        with ExitStack() as stack:
            sock = stack.enter_context(socket.socket(family, kind))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(place)
            stack.pop_all()
    except OSError as error:
        raise MigrationError(
            f"{listening.host}:{listening.port} cannot be listened on ({error.strerror}): take another --port"
        ) from None
    return sock


def address_of(listening: Listening, sock: socket.socket) -> Address:
    """Return where the server can be reached: the names that a Host header may have, and the port."""
    port: int = sock.getsockname()[1]
    names = {"127.0.0.1", "localhost", "[::1]"} if listening.is_local else set()
    if listening.certificate:
        names |= names_in(listening.certificate)
    if listening.host not in {"0.0.0.0", "::"}:  # noqa: S104  # compared, not bound
        names.add(_in_address(listening.host))
    usual = 443 if listening.certificate else 80
    hosts = {f"{name.lower()}:{port}" for name in names}
    hosts |= {name.lower() for name in names} if port == usual else set()
    return Address(frozenset(hosts), port, is_secure=listening.certificate is not None)


def names_in(certificate: Path) -> set[str]:
    """Return the names and addresses that a certificate is for. Raises ConfigurationError if it is none."""
    try:
        parsed = x509.load_pem_x509_certificate(certificate.read_bytes())
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound) as error:
        raise ConfigurationError(
            f"{certificate}: not a PEM certificate with names ({type(error).__name__})"
        ) from None
    addresses = {_in_address(str(each)) for each in names.get_values_for_type(x509.IPAddress)}
    return addresses | set(names.get_values_for_type(x509.DNSName))


def base_url(listening: Listening, address: Address, sock: socket.socket) -> str:
    """Return the address to open."""
    host = listening.host
    if host in {"0.0.0.0", "::"} and listening.certificate:  # noqa: S104  # compared, not bound
        host = min(names_in(listening.certificate), default=host)
    scheme = "https" if address.is_secure else "http"
    return f"{scheme}://{_in_address(host)}:{sock.getsockname()[1]}"


def serve(app: ASGIApp, listening: Listening, sock: socket.socket, announce: Callable[[], None]) -> None:
    """Serve until interrupted; `announce` is called once requests are answered."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,  # addresses hold tokens and texts
        server_header=False,
        ssl_certfile=listening.certificate,
        ssl_keyfile=listening.key,
        timeout_graceful_shutdown=3,
    )
    with closing(sock):
        _AnnouncedServer(config, announce).run(sockets=[sock])


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
