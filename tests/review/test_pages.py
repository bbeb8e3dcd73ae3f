"""The reviewer's way through the pages, over HTTP."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import Connection, Engine, delete, update

from migrate.decisions.decision import Decision
from migrate.decisions.record import append_decisions
from migrate.review.pages.apply import command_line, run_plan
from migrate.review.pages.site import Databases
from migrate.rulebook import rules_version
from migrate.schema import ledger
from tests.ledgers import put
from tests.review.browsing import Reviewer, application, decisions_in, enter


def test_the_list_opens_with_what_harms_most(reviewer: Reviewer) -> None:
    page = reviewer.get("/").text
    assert "161 rows" in page
    first = re.findall(r'<bdi class="raw">([^<]+)', page)[0]
    assert first == "3"


FACETS = [
    ("code=no-unit", "1 group, 31 rows"),
    ("severity=error", "1 group, 2 rows"),
    ("cohort=2024-B&code=no-unit", "1 group, 11 rows"),
    ("column=schemes.coordinator_email", "1 group, 1 row"),
    ("code=no-unit&code=ambiguous", "2 groups, 48 rows"),
    ("search=EVENINGS", "1 group, 9 rows"),
    ("state=decided", "0 groups, 0 rows"),
    ("code=unheard-of", "0 groups, 0 rows"),
    ("sort=nonsense&state=nonsense&after=x", "161 rows"),
]


@pytest.mark.parametrize(("query", "words"), FACETS)
def test_facets_and_search_narrow_the_list(reviewer: Reviewer, query: str, words: str) -> None:
    assert words in reviewer.get(f"/?{query}").text


def test_nothing_is_said_of_a_value_where_a_whole_row_is_meant(reviewer: Reviewer) -> None:
    listed = reviewer.get("/?code=orphan").text
    name, offered = re.findall(r'name="group" value="(([0-9a-f]+)~[^"]+)"', listed)[0][::-1]
    asked = f"/confirm?group={offered}&action=accept&on=/"
    pages = [listed, reviewer.get(f"/group/{name}").text, reviewer.get(asked).text]
    assert ["about the whole row" in page for page in pages] == [True] * 3
    assert ["v3 got" in page or "stays</strong>" in page for page in pages] == [False] * 3
    assert "v3 got" in reviewer.get("/?code=no-unit").text


def test_who_has_no_name_is_asked_before_deciding(sqlite_ledger: Engine) -> None:
    app, sessions = application(sqlite_ledger)
    with enter(app, sessions) as nobody:
        fields = {"group": nobody.offered("2 days"), "action": "accept"}
        assert "Who decides?" in nobody.client.get("/confirm", params=fields).text
        assert nobody.post("/decide", fields).status_code == 403
    assert decisions_in(sqlite_ledger) == []


@pytest.mark.parametrize("typed", ["Zoë\u200d Lee", " Zoë\tLee\u200b", "Zoë Lee\u2066\x07"])
def test_a_name_is_taken_without_what_cannot_be_seen_in_it(sqlite_ledger: Engine, typed: str) -> None:
    app, sessions = application(sqlite_ledger)
    with enter(app, sessions) as somebody:
        assert somebody.post("/who", {"reviewer": "\u200d \u200b"}).status_code == 400
        assert somebody.post("/who", {"reviewer": typed}).status_code in {200, 303}
        somebody.post("/decide", {"group": somebody.offered("2 days"), "action": "accept"})
    assert {each.reviewer for each in decisions_in(sqlite_ledger)} == {"Zoë Lee"}


def test_a_choice_shows_what_it_changes_before_it_is_saved(reviewer: Reviewer, sqlite_ledger: Engine) -> None:
    fields = {"group": reviewer.offered("2 days"), "action": "set", "value": "15"}
    page = reviewer.client.get("/confirm", params=fields).text
    assert "68 rows of 30 members" in page
    assert "Set 15 h?" in page
    assert decisions_in(sqlite_ledger) == []


def test_deciding_and_undoing_are_said_on_the_page_and_stand_in_the_history(reviewer: Reviewer) -> None:
    saved = reviewer.decide("2 days", value="15").text
    assert "Saved: set 15 h, for 2 spellings of training.duration." in saved
    assert "93 rows" in saved
    entry = re.search(r'name="entry" value="(\d+)"', saved)
    assert entry
    undone = reviewer.post("/undo", {"entry": entry[1]}).text
    assert "Undone: withdrawn: the rules decide, for 2 spellings." in unescape(undone)
    history = reviewer.get("/history").text
    assert history.count('class="entry"') == 2
    assert "decided again since" in history
    assert "Kim Reviewer" in history


def test_a_group_that_grew_while_it_was_looked_at_is_asked_again(
    reviewer: Reviewer, sqlite_ledger: Engine
) -> None:
    fields = {"group": reviewer.offered("3"), "action": "set", "value": "3"}
    with sqlite_ledger.begin() as connection:
        row = {"v2_id": "900", "raw_value": "3", "code": "no-unit", "severity": "warning"}
        put(connection, ledger.anomalies, row, v2_table="training", v2_column="duration", run_id="r2")
    answer = reviewer.post("/decide", fields)
    assert answer.status_code == 409
    assert "it had 31 rows and has 32 rows now" in answer.text
    assert decisions_in(sqlite_ledger) == []
    again = re.findall(r'name="group" value="([^"]+)"', answer.text)
    assert reviewer.post("/decide", {**fields, "group": again}).status_code == 200
    assert len(decisions_in(sqlite_ledger)) == 1


def test_two_reviewers_who_differ_are_told(sqlite_ledger: Engine) -> None:
    app, sessions = application(sqlite_ledger)
    with enter(app, sessions, name="Kim") as kim, enter(app, sessions, name="Lee") as lee:
        seen = lee.offered("3")
        kim.decide("3", value="3")
        answer = lee.post("/decide", {"group": seen, "action": "set", "value": "21"})
        assert answer.status_code == 409
        assert "set 3 h" in answer.text
        assert "by <bdi>Kim</bdi>" in answer.text
        again = re.findall(r'name="group" value="([^"]+)"', answer.text)
        lee.post("/decide", {"group": again, "action": "set", "value": "21"})
    assert [(each.reviewer, each.value) for each in decisions_in(sqlite_ledger)] == [
        ("Kim", "3"),
        ("Lee", "21"),
    ]


def test_two_who_save_at_the_same_moment_are_told_that_it_was_the_same_text(
    reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def append_after_lee(connection: Connection, decisions: list[Decision]) -> None:
        earlier = decisions[0].decided_at
        assert earlier
        others = replace(decisions[0], reviewer="Lee", value="21", decided_at=earlier - timedelta(seconds=1))
        append_decisions(connection, [others, *decisions])

    monkeypatch.setattr("migrate.decisions.record.append_decisions", append_after_lee)
    assert "Lee decided the same text at the same moment: set 21 h." in reviewer.decide("3").text


def test_of_several_texts_that_are_saved_those_that_a_run_has_settled_meanwhile_are_told(
    reviewer: Reviewer, sqlite_ledger: Engine
) -> None:
    groups = [reviewer.offered("3"), reviewer.offered("2 days")]
    with sqlite_ledger.begin() as connection:
        connection.execute(delete(ledger.anomalies).where(ledger.anomalies.c.raw_value == "3"))
        connection.execute(update(ledger.runs).values(finished_at=datetime(2030, 1, 1)))  # noqa: DTZ001
    said = reviewer.post("/decide", {"group": groups, "action": "accept"}).text
    assert "Saved: accept as loaded, for 2 spellings of training.duration." in said
    assert "Nothing was saved for 1 group: a run has left no anomaly there." in said


WHAT_BECOMES = [  # what v3 has of a text, the choice, what is said of its row
    (None, "leave-blank", "stay as they are and are no longer open", "<strong>stays"),
    ("14.00", "leave-blank", "will change with the next run", "<strong>blank"),
    ("14.00", "accept", "stay as they are and are no longer open", "<strong>stays"),
]


@pytest.mark.parametrize(("loaded", "action", "words", "line"), WHAT_BECOMES)
def test_a_choice_that_v3_has_already_is_not_said_to_change_anything(
    reviewer: Reviewer, sqlite_ledger: Engine, loaded: str | None, action: str, words: str, line: str
) -> None:
    place = {"v2_table": "training", "v2_column": "duration", "run_id": "r", "raw_value": "a go"}
    row = {"v2_id": "960", "code": "not-understood", "severity": "warning", "loaded_value": loaded}
    with sqlite_ledger.begin() as connection:
        put(connection, ledger.anomalies, row, **place)
    asked = reviewer.client.get("/confirm", params={"group": reviewer.offered("a go"), "action": action})
    assert words in asked.text
    assert line in asked.text


def test_rows_decided_on_their_own_are_said_to_keep_that_before_a_choice_is_saved(
    reviewer: Reviewer, sqlite_ledger: Engine
) -> None:
    reviewer.post("/row/training/5/decide", _row_verdict(reviewer, "5", value="12.5"))
    said = reviewer.client.get("/confirm", params={"group": reviewer.offered("2 days"), "action": "accept"})
    assert "no longer open, but for 1 row decided one by one, which keeps that." in said.text


def test_a_group_whose_rows_are_all_decided_on_their_own_offers_nothing_to_save(
    reviewer: Reviewer, sqlite_ledger: Engine
) -> None:
    place = {"v2_table": "training", "v2_column": "duration", "run_id": "r", "raw_value": "40 hours"}
    said = {"code": "exceeds-dates", "severity": "warning", "loaded_value": "40.00"}
    with sqlite_ledger.begin() as connection:
        put(connection, ledger.anomalies, *({**said, "v2_id": v2_id} for v2_id in ("960", "961")), **place)
    fields = {"group": reviewer.offered("40 hours"), "action": "leave-blank"}
    asked = reviewer.client.get("/confirm", params=fields).text
    assert "<strong>2 rows of 0 members</strong> will change" in asked
    assert '<bdi class="raw">40 hours</bdi>' in asked
    assert "for 2 rows" in reviewer.post("/decide", fields).text
    late = reviewer.post("/decide", fields)
    assert (late.status_code, "Save to overrule it" in late.text) == (409, False)
    again = {**fields, "group": reviewer.offered("40 hours", state="decided")}
    nothing = reviewer.client.get("/confirm", params=again)
    assert nothing.status_code == 400
    assert "Every row here has been decided on its own." in nothing.text
    assert not re.search(r"will change|>Save<", nothing.text)


def test_texts_that_are_alike_are_decided_together(reviewer: Reviewer, sqlite_ledger: Engine) -> None:
    with sqlite_ledger.begin() as connection:
        row = {"v2_id": "900", "raw_value": "ten evnings", "code": "not-understood", "severity": "warning"}
        put(connection, ledger.anomalies, row, v2_table="training", v2_column="duration", run_id="r")
    page = reviewer.get("/alike").text
    assert "1 cluster of texts" in page
    groups = [unescape(each) for each in re.findall(r'name="group" value="([^"]+)"', page)]
    reviewer.post("/decide", {"group": groups, "action": "set", "value": "20"})
    assert {each.raw_value for each in decisions_in(sqlite_ledger)} == {"10 evenings", "ten evnings"}


def test_what_is_about_a_row_is_not_offered_among_texts_that_are_alike(
    reviewer: Reviewer, sqlite_ledger: Engine
) -> None:
    """Its rows are decided one by one: saved together with texts, one click would not undo both."""
    place = {"v2_table": "training", "v2_column": "duration", "run_id": "r", "severity": "warning"}
    row = {"v2_id": "960", "raw_value": "ten evnings", "code": "exceeds-dates"}
    with sqlite_ledger.begin() as connection:
        put(connection, ledger.anomalies, row, **place)
    assert "0 clusters of texts" in reviewer.get("/alike").text


def test_what_is_alike_and_of_another_kind_is_told_apart(reviewer: Reviewer, sqlite_ledger: Engine) -> None:
    """One text of two kinds is two groups: without their kinds they would be one link twice."""
    place = {"v2_table": "training", "v2_column": "duration", "run_id": "r", "severity": "warning"}
    rows = [
        {"v2_id": "970", "raw_value": "ten evenings", "code": "assumed-day"},
        {"v2_id": "971", "raw_value": "ten evnings", "code": "assumed-day"},
        {"v2_id": "972", "raw_value": "ten evnings", "code": "exceeds-dates"},
    ]
    with sqlite_ledger.begin() as connection:
        for row in rows:
            put(connection, ledger.anomalies, row, **place)
    listed = reviewer.get("/?search=ten+evenings&code=assumed-day").text
    name = re.findall(r'href="/group/([0-9a-f]+)"', listed)[0]
    alike = reviewer.get(f"/group/{name}").text.split("Texts that are alike</h2>")[1].split("</ul>")[0]
    links = re.findall(r"<li>.*?ten evnings.*?</li>", alike, re.DOTALL)
    assert len(links) == 2
    assert sum("More hours than the dates have room for" in link for link in links) == 1
    assert "A day at the policy" not in alike, "its own kind is the page's heading"


def test_a_row_is_decided_with_the_text_that_was_seen(reviewer: Reviewer, sqlite_ledger: Engine) -> None:
    fields = _row_verdict(reviewer, "5", value="12.5")
    assert reviewer.post("/row/training/5/decide", fields).status_code == 200
    (decision,) = decisions_in(sqlite_ledger)
    assert (decision.scope, decision.v2_id, decision.raw_value, decision.value) == (
        "row",
        "5",
        "2 days",
        "12.5",
    )
    assert reviewer.post("/row/training/5/decide", fields).status_code == 409, (
        "seen is not the newest any more"
    )


def test_the_sample_takes_verdicts_and_states_its_bound(reviewer: Reviewer, sqlite_ledger: Engine) -> None:
    page = reviewer.get("/sample").text
    assert "80 rows in 2 groups have a value that nobody looked at" in page
    forms = re.findall(r'action="(/row/training/\d+/decide)">\s*.*?name="anomaly" value="(\d+)"', page, re.S)
    for path, anomaly in dict(forms).items():
        fields = {"anomaly": anomaly, "seen": "0", "action": "accept", "round": "1"}
        assert reviewer.post(path, fields).status_code == 200
    assert len({each.v2_id for each in decisions_in(sqlite_ledger)}) == 20
    page = reviewer.get("/sample").text
    assert "20 were drawn at random" in page
    assert "at most <strong>13.9 %</strong>" in page


@pytest.mark.parametrize("asked", ["0", "-1", "3", "NaN", "00000019", "1" * 19, "0000001" + "9" * 5000])
def test_a_round_of_samples_that_is_none_is_the_latest(reviewer: Reviewer, asked: str) -> None:
    page = reviewer.get(f"/sample?round={asked}")
    assert page.status_code == 200
    assert "Round 1." in page.text


SAMPLED = [  # column, what v3 has, what a verdict may be, what may be typed
    ("is_current", "false", ["set true", "accept"], None),
    ("end_date", "2010-03-01", ["accept", "leave-blank"], "Date"),
    ("duration", "21.00", ["accept", "leave-blank"], "Hours, for example 7.5"),
]


@pytest.mark.parametrize(("column", "loaded", "verdicts", "typed"), SAMPLED)
def test_a_sampled_value_can_be_put_right_and_is_never_called_wrong_by_keeping_it(
    reviewer: Reviewer,
    sqlite_ledger: Engine,
    column: str,
    loaded: str,
    verdicts: list[str],
    typed: str | None,
) -> None:
    said = {"v2_table": "employment" if column == "is_current" else "training", "v2_column": column}
    with sqlite_ledger.begin() as connection:
        connection.execute(delete(ledger.anomalies))
        row = {"v2_id": "1", "raw_value": "odd", "code": "range", "severity": "warning"}
        put(connection, ledger.anomalies, {**row, "loaded_value": loaded}, run_id="r", **said)
    page = reviewer.get("/sample").text
    card = page[page.index('<article class="group"') :]
    offered = re.findall(
        r'name="action" value="([^"]+)">\s*(?:<input type="hidden" name="value" value="(\w+)">)?', card
    )
    assert [" ".join(filter(None, each)) for each in offered if each != ("set", "")] == verdicts
    assert re.findall(r'aria-label="(Date|Hours[^"]*)"', card) == ([typed] if typed else [])


def test_the_panel_gets_a_fragment_and_a_reader_without_script_the_page(reviewer: Reviewer) -> None:
    fields = {"group": reviewer.offered("3"), "action": "leave-blank"}
    part = reviewer.client.get(
        "/confirm", params=fields, headers={"hx-request": "true", "hx-target": "panel"}
    )
    assert "<html" not in part.text
    assert "Leave blank?" in part.text
    assert "<html" in reviewer.client.get("/confirm", params=fields).text


def test_keys_can_be_turned_off(reviewer: Reviewer) -> None:
    assert 'id="keys-state" value="on"' in reviewer.get("/").text
    assert 'id="keys-state" value="off"' in reviewer.post("/keys", {"keys": "off"}).text


def test_a_decision_that_is_withdrawn_before_a_run_has_read_it_does_not_wait(reviewer: Reviewer) -> None:
    reviewer.decide("2 days")
    newest = reviewer.get("/history").text.partition('action="/undo"')[2]
    entry = re.search(r'name="entry" value="([^"]*)"', newest)
    assert entry
    reviewer.post("/undo", {"entry": entry[1]})
    assert "No decision waits to be applied" in reviewer.get("/apply").text


def test_apply_says_what_waits_and_shows_no_password(reviewer: Reviewer) -> None:
    assert "No decision waits to be applied" in reviewer.get("/apply").text
    reviewer.decide("2 days")
    assert "2 decisions" in reviewer.get("/apply").text
    databases = Databases("postgresql://kim:secret@db/v3", "mariadb://kim:hidden@db/v2")
    command = command_line(databases, ["2024-A", "it's"], None)
    assert "secret" not in command
    assert "hidden" not in command
    assert """--cohort 2024-A --cohort 'it'"'"'s'""" in command


@pytest.mark.parametrize(("last", "warned"), [(rules_version(), False), ("000000000000", True)])
def test_apply_warns_where_the_last_run_went_by_other_rules(
    sqlite_ledger: Engine, reviewer: Reviewer, last: str, warned: bool
) -> None:
    with sqlite_ledger.begin() as connection:
        connection.execute(update(ledger.runs).values(rules_version=last))
    assert ("by other rules" in reviewer.get("/apply").text) is warned


def test_plan_is_asked_only_with_a_source() -> None:
    plan, problem = run_plan(Databases("sqlite:///v3.db", None), [], None)
    assert plan is None
    assert problem == "Start review with --source to let plan look at v2."


@pytest.mark.parametrize(
    "path", ["/group/0123456789abcdef", "/row/training/999999", "/row/nothing/1", "/nowhere"]
)
def test_what_is_not_there_says_so(reviewer: Reviewer, path: str) -> None:
    answer = reviewer.get(path)
    assert answer.status_code == 404
    assert "Not here" in answer.text


def _row_verdict(reviewer: Reviewer, v2_id: str, *, value: str) -> dict[str, str]:
    """Return what the page of an undecided training sends to set its hours."""
    anomaly = re.search(r'name="anomaly" value="(\d+)"', reviewer.get(f"/row/training/{v2_id}").text)
    assert anomaly
    return {"anomaly": anomaly[1], "seen": "0", "action": "set", "value": value}
