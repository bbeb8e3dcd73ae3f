"""What the report says is what the ledger holds, on every engine."""

import json
from collections import Counter
from datetime import datetime

import pytest
from sqlalchemy import Connection, func, select, update

from migrate.decisions.applied import state_of
from migrate.decisions.decision import Decision
from migrate.report.facts import Facts, read_facts
from migrate.report.privacy import WITHHELD, Privacy
from migrate.report.scope import Cohorts
from migrate.report.verdict import judge
from migrate.rulebook.anomalies import load_catalogue
from migrate.schema import ledger
from tests.ledgers import put
from tests.recording import record_decision
from tests.sample_ledger import COHORTS, HOURS, TEXTS, fill_ledger


@pytest.fixture
def filled(connection: Connection) -> Connection:
    fill_ledger(connection)
    return connection


def facts_of(connection: Connection, *cohorts: str, with_personal_data: bool = False) -> Facts:
    chosen: Cohorts = cohorts
    privacy = Privacy(with_personal_data=with_personal_data)
    return read_facts(connection, chosen, privacy=privacy, catalogue=load_catalogue())


def test_empty_ledger_gives_a_report_that_says_so(connection: Connection) -> None:
    facts = facts_of(connection)
    assert (facts.fates, facts.codes, facts.groups) == ([], [], [])
    assert judge(facts).state == "unknown"


def test_fates_and_anomalies_are_counted(filled: Connection) -> None:
    facts = facts_of(filled)
    fates = {(each.v2_table, each.fate, each.reason): each.rows for each in facts.fates}
    assert fates["supporters", "dropped", "supporters-not-needed"] == 20
    assert fates["education", "rejected", "orphan"] == 1
    expected: Counter[str] = Counter()
    for _, code, *_, rows in TEXTS:
        expected[code] += rows
    counted = {each.code: each.rows for each in facts.codes}
    assert {code: counted[code] for code in expected} == dict(expected)


def test_equal_texts_are_one_group_and_each_member_counts_once(filled: Connection) -> None:
    group = facts_of(filled).groups[0]
    assert (group.text, group.rows, group.variants, group.members) == ("2 days", 68, 2, 30)
    assert (group.loaded_value, group.key.code) == ("14.00", "assumed-day")


def test_members_of_a_code_and_of_a_place_are_counted_once_and_most_rows_come_first(
    filled: Connection,
) -> None:
    facts, c = facts_of(filled), ledger.anomalies.c
    figures = (func.count(), func.count(c.member_id.distinct()))
    for counted, names in (
        (facts.codes, ("code", "severity")),
        (facts.anomalies, ("code", "severity", "cohort", "v2_table", "v2_column")),
    ):
        columns = [c[name] for name in names]
        expected = {tuple(row) for row in filled.execute(select(*columns, *figures).group_by(*columns))}
        assert {
            tuple(getattr(each, name) for name in (*names, "rows", "members")) for each in counted
        } == expected
    rows = [each.rows for each in facts.anomalies]
    assert rows == sorted(rows, reverse=True)


def test_groups_tell_their_candidates(filled: Connection) -> None:
    by_text = {group.text: group for group in facts_of(filled).groups}
    assert by_text["3"].candidates == ["3", "21"]


def test_groups_come_with_most_rows_first(filled: Connection) -> None:
    rows = [group.rows for group in facts_of(filled).groups]
    assert rows == sorted(rows, reverse=True)


def test_personal_columns_are_withheld_and_addresses_masked(filled: Connection) -> None:
    texts = {group.text for group in facts_of(filled).groups}
    assert {WITHHELD, "call ‹e-mail› or ‹telephone›"} <= texts
    shown = {group.text for group in facts_of(filled, with_personal_data=True).groups}
    assert {"Ash\ndown", "no address", "call jo@example.org or 01632 960123"} <= shown


