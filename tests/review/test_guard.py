"""What must not get in gets 403 or 404, and changes nothing."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from migrate.review.server.app import CHANGES, PAGES
from migrate.review.server.guard import SAFE_HEADERS
from migrate.review.sessions import Sessions
from tests.review.browsing import BASE, Reviewer, application, decisions_in, enter

GROUP = "0123456789abcdef"
FILLED = {"name": GROUP, "table": "training", "v2_id": "1"}


def filled(path: str) -> str:
    """Return a path with its parameters filled in."""
    return re.sub(r"\{(\w+)\}", lambda found: FILLED[found[1]], path)


@pytest.fixture
def site(sqlite_ledger: Engine) -> tuple[Starlette, Sessions]:
    """The application over the sample ledger."""
    return application(sqlite_ledger)


@pytest.fixture
def stranger(site: tuple[Starlette, Sessions]) -> Iterator[TestClient]:
    """A browser without a session."""
    with TestClient(site[0], base_url=BASE, follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("path", [filled(path) for path in PAGES if path not in {"/enter", "/login"}])
def test_without_the_link_no_page_is_shown(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 403
    assert "duration" not in answer.text


@pytest.mark.parametrize("path", [filled(path) for path in CHANGES])
def test_without_a_session_nothing_is_changed(stranger: TestClient, path: str) -> None:
    answer = stranger.post(path, data={"reviewer": "Mallory"})
    assert answer.status_code == 403
    assert answer.text == (
        "Your session is over, and nothing was saved. "
        "Open the newest link that `career-migrate review` printed; each works once."
    )


@pytest.mark.parametrize("token", ["", "wrong", "é" * 40, "a" * 43])
def test_a_wrong_token_gets_nobody_in(stranger: TestClient, token: str) -> None:
    answer = stranger.get("/enter", params={"token": token})
    assert answer.status_code == 403
    assert not answer.cookies


def test_a_link_works_once(site: tuple[Starlette, Sessions], capsys: pytest.CaptureFixture[str]) -> None:
    app, sessions = site
    link = f"/enter?token={sessions.new_link()}"
    with TestClient(app, base_url=BASE) as one, TestClient(app, base_url=BASE) as other:
        assert one.get(link).status_code == 200
        assert other.get(link).status_code == 403
        assert one.get(link).status_code == 200, "who is in already is led to the groups"
        fresh = re.search(r"/enter\?token=\S+", capsys.readouterr().err)
        assert fresh
        assert other.get(fresh[0]).status_code == 200


def test_the_cookie_is_for_this_site_and_not_for_scripts(
    site: tuple[Starlette, Sessions], stranger: TestClient
) -> None:
    cookie = stranger.get(f"/enter?token={site[1].new_link()}").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))


HOSTS = [
    "evil.example",
    "127.0.0.1",
    "127.0.0.1:8001",
    "127.0.0.1:8000.evil.example",
    "",
    "127.0.0.1:8000@evil.example",
]


@pytest.mark.parametrize("host", HOSTS)
def test_a_foreign_host_is_refused_even_with_the_cookie(reviewer: Reviewer, host: str) -> None:
    assert reviewer.get("/", host=host).status_code == 403


FOREIGN = [  # headers that a browser sends from another site
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:8001"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_post_from_another_site_changes_nothing(
    reviewer: Reviewer, sqlite_ledger: Engine, headers: dict[str, str]
) -> None:
    fields = {"group": reviewer.offered("2 days"), "action": "accept"}
    assert reviewer.post("/decide", fields, **headers).status_code == 403
    assert decisions_in(sqlite_ledger) == []


@pytest.mark.parametrize("path", [filled(path) for path in CHANGES])
@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_a_form_without_our_token_changes_nothing(
    reviewer: Reviewer, sqlite_ledger: Engine, path: str, token: str
) -> None:
    fields = {
        "group": reviewer.offered("2 days"),
        "action": "accept",
        "form_token": token,
        "reviewer": "Mallory",
    }
    assert reviewer.client.post(path, data=fields).status_code == 403
    assert decisions_in(sqlite_ledger) == []
    assert "Mallory" not in reviewer.get("/who").text


def test_one_sessions_form_token_is_no_use_in_another(
    site: tuple[Starlette, Sessions], reviewer: Reviewer
) -> None:
    with enter(*site, name="Lee") as other:
        fields = {"form_token": other.form_token, "reviewer": "Mallory"}
        assert reviewer.client.post("/who", data=fields).status_code == 403


TRAVERSALS = [
    "/static/../base.html", "/static/%2e%2e/base.html", "/static/..%2f..%2f..%2fpyproject.toml",
    "/static/....//base.html", "/static//etc/passwd", "/static/%2fetc%2fpasswd", "/static/..\\base.html",
    "/../../etc/passwd", "/group/../../etc/passwd", "/row/..%2f..%2f/1", "/row/members;drop/1", "/static/",
]  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out_of_the_pages(reviewer: Reviewer, path: str) -> None:
    answer = reviewer.get(path)
    assert answer.status_code == 404
    assert "{%" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_get_and_post_are_answered(reviewer: Reviewer, method: str) -> None:
    assert reviewer.client.request(method, "/").status_code == 405


@pytest.mark.parametrize("path", ["/", "/history", "/static/review.js", "/nowhere", "/enter?token=x"])
def test_every_answer_forbids_what_the_page_does_not_need(reviewer: Reviewer, path: str) -> None:
    headers = reviewer.get(path).headers
    assert {name: headers.get(name) for name in SAFE_HEADERS} == SAFE_HEADERS
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize(("length", "status"), [("1000001", 413), ("many", 413)])
def test_a_form_beyond_reason_is_refused(reviewer: Reviewer, length: str, status: int) -> None:
    assert (
        reviewer.client.post("/who", content=b"x", headers={"content-length": length}).status_code == status
    )


def test_the_way_on_leads_to_our_own_pages_only(reviewer: Reviewer) -> None:
    for wanted in (
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\n/x",
    ):
        fields = {"form_token": reviewer.form_token, "reviewer": "Kim", "on": wanted}
        answer = reviewer.client.post("/who", data=fields, follow_redirects=False)
        assert answer.headers["location"] == "/"


def test_every_changing_address_asks_for_the_form_token(site: tuple[Starlette, Sessions]) -> None:
    posts = {
        route.path for route in site[0].routes if isinstance(route, Route) and "POST" in (route.methods or ())
    }
    assert posts == {*CHANGES, "/login"}


def test_the_password_lets_in_and_a_wrong_one_does_not(sqlite_ledger: Engine) -> None:
    app, _ = application(sqlite_ledger, password="correct horse battery")
    with TestClient(app, base_url=BASE) as client:
        assert "Password" in client.get("/").text
        assert client.post("/login", data={"password": "wrong"}).status_code == 403
        assert client.get("/history", follow_redirects=False).status_code == 303
        assert client.post("/login", data={"password": "correct horse battery"}).status_code == 200
        assert client.get("/history", follow_redirects=False).status_code == 200


def test_after_ten_wrong_passwords_even_the_right_one_waits() -> None:
    sessions = Sessions(password="correct horse battery")
    assert [sessions.log_in("wrong") for _ in range(10)] == [None] * 10
    assert sessions.log_in("correct horse battery") is None


def test_a_session_that_idled_for_long_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions()
    name = sessions.enter(sessions.new_link())
    assert name
    session = sessions.find(name)
    assert session
    session.used_at -= 13 * 3600
    assert sessions.find(name) is None
