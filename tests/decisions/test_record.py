"""Decisions are appended; the newest on a subject holds."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine

from migrate.databases import open_engine
from migrate.decisions.decision import Decision
from migrate.decisions.holding import holding
from migrate.decisions.record import read_recorded
from migrate.errors import ConfigurationError
from migrate.load.ledger.target import init_target
from tests.recording import decision_history, record_decision
from tests.servers import as_user, execute, opened

SEVEN = Decision("text", "training", "duration", "set", raw_value="3", value="7", reviewer="Robin")


def test_recorded_decision_is_returned_as_the_ledger_has_it(connection: Connection) -> None:
    recorded = record_decision(connection, replace(SEVEN, note="asked the member"))
    assert recorded.decided_at is not None
    assert decision_history(connection) == [recorded]


def test_newest_decision_on_a_subject_holds(connection: Connection) -> None:
    record_decision(connection, SEVEN)
    newer = record_decision(connection, replace(SEVEN, value="21"))
    assert holding(read_recorded(connection)) == {SEVEN.subject: newer}


def test_withdrawing_leaves_the_rules_to_decide_and_the_history_as_it_was(connection: Connection) -> None:
    first = record_decision(connection, SEVEN)
    undone = record_decision(connection, replace(SEVEN, action="withdraw", value=None))
    assert holding(read_recorded(connection)).get(SEVEN.subject) is None
    assert decision_history(connection) == [first, undone]


def test_undoing_one_of_ten_decisions_keeps_the_other_nine(connection: Connection) -> None:
    ten = [replace(SEVEN, raw_value=str(number)) for number in range(10)]
    for decision in ten:
        record_decision(connection, decision)
    record_decision(connection, replace(ten[4], action="withdraw", value=None))
    assert set(holding(read_recorded(connection))) == {each.subject for each in ten} - {ten[4].subject}


@pytest.mark.parametrize("first", [SEVEN, replace(SEVEN, scope="row", v2_id="1")], ids=["text", "row"])
def test_decision_holds_though_an_earlier_clock_was_ahead(connection: Connection, first: Decision) -> None:
    ahead = datetime.fromisoformat("2999-01-01")
    record_decision(connection, replace(first, decided_at=ahead))
    newer = record_decision(connection, replace(first, value="21"))
    assert holding(read_recorded(connection)).get(first.subject) == newer
    other = record_decision(connection, replace(SEVEN, raw_value="4"))
    assert other.decided_at is not None
    assert other.decided_at < ahead


def test_an_older_decision_that_comes_later_does_not_hold(connection: Connection) -> None:
    newer = replace(SEVEN, value="21", decided_at=datetime.fromisoformat("2024-05-02"))
    record_decision(connection, newer)
    record_decision(connection, replace(SEVEN, decided_at=datetime.fromisoformat("2024-05-01")))
    assert holding(read_recorded(connection)) == {SEVEN.subject: newer}


NEAR = ["2 days", "2 Days", "2 days ", "2 day\N{LATIN SMALL LETTER S WITH CARON}", ""]


def test_texts_are_told_apart_to_the_letter(connection: Connection) -> None:
    for number, raw in enumerate(NEAR):
        record_decision(connection, replace(SEVEN, raw_value=raw, value=str(number)))
    latest = holding(read_recorded(connection))
    values = [latest.get(replace(SEVEN, raw_value=raw).subject) for raw in NEAR]
    assert [each and each.value for each in values] == ["0", "1", "2", "3", "4"]


def test_bad_decision_is_refused_with_every_problem(connection: Connection) -> None:
    with pytest.raises(ConfigurationError) as refused:
        record_decision(connection, replace(SEVEN, value="3000", reviewer=" "))
    assert refused.value.problems == (
        "reviewer must name who decided (it is empty)",
        "value for duration must be hours from 0 to 2000, at most two decimals after a point (got '3000')",
    )
    assert decision_history(connection) == []


def test_a_decision_is_seen_before_every_later_one(target_engine: Engine) -> None:
    """A run notes the last that it has read: one that came to be seen after it would never be applied."""
    seen: list[list[str | None]] = []

    def save_another() -> None:
        with target_engine.begin() as connection:
            record_decision(connection, replace(SEVEN, raw_value="another"))
        with target_engine.connect() as connection:
            seen.append([each.decision.raw_value for each in read_recorded(connection)])

    other = threading.Thread(target=save_another)
    with target_engine.begin() as connection:
        record_decision(connection, replace(SEVEN, raw_value="first"))
        other.start()
        other.join(0.3)
    other.join()
    assert seen == [["first", "another"]]


@pytest.mark.parametrize(
    ("engine_name", "grants", "ended"),
    [
        (
            "postgresql",
            (
                "CREATE ROLE {user} LOGIN PASSWORD 'not-a-secret'",
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}",
                "GRANT INSERT ON migration_decisions TO {user}",
                "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {user}",
            ),
            ("DROP OWNED BY {user}", "DROP ROLE {user}"),
        ),
        (
            "mariadb",
            (
                "CREATE USER {user} IDENTIFIED BY 'not-a-secret'",
                "GRANT SELECT ON * TO {user}",
                "GRANT INSERT ON migration_decisions TO {user}",
            ),
            ("DROP USER {user}",),
        ),
    ],
    ids=["postgresql", "mariadb"],
)
def test_who_may_read_the_ledger_and_add_decisions_needs_no_other_right(
    engine_name: str, grants: tuple[str, ...], ended: tuple[str, ...], fresh_database: Callable[[str], str]
) -> None:
    url, user = fresh_database(engine_name), f"reviewer_{uuid4().hex[:8]}"
    engine = open_engine(url)
    init_target(engine)
    engine.dispose()
    try:
        execute(url, *(grant.format(user=user) for grant in grants))
        with opened(as_user(url, user, "not-a-secret")) as theirs, theirs.begin() as connection:
            recorded = record_decision(connection, SEVEN)
            assert decision_history(connection) == [recorded]
    finally:
        execute(url, *(end.format(user=user) for end in ended))
