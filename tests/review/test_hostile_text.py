"""Whatever members typed is shown harmless: escaped, visible, masked, folded."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from migrate.decisions.decision import Decision
from migrate.review.pages.shown import share, shown_text
from migrate.rulebook.review import load_review_rules
from migrate.schema import ledger, v2
from tests.ledgers import put
from tests.recording import record_decision
from tests.review.browsing import application, enter

LIMITS = load_review_rules().texts
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x="',
    "htmx": '<img src=x hx-get="/undo" hx-trigger="load" onerror=alert(1)>',
    "template": "{{ 7 * 7 }}{% raw %}",
    "formula": '=HYPERLINK("http://evil.example")',
    "bidi": "abc\u202edef\u2066ghi\u200f",
    "controls": "a\x01b\x1bc\x7f",
    "megabyte": "1 day " + "x" * 1_000_000,
    "many words": "word " * 200_000,
    "address": "ask jo.bloggs@example.org or +44 1632 960123",
    "surrogate": "half \\ud800",
}
FORBIDDEN = (
    "<script>alert",
    "<img src=x",
    'onmouseover="alert',
    "\u202e",
    "\u2066",
    "\x1b",
    "jo.bloggs@",
    "960123",
)


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_no_text_brings_markup_of_its_own(text: str) -> None:
    shown = str(shown_text(text, "training", "duration", LIMITS))
    tags = set(re.findall(r"<(/?\w+)", shown))
    assert tags <= {"bdi", "/bdi", "span", "/span", "details", "/details", "summary", "/summary"}
    assert "\u202e" not in shown


def test_a_long_text_is_folded_and_cut() -> None:
    shown = str(shown_text("word " * 200_000, "training", "duration", LIMITS))
    assert "<details>" in shown
    assert "1,000,000 characters" in shown
    assert len(shown) < 25_000


def test_a_cut_text_ends_before_half_an_address() -> None:
    start = "x" * 380 + " jo.bloggs@exampl"
    assert "jo.bloggs" not in shown_text(start, "training", "duration", LIMITS, length=500)


@pytest.mark.parametrize(
    ("part", "words"),
    [(0, "0 %"), (0.5, "50.0 %"), (0.0495, "5.0 %"), (0.00004, "0.004 %"), (1, "100.0 %")],
)
def test_a_share_that_is_not_nothing_never_reads_nothing(part: float, words: str) -> None:
    assert share(part) == words


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_in_every_column_is_harmless_on_every_page(sqlite_ledger: Engine, kind: str) -> None:
    raw = HOSTILE[kind]
    key = raw[:200] if kind != "address" else "1"  # an address carries what it asks for
    columns = [(table.name, column.name) for table in v2.metadata.sorted_tables for column in table.columns]
    with sqlite_ledger.begin() as connection:
        for number, (table, column) in enumerate(columns):
            said = {
                "code": "no-unit",
                "severity": "warning",
                "cohort": key,
                "message": raw,
                "candidates": None,
            }
            row = {
                "v2_table": table,
                "v2_column": column,
                "v2_id": str(5000 + number),
                "member_id": key,
            }
            put(
                connection,
                ledger.anomalies,
                {**said, **row, "raw_value": raw, "loaded_value": raw},
                run_id="r",
            )
        text = Decision(
            "text", "training", "duration", "set", raw_value=raw, value="3", reviewer=raw[:200], note=raw
        )
        record_decision(connection, text)
    app, sessions = application(sqlite_ledger)
    with enter(app, sessions, name="Kim") as reviewer:
        listing = reviewer.get("/?state=all&search=&sort=members").text
        group = re.findall(r'href="(/group/\w+)"', listing)
        pages = ["/?state=all", "/history", "/alike", "/sample", "/apply", *group[:4]]
        pages += [
            f"/row/{table}/{5000 + number}" for number, (table, _) in enumerate(columns) if number % 9 == 0
        ]
        for page in pages:
            answer = reviewer.get(page)
            assert answer.status_code == 200, page
            assert len(answer.content) < 2_000_000, page
            found = [each for each in FORBIDDEN if each in answer.text]
            assert not found, page


def test_a_nul_byte_that_only_sqlite_can_keep_is_shown_and_decided(sqlite_ledger: Engine) -> None:
    with sqlite_ledger.begin() as connection:
        row = {"v2_id": "6000", "raw_value": "4\x00 hrs", "code": "no-unit", "severity": "warning"}
        put(connection, ledger.anomalies, row, v2_table="training", v2_column="duration", run_id="r")
    app, sessions = application(sqlite_ledger)
    with enter(app, sessions, name="Kim") as reviewer:
        page = reviewer.get("/row/training/6000")
        assert "‹U+0000›" in page.text
        assert "\x00" not in reviewer.get("/?state=all").text