def test_one_cohort_is_reported_alone(filled: Connection) -> None:
    facts = facts_of(filled, "2024-A")
    assert (
        {each.cohort for each in facts.anomalies} == {each.cohort for each in facts.by_cohort} == {"2024-A"}
    )
    assert sum(each.rows for each in facts.hours) < len(HOURS)


def test_cohorts_are_compared_with_those_of_none_last(filled: Connection) -> None:
    assert [each.cohort for each in facts_of(filled).by_cohort] == list(COHORTS)


DECISIONS = [  # what is decided, how many of the 31 rows of "3" are decided then
    (Decision("text", "training", "duration", "set", raw_value="3", value="21", reviewer="Robin"), 31),
    (Decision("text", "training", "duration", "accept", raw_value="3 ", reviewer="Robin"), 0),
    (Decision("row", "training", "duration", "leave-blank", v2_id="69", reviewer="Robin"), 1),
    (Decision("row", "training", "duration", "accept", v2_id="69", raw_value="3", reviewer="Robin"), 1),
    (Decision("row", "training", "duration", "accept", v2_id="69", raw_value="4", reviewer="Robin"), 0),
]


@pytest.mark.parametrize(("decision", "rows"), DECISIONS)
def test_decided_anomalies_are_not_open(decision: Decision, rows: int, filled: Connection) -> None:
    record_decision(filled, decision)
    facts = facts_of(filled)
    group = next(group for group in facts.groups if group.text == "3")
    code = next(each for each in facts.codes if each.code == "no-unit")
    assert (group.decided, code.decided) == (rows, rows)


def test_row_and_text_decided_both_count_once_and_withdrawn_not_at_all(filled: Connection) -> None:
    for decision, _ in DECISIONS:
        record_decision(filled, decision)
    assert sum(facts_of(filled).decided_rows.values()) == 31
    for decision, _ in DECISIONS:
        taken_back = {"action": "withdraw", "value": None}
        record_decision(filled, Decision(**(vars(decision) | taken_back)))
    assert facts_of(filled).decided_rows == {}


def test_a_complaint_about_a_decision_is_open_until_it_is_decided_again(filled: Connection) -> None:
    decision = Decision("text", "training", "duration", "set", raw_value="4 hrs", value="4", reviewer="Robin")
    said = {"v2_column": "duration", "raw_value": "4 hrs", "code": "decision-invalid", "severity": "warning"}
    put(filled, ledger.anomalies, said, v2_table="training", v2_id="950", run_id="r")
    record_decision(filled, decision)
    read = filled.execute(select(func.max(ledger.decisions.c.decision_id))).scalar_one()
    scope = json.dumps({"state": state_of("rules", read, "code")})
    filled.execute(update(ledger.runs).values(scope=scope))
    assert facts_of(filled).decided_rows == {}
    record_decision(filled, decision)
    assert sum(facts_of(filled).decided_rows.values()) == 1


def test_a_cohort_of_no_length_is_counted_with_none(filled: Connection) -> None:
    before = facts_of(filled)
    blank = "2024-B"
    for table in ledger.rows, ledger.anomalies:
        filled.execute(update(table).where(table.c.cohort == blank).values(cohort=""))
    facts = facts_of(filled)
    of_none = {each.cohort: each for each in before.by_cohort}
    merged = tuple(a + b for a, b in zip(of_none[blank][1:], of_none[None][1:], strict=True))
    assert [each.cohort for each in facts.by_cohort] == [name for name in COHORTS if name != blank]
    assert facts.by_cohort[-1][1:] == merged
    assert "" not in {each.cohort for each in facts.anomalies}
    assert sum(each.rows for each in facts.anomalies) == sum(each.rows for each in before.anomalies)


