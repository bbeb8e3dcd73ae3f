"""A reviewer's browser without a browser: requests, cookies and the forms that a page offers."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape

import httpx2 as httpx
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from migrate.decisions.decision import Decision
from migrate.review.groups import Group
from migrate.review.ledger_view import LedgerView, Snapshot
from migrate.review.pages.site import Databases
from migrate.review.server.app import Address, make_app
from migrate.review.sessions import Sessions
from migrate.rulebook.anomalies import load_catalogue
from migrate.rulebook.review import load_review_rules
from tests.recording import decision_history

HOST = "127.0.0.1:8000"
BASE = f"http://{HOST}"
ADDRESS = Address(frozenset({HOST, "localhost:8000"}), 8000)


def application(engine: Engine, *, password: str | None = None) -> tuple[Starlette, Sessions]:
    """Return the application over a ledger, and its sessions."""
    sessions = Sessions(password=password)
    return make_app(engine, Databases(str(engine.url), None), sessions, ADDRESS), sessions


class Reviewer:
    """A browser that has come in."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        return self.client.get(path, headers=headers)

    def post(self, path: str, fields: Mapping[str, str | list[str]], **headers: str) -> httpx.Response:
        """Send a form with the token that the page gave."""
        return self.client.post(path, data={"form_token": self.form_token, **fields}, headers=headers)

    @property
    def form_token(self) -> str:
        """The token in the page's forms."""
        found = re.search(r'name="form_token" value="([^"]+)"', self.get("/who").text)
        assert found
        return found[1]

    def offered(self, text: str, *, state: str = "open") -> str:
        """Return `name~token` of the group with a text, as the list offers it."""
        page = self.get(f"/?state={state}&search={text}").text
        found = re.findall(r'name="group" value="([^"]+)"', page)
        assert found, f"no group with {text!r} is listed"
        return unescape(str(found[0]))

    def decide(self, text: str, action: str = "set", value: str = "3") -> httpx.Response:
        """Look at the list, choose, look at what would change, save."""
        fields = {"group": self.offered(text), "action": action} | (
            {"value": value} if action == "set" else {}
        )
        asked = self.client.get("/confirm", params=fields)
        assert asked.status_code == 200, asked.text
        seen = re.findall(r'name="group" value="([^"]+)"', asked.text)
        return self.post("/decide", {**fields, "group": seen})


@contextmanager
def enter(app: Starlette, sessions: Sessions, *, name: str | None = None) -> Iterator[Reviewer]:
    """Come in by a fresh link and say who one is."""
    with TestClient(app, base_url=BASE) as client:
        assert client.get(f"/enter?token={sessions.new_link()}").status_code == 200
        one = Reviewer(client)
        if name:
            one.post("/who", {"reviewer": name})
        yield one


def snapshot_of(engine: Engine) -> Snapshot:
    """Return the ledger as the pages see it."""
    with engine.connect() as connection:
        return LedgerView(engine, load_review_rules(), load_catalogue()).current(connection)


def group_of(snapshot: Snapshot, text: str | None, code: str | None = None) -> Group:
    """Return the group of a normalised text, or of a code."""
    return next(
        each
        for each in snapshot.groups.groups
        if (code is None or each.key.code == code) and (code is not None or each.key.text == text)
    )


def decisions_in(engine: Engine) -> list[Decision]:
    """Return the ledger's decisions, the oldest first."""
    with engine.connect() as connection:
        return decision_history(connection)
