"""Opens the page: an application over one ledger that listens, and the link to it."""

import socket
from pathlib import Path
from typing import NamedTuple

from starlette.applications import Starlette

from migrate.databases import open_engine
from migrate.review.pages.site import Databases
from migrate.review.server.app import make_app
from migrate.review.server.serving import Listening, address_of, base_url, open_socket
from migrate.review.sessions import Sessions, link


class OpenedPage(NamedTuple):
    """A page that is ready to be served."""

    app: Starlette
    sock: socket.socket
    url: str
    """Where the first reviewer comes in: a link that works once, or the page that asks for the password."""


def open_page(
    databases: Databases, listening: Listening, *, reviewer: str | None, rules_folder: Path | None
) -> OpenedPage:
    """Open the ledger and take the port.

    Raises MigrationError where there is no such database or the port is not to be had, ConfigurationError for
    wrong rules.
    """
    engine = open_engine(databases.target, must_exist=True)
    sock = open_socket(listening)
    address = address_of(listening, sock)
    base = base_url(listening, address, sock)
    sessions = Sessions(reviewer=reviewer, password=listening.password)
    url = f"{base}/login" if sessions.has_password else link(base, sessions.new_link())
    return OpenedPage(make_app(engine, databases, sessions, address, rules_folder), sock, url)
