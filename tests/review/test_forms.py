"""What the pages' forms refuse, and what becomes of one that is loaded again."""

import re
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event
from starlette.testclient import TestClient

from migrate.review.server.app import BACK, CHANGES, PAGES
from tests.review.browsing import BASE, Reviewer, application, decisions_in, enter

WRONG = [
    ({"action": "set", "value": "3"}, 400, "Choose at least one text."),
    ({"action": "burn", "group": "x~y"}, 400, "Choose what to decide."),
    ({"action": "withdraw", "group": "x~y"}, 400, "Choose what to decide."),
    ({"action": "accept", "group": [f"{n}~0" for n in range(300)]}, 400, "At most 200"),
]


@pytest.mark.parametrize(("fields", "status", "words"), WRONG)
def test_a_form_that_says_nonsense_is_told_so(
    reviewer: Reviewer, fields: dict[str, str | list[str]], status: int, words: str
) -> None:
    answer = reviewer.post("/decide", fields)
    assert answer.status_code == status
    assert words in answer.text


def test_a_value_of_the_wrong_kind_is_refused_before_and_at_saving(
    reviewer: Reviewer, sqlite_ledger: Engine
) -> None:
    fields = {"group": reviewer.offered("3"), "action": "set", "value": "three"}
    asked = reviewer.client.get("/confirm", params=fields)
    assert asked.status_code == 400
    assert "must be hours from 0 to 2000" in asked.text
    assert ">Save<" not in asked.text
    assert "will change" not in asked.text
    in_panel = {"hx-request": "true", "hx-target": "panel"}
    panel = reviewer.client.get("/confirm", params=fields, headers=in_panel).text
    assert re.search(r"<button [^>]*data-close [^>]*data-focus>Close<", panel)
    assert reviewer.post("/decide", fields).status_code == 400
    assert decisions_in(sqlite_ledger) == []


def test_a_decision_that_finds_no_room_is_told_so_and_is_not_saved(sqlite_ledger: Engine) -> None:
    @event.listens_for(sqlite_ledger, "connect")
    def _let_it_not_grow(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes as many as there are

    note = "😀" * 500  # the longest, in each of two spellings
    app, sessions = application(sqlite_ledger)
    with enter(app, sessions, name="Kim Reviewer") as one:
        group = one.offered("2 days")
        answer = one.post("/decide", {"group": group, "action": "set", "value": "3", "note": note})
    assert answer.status_code == 503
    assert "Its disk is full. Nothing was saved: have room made on it, and do it again." in answer.text
    assert decisions_in(sqlite_ledger) == []


@pytest.mark.parametrize("driver", ["postgresql+psycopg", "mariadb+pymysql"])
def test_a_database_whose_server_is_down_is_told_in_words(driver: str) -> None:
    """Each page looks first whether its connection still stands, and then makes another."""
    app, sessions = application(create_engine(f"{driver}://kim@127.0.0.1:1/v3"))  # nobody listens there
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        answer = client.get(f"/enter?token={sessions.new_link()}")
    assert answer.status_code == 503
    assert "No connection could be made." in answer.text


RELOADED = [  # what a browser opens that comes back to the answer of a form, or loads it again
    ("/decide", "/"),
    ("/row/training/5/decide", "/row/training/5"),
    ("/row/training/a%3Fc/decide", "/row/training/a%3Fc"),
    ("/undo", "/history"),
    ("/draw", "/sample"),
    ("/plan", "/apply"),
    ("/keys", "/"),
]


@pytest.mark.parametrize(("sent", "page"), RELOADED)
def test_a_form_that_is_loaded_again_leads_to_its_page_and_saves_nothing(
    reviewer: Reviewer, sqlite_ledger: Engine, sent: str, page: str
) -> None:
    answer = reviewer.client.get(sent, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) == (303, page)
    assert decisions_in(sqlite_ledger) == []


def test_every_form_can_be_loaded_again() -> None:
    assert set(CHANGES) <= set(PAGES) | set(BACK)
