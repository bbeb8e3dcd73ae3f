"""All open texts of one kind in one column: agreed to in one step, told before, taken back at once."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from migrate.decisions.decision import Decision
from migrate.review.deciding import Deciding
from migrate.review.impact import impact_of
from migrate.review.ledger_view import LedgerView
from migrate.review.together import find_together, offer_of, reach_of, texts_of
from migrate.review.worklist import Question, answer
from migrate.rulebook.anomalies import load_catalogue
from migrate.rulebook.review import load_review_rules
from migrate.schema import ledger
from tests.ledgers import put
from tests.review.browsing import Reviewer, decisions_in, group_of, snapshot_of

PLACE = {"v2_table": "training", "run_id": "r2"}
DURATION = PLACE | {"v2_column": "duration"}


def question(code: str, **others: str) -> Question:
    """Return what the list asks when a kind, and perhaps more, is chosen."""
    return Question({facet: (value,) for facet, value in {"code": code, **others}.items()})


def add(engine: Engine, *anomalies: dict[str, str]) -> None:
    with engine.begin() as connection:
        put(connection, ledger.anomalies, *anomalies)


@pytest.fixture
def days(ledger_engine: Engine) -> Engine:
    """The sample ledger with three more texts of `assumed-day`, once on each engine.

    `5 days` of another row has no room between its dates.
    """
    said = DURATION | {"code": "assumed-day", "severity": "info", "cohort": "2024-B"}
    texts = [("3 days", "21.00"), ("5 days", "35.00"), ("5 days", "35.00"), ("4 days", "28.00")]
    rows = [
        said | {"v2_id": str(900 + number), "member_id": "7", "raw_value": text, "loaded_value": hours}
        for number, (text, hours) in enumerate(texts)
    ]
    beside = rows[1] | {"v2_id": "950", "code": "exceeds-dates", "severity": "warning"}
    add(ledger_engine, *rows, beside)
    return ledger_engine


@pytest.fixture
def deciding(days: Engine) -> Deciding:
    return Deciding(days, LedgerView(days, load_review_rules(), load_catalogue()), Decimal(2000))


def open_texts(engine: Engine, code: str) -> set[str | None]:
    snapshot = snapshot_of(engine)
    page = answer(question(code), snapshot.groups, snapshot.decided.decided, size=99)
    return {listed.group.key.text for listed in page.listed}


def token_of(engine: Engine, code: str) -> str:
    together = find_together(snapshot_of(engine), question(code))
    assert together
    return together.token


def test_it_tells_texts_rows_members_and_values_of_what_is_decided(days: Engine) -> None:
    snapshot = snapshot_of(days)
    together = find_together(snapshot, question("assumed-day"))
    assert together
    assert together.action == "accept"
    assert [group.key.text for group in together.left_out] == ["5 days"]
    with days.connect() as connection:
        texts = texts_of(connection, snapshot, together.groups)
        assert sorted(texts) == ["2 Days", "2 days", "3 days", "4 days"]
        reach = reach_of(connection, snapshot, together.groups)
    assert (reach.rows, reach.members, reach.other_loaded) == (70, 30, 0)
    assert set(reach.loaded) == {("14.00", 68), ("21.00", 1), ("28.00", 1)}


def test_it_is_one_step_in_the_history_and_one_undo(reviewer: Reviewer, sqlite_ledger: Engine) -> None:
    address = "/together?code=not-understood"
    asked = reviewer.get(address).text
    assert "Leave blank: all of this kind?" in asked
    assert "<strong>5 rows of" in asked
    found = re.search(r'name="seen" value="([^"]+)"', asked)
    assert found
    saved = reviewer.post(address, {"seen": found[1], "note": "none of them is a length"})
    assert "Saved: leave blank, for 2 spellings of training.duration." in saved.text
    assert "0 groups, 0 rows" in saved.text
    assert {(each.action, each.note) for each in decisions_in(sqlite_ledger)} == {
        ("leave-blank", "none of them is a length")
    }
    entries = re.findall(r'name="entry" value="([0-9]+)"', reviewer.get("/history").text)
    assert len(set(entries)) == 1
    undone = reviewer.post("/undo", {"entry": entries[0], "on": "/?code=not-understood"})
    assert "for 2 spellings. The history keeps both." in undone.text
    assert "2 groups, 5 rows" in undone.text


def test_a_text_that_is_decided_already_keeps_that(deciding: Deciding, days: Engine) -> None:
    own = Decision("text", "training", "duration", "set", raw_value="2 Days", value="10", reviewer="Lee")
    deciding.save([own])
    deciding.on_list(question("assumed-day"), token_of(days, "assumed-day"), None, "Kim")
    assert {each.raw_value: each.action for each in decisions_in(days)} == {
        "2 Days": "set",
        "2 days": "accept",
        "3 days": "accept",
        "4 days": "accept",
    }
    assert open_texts(days, "assumed-day") == {"5 days"}


def test_where_the_texts_have_changed_nothing_is_saved(deciding: Deciding, days: Engine) -> None:
    seen = token_of(days, "assumed-day")
    other = Decision("text", "training", "duration", "set", raw_value="3 days", value="10", reviewer="Lee")
    deciding.save([other])
    assert deciding.on_list(question("assumed-day"), seen, None, "Kim") is None
    assert len(decisions_in(days)) == 1


def test_who_saves_what_another_has_decided_meanwhile_is_asked_again_with_the_note(
    reviewer: Reviewer,
) -> None:
    answer_ = reviewer.post("/together?code=not-understood", {"seen": "old", "note": "kept words"})
    assert answer_.status_code == 409
    assert "have changed since you looked" in answer_.text
    assert 'value="kept words"' in answer_.text


def test_where_nothing_is_left_to_decide_the_page_says_so(reviewer: Reviewer) -> None:
    gone = reviewer.get("/together?code=nothing-of-that-kind")
    assert gone.status_code == 404
    assert "No open text is left here" in gone.text
    assert "Nothing was saved" not in gone.text


WAYS = [  # what is chosen, what is missing for one step
    ({}, "kind"),
    ({"code": ("assumed-day", "no-unit")}, "kind"),
    ({"code": ("assumed-day",)}, "offered"),
    ({"code": ("date-not-understood",)}, "column"),
    ({"code": ("date-not-understood",), "column": ("training.end_date",)}, "offered"),
    ({"code": ("exceeds-dates",)}, "rows"),
    ({"code": ("no-unit",)}, None),  # one text: its own buttons do
]


@pytest.mark.parametrize(("chosen", "way"), WAYS)
def test_only_texts_of_one_kind_in_one_column_are_decided_in_one_step(
    sqlite_ledger: Engine, chosen: dict[str, tuple[str, ...]], way: str | None
) -> None:
    texts = [("n/a", "start_date"), ("n/a", "end_date"), ("?", "end_date"), ("1 day", "duration")]
    dates = PLACE | {"code": "date-not-understood", "severity": "warning"}
    over = DURATION | {"code": "exceeds-dates", "severity": "warning"}
    days_ = DURATION | {"code": "assumed-day", "severity": "info"}
    kinds = [dates, dates, dates, days_]
    rows = [
        kind | {"v2_id": str(900 + number), "raw_value": text, "v2_column": column}
        for number, ((text, column), kind) in enumerate(zip(texts, kinds, strict=True))
    ]
    add(sqlite_ledger, *rows, *(over | {"v2_id": text, "raw_value": text} for text in ("40 h", "50 h")))
    snapshot = snapshot_of(sqlite_ledger)
    asked = Question(chosen)
    page = answer(asked, snapshot.groups, snapshot.decided.decided, size=25)
    assert offer_of(snapshot, asked, page) == way
    assert (find_together(snapshot, asked) is not None) == (way == "offered")


def test_a_row_that_is_reported_twice_of_one_value_counts_once_and_the_other_report_is_told(
    days: Engine, reviewer: Reviewer, sqlite_ledger: Engine
) -> None:
    year = PLACE | {"v2_column": "end_date", "v2_id": "970", "member_id": "7", "raw_value": "1995"}
    twice = [
        year | {"code": "date-precision", "severity": "info", "loaded_value": "1995-01-01"},
        year | {"code": "dates-reversed", "severity": "warning", "loaded_value": "1995-01-01"},
    ]
    for engine in (days, sqlite_ledger):
        add(engine, *twice)
    snapshot = snapshot_of(days)
    with days.connect() as connection:
        impact = impact_of(connection, snapshot, group_of(snapshot, "1995", "date-precision"))
    assert (impact.rows, impact.members, impact.loaded) == (1, 1, [("1995-01-01", 1)])
    offered = reviewer.offered("1995&code=date-precision")
    asked = reviewer.client.get("/confirm", params={"group": offered, "action": "accept"}).text
    assert "1 row with it is also reported as “An end before its start”" in asked
    by_row = reviewer.offered("1995&code=dates-reversed")
    asked = reviewer.client.get("/confirm", params={"group": by_row, "action": "accept"}).text
    assert "is also reported" not in asked