@pytest.mark.parametrize(("cohort", "decided"), [("2024-B", 1), ("2024-A", 0), (None, 0)])
def test_what_was_decided_again_stays_decided_while_other_cohorts_run(
    cohort: str | None, decided: int, filled: Connection
) -> None:
    """None stands for a run of all."""
    decision = Decision("text", "training", "duration", "set", raw_value="4 hrs", value="4", reviewer="Robin")
    said = {"v2_column": "duration", "raw_value": "4 hrs", "code": "decision-invalid", "severity": "warning"}
    put(filled, ledger.anomalies, said, v2_table="training", v2_id="950", run_id="r", cohort="2024-A")
    record_decision(filled, decision)
    read = filled.execute(select(func.max(ledger.decisions.c.decision_id))).scalar_one()
    scope = json.dumps({"cohorts": [cohort] if cohort else [], "state": state_of("rules", read, "code")})
    run = {"run_id": "20240601T203000-1", "command": "run", "status": "completed", "rules_version": "rules"}
    started = datetime.fromisoformat("2024-06-01T20:30:00")
    put(filled, ledger.runs, run, scope=scope, started_at=started)
    assert sum(facts_of(filled).decided_rows.values()) == decided


def test_hours_are_counted_blank_ones_last(filled: Connection) -> None:
    hours = facts_of(filled).hours
    assert [(each.hours and float(each.hours), each.rows) for each in hours] == [
        (1.5, 9), (7.0, 30), (14.0, 40), (35.0, 12), (450.0, 2), (None, 20),
    ]  # fmt: skip


def test_schemes_tell_who_waits_and_whose_address_is_missing(filled: Connection) -> None:
    schemes = [(each.scheme, each.waiting_members, each.address_missing) for each in facts_of(filled).schemes]
    assert schemes == [("Northgrid graduates", 3, False), ("=HYPERLINK(1)", 2, True)]


def test_last_run_decides_whether_the_cohort_is_good_to_go(filled: Connection) -> None:
    assert judge(facts_of(filled)).state == "look"
    filled.execute(ledger.runs.update().values(status="failed"))
    verdict = judge(facts_of(filled))
    assert verdict.state == "bad"
    assert verdict.findings[0].words == "The last run is failed. Run it again to continue."


@pytest.mark.parametrize(("severity", "state"), [("critical", "bad"), ("warning", "look"), ("info", "look")])
def test_a_failed_expectation_stands_in_the_way_only_if_it_is_critical(
    filled: Connection, severity: str, state: str
) -> None:
    checks = [{"severity": severity, "passed": False}, {"severity": "critical", "passed": True}]
    filled.execute(ledger.runs.update().values(summary=json.dumps({"checks": checks})))
    verdict = judge(facts_of(filled))
    (finding,) = (each for each in verdict.findings if each.title == "Quality suites")
    assert finding.state == state
    assert (verdict.state == "bad") == (state == "bad")
    assert finding.words.startswith("1 of 2 failed")


def test_rows_of_a_cohort_that_the_ledger_does_not_know_stand_in_the_balance_of_all_alone(
    filled: Connection,
) -> None:
    known, unknown = ({"cohort": cohort, "open": 1} for cohort in (COHORTS[0], "Z"))
    found = {"command": "verify", "scope": "{}", "summary": json.dumps({"balance": [known, unknown]})}
    filled.execute(ledger.runs.update().values(found))
    assert facts_of(filled).balance().lines == [known, unknown]
    assert facts_of(filled, COHORTS[0]).balance().lines == [known]


def test_texts_that_differ_after_their_start_are_told_apart(connection: Connection) -> None:
    common = {
        "run_id": "1",
        "v2_table": "training",
        "v2_column": "duration",
        "code": "vague",
        "severity": "warning",
    }
    long = "word " * 100
    rows = [{"v2_id": "1", "raw_value": long + "a@example.org"}, {"v2_id": "2", "raw_value": long}]
    put(connection, ledger.anomalies, *rows, **common)
    groups = facts_of(connection).groups
    assert [(group.rows, group.text.endswith("word…")) for group in groups] == [(2, True)]
