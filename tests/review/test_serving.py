"""The page is for this machine alone, unless a certificate and a password make it safe for others."""

import datetime as dt
import ipaddress
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from migrate.cli.review import review
from migrate.errors import ConfigurationError, MigrationError, PreflightError
from migrate.review.server.serving import (
    Listening,
    address_of,
    base_url,
    check,
    names_in,
    open_socket,
    read_password,
)

PASSWORD = "correct horse battery"
EVERYWHERE = "0.0.0.0"  # noqa: S104  # what has to be refused


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for review.example and 192.0.2.7, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "review.example")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("Review.example"), x509.IPAddress(ipaddress.ip_address("192.0.2.7"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8
    unlocked = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, private, unlocked))
    return paths


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1"])
def test_this_machine_alone_needs_nothing(host: str) -> None:
    check(Listening(host))


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.7", "review.example", "127.0.0.1.evil.example"])
def test_others_need_a_certificate_and_a_password(host: str, certificate: tuple[Path, Path]) -> None:
    for some in (
        Listening(host),
        Listening(host, password=PASSWORD),
        Listening(host, certificate=certificate[0], key=certificate[1]),
    ):
        with pytest.raises(ConfigurationError, match="give --certificate and --key"):
            check(some)
    check(Listening(host, certificate=certificate[0], key=certificate[1], password=PASSWORD))


def test_a_certificate_without_its_key_is_refused(certificate: tuple[Path, Path]) -> None:
    with pytest.raises(ConfigurationError, match="go together"):
        check(Listening(certificate=certificate[0]))


def test_the_host_header_may_say_what_the_certificate_says(certificate: tuple[Path, Path]) -> None:
    listening = Listening(EVERYWHERE, 0, *certificate, PASSWORD)
    with open_socket(listening) as sock:
        port = sock.getsockname()[1]
        address = address_of(listening, sock)
        assert address.hosts == {f"review.example:{port}", f"192.0.2.7:{port}"}
        assert address.is_secure
        assert base_url(listening, address, sock) == f"https://192.0.2.7:{port}"


def test_on_this_machine_only_its_own_names_are_answered() -> None:
    listening = Listening()
    with open_socket(listening) as sock:
        port = sock.getsockname()[1]
        address = address_of(listening, sock)
        assert address.hosts == {f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}
        assert base_url(listening, address, sock) == f"http://127.0.0.1:{port}"


def test_a_port_in_use_is_said_in_words() -> None:
    with open_socket(Listening()) as sock:
        sock.listen()
        with pytest.raises(MigrationError, match="take another --port"):
            open_socket(Listening(port=sock.getsockname()[1]))


PASSWORDS: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: path.write_text("short\n"), "at least 12 characters"),
    (lambda path: path.write_bytes(b"\xff\xfe\x00"), "cannot be read"),
    (lambda path: None, "cannot be read"),
]


@pytest.mark.parametrize(("write", "words"), PASSWORDS)
def test_a_poor_password_file_is_refused_without_showing_it(
    tmp_path: Path, write: Callable[[Path], object], words: str
) -> None:
    path = tmp_path / "password"
    write(path)
    with pytest.raises(ConfigurationError, match=words) as refused:
        read_password(path)
    assert "short" not in str(refused.value)


def test_only_the_first_line_is_the_password(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\nand a remark\n")
    assert read_password(path) == PASSWORD


def test_what_is_no_certificate_is_named(tmp_path: Path) -> None:
    path = tmp_path / "certificate.pem"
    path.write_text("nothing")
    with pytest.raises(ConfigurationError, match="not a PEM certificate"):
        names_in(path)


def test_the_command_says_where_there_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "v3.db").touch()
    result = CliRunner().invoke(review, ["--target", f"sqlite:///{tmp_path}/v3.db"])
    assert isinstance(result.exception, PreflightError)
    assert "no ledger yet" in str(result.exception)


def test_the_command_refuses_a_network_before_it_opens_anything() -> None:
    result = CliRunner().invoke(review, ["--target", "sqlite:///missing.db", "--host", EVERYWHERE])
    assert isinstance(result.exception, ConfigurationError)
    assert "can be reached by others" in str(result.exception)
