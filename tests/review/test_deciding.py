"""Decisions on groups: one a spelling, appended, told when something changed, undone by newer ones."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine, func, select, update

from migrate.decisions.applied import state_of
from migrate.decisions.decision import Decision
from migrate.errors import ConfigurationError
from migrate.review.cards import card_of
from migrate.review.deciding import Choice, Deciding
from migrate.review.history import read_entries, way_back
from migrate.review.impact import count_decided_alone, impact_of, shown_token
from migrate.review.ledger_view import LedgerView
from migrate.rulebook.anomalies import load_catalogue
from migrate.rulebook.review import load_review_rules
from migrate.schema import ledger
from tests.ledgers import put
from tests.review.browsing import decisions_in, group_of, snapshot_of
from tests.sample_ledger import identity

SET_3 = Choice("set", "3")


@pytest.fixture
def deciding(ledger_engine: Engine) -> Deciding:
    """Saves decisions into the sample ledger, once on each engine."""
    view = LedgerView(ledger_engine, load_review_rules(), load_catalogue())
    return Deciding(ledger_engine, view, Decimal(2000))


def seen(engine: Engine, text: str | None, code: str | None = None) -> dict[str, str]:
    """Return what a reviewer sees of a group now."""
    snapshot = snapshot_of(engine)
    group = group_of(snapshot, text, code)
    return {group.name: shown_token(snapshot, group)}


def open_rows(engine: Engine) -> int:
    snapshot = snapshot_of(engine)
    return int((snapshot.groups.rows - snapshot.decided.decided).sum())


def test_one_choice_decides_every_row_of_every_spelling(deciding: Deciding, ledger_engine: Engine) -> None:
    before = open_rows(ledger_engine)
    saved = deciding.on_groups(seen(ledger_engine, "2 days"), Choice("set", "15", "two long days"), "Kim")
    assert [
        (each.raw_value, each.value, each.reviewer, each.note) for each in decisions_in(ledger_engine)
    ] == [
        ("2 Days", "15", "Kim", "two long days"),
        ("2 days", "15", "Kim", "two long days"),
    ]
    assert saved.entry_id
    assert open_rows(ledger_engine) == before - 68


def test_the_impact_counts_rows_members_and_what_v3_has(ledger_engine: Engine) -> None:
    snapshot = snapshot_of(ledger_engine)
    with ledger_engine.connect() as connection:
        impact = impact_of(connection, snapshot, group_of(snapshot, "2 days"))
    assert (impact.rows, impact.group_rows, impact.members) == (68, 68, 30)
    assert impact.texts == ["2 Days", "2 days"]
    assert impact.loaded == [("14.00", 68)]
    assert impact.token == shown_token(snapshot, group_of(snapshot, "2 days"))


def test_a_group_that_grew_is_told_and_nothing_is_saved(deciding: Deciding, ledger_engine: Engine) -> None:
    old = seen(ledger_engine, "3")
    with ledger_engine.begin() as connection:
        row = {"v2_id": "900", "raw_value": "3", "code": "no-unit", "severity": "warning"}
        put(connection, ledger.anomalies, row, v2_table="training", v2_column="duration", run_id="r2")
    (change,) = deciding.on_groups(old, SET_3, "Kim").changes
    assert (change.seen_rows, change.impact.group_rows, change.by_another) == (31, 32, None)
    assert decisions_in(ledger_engine) == []


def test_two_reviewers_who_differ_are_told_and_both_stay_in_the_history(
    deciding: Deciding, ledger_engine: Engine
) -> None:
    both_saw = seen(ledger_engine, "3")
    deciding.on_groups(both_saw, SET_3, "Kim")
    (change,) = deciding.on_groups(both_saw, Choice("set", "21"), "Lee").changes
    assert change.by_another
    assert (change.by_another.decision.reviewer, change.by_another.decision.value) == ("Kim", "3")
    again = {change.impact.group.name: change.impact.token}
    assert deciding.on_groups(again, Choice("set", "21"), "Lee").changes == []
    assert [(each.reviewer, each.value) for each in decisions_in(ledger_engine)] == [
        ("Kim", "3"),
        ("Lee", "21"),
    ]


def test_a_long_text_that_is_decided_says_so_and_is_not_taken_for_changed(
    deciding: Deciding, ledger_engine: Engine
) -> None:
    """Pages know the first characters of a long text alone; two that begin alike are two decisions."""
    texts = ["days, " * 100 + "or so", "days, " * 100 + "at it"]
    said = {"v2_table": "training", "v2_column": "duration", "code": "too-long", "severity": "warning"}
    rows = [said | {"v2_id": str(7000 + n), "raw_value": text} for n, text in enumerate(texts)]
    with ledger_engine.begin() as connection:
        put(connection, ledger.anomalies, *rows, run_id="r")
    deciding.on_groups(seen(ledger_engine, None, "too-long"), SET_3, "Kim")
    snapshot = snapshot_of(ledger_engine)
    decided = card_of(snapshot, group_of(snapshot, None, "too-long")).decision
    assert decided
    assert (decided.decision.value, decided.decision.reviewer) == ("3", "Kim")
    again = deciding.on_groups(seen(ledger_engine, None, "too-long"), Choice("leave-blank"), "Lee")
    assert again.changes == []
    assert sorted(str(each.raw_value) for each in again.decisions) == sorted(texts)


def test_what_is_left_of_a_large_decision_can_be_undone_once_its_first_texts_are_decided_again(
    deciding: Deciding, ledger_engine: Engine
) -> None:
    texts = [f"{number} blocks" for number in range(7)]
    plain = Decision("text", "training", "duration", "accept", reviewer="Kim")
    large = deciding.save([replace(plain, raw_value=text) for text in texts])
    deciding.save([replace(plain, raw_value=text, reviewer="Lee") for text in texts[:6]])
    assert _holding(ledger_engine) == {"Kim": True, "Lee": True}
    with ledger_engine.connect() as connection:
        back = way_back(connection, snapshot_of(ledger_engine), large.entry_id or 0, "Kim")
    assert [each.raw_value for each in back] == texts[6:]
    deciding.save([replace(plain, raw_value=texts[6], reviewer="Lee")])
    assert _holding(ledger_engine)["Kim"] is False


def _holding(engine: Engine) -> dict[str | None, bool]:
    with engine.connect() as connection:
        entries = read_entries(connection, snapshot_of(engine), before=None, size=9)
    return {each.reviewer: each.holds for each in entries}


def test_undo_brings_back_what_held_before(deciding: Deciding, ledger_engine: Engine) -> None:
    deciding.on_groups(seen(ledger_engine, "3"), SET_3, "Kim")
    second = deciding.on_groups(seen(ledger_engine, "3"), Choice("leave-blank"), "Lee")
    held = [_undo(deciding, ledger_engine, second.entry_id)]
    latest = _latest_entry(ledger_engine)
    held.append(_undo(deciding, ledger_engine, latest))
    assert held == [("set", "3"), ("leave-blank", None)]
    assert len(decisions_in(ledger_engine)) == 4


def test_undoing_the_first_decision_withdraws_it_and_opens_the_rows(
    deciding: Deciding, ledger_engine: Engine
) -> None:
    before = open_rows(ledger_engine)
    saved = deciding.on_groups(seen(ledger_engine, "2 days"), SET_3, "Kim")
    assert _undo(deciding, ledger_engine, saved.entry_id) == ("withdraw", None)
    assert open_rows(ledger_engine) == before


def test_undoing_one_of_ten_decisions_keeps_the_other_nine(deciding: Deciding, ledger_engine: Engine) -> None:
    texts = ["2 days", "3", "1.30 hrs", "6 months", "10 evenings", "1 week", "london", "99999 hours"]
    entries = [deciding.on_groups(seen(ledger_engine, text), SET_3, "Kim").entry_id for text in texts]
    before = open_rows(ledger_engine)
    _undo(deciding, ledger_engine, entries[3])
    assert open_rows(ledger_engine) == before + 14


def test_a_rows_own_decision_beats_its_texts_and_is_stale_when_v2_changes(
    deciding: Deciding, ledger_engine: Engine
) -> None:
    before = open_rows(ledger_engine)
    own = Decision("row", "training", "duration", "accept", v2_id="1", raw_value="2 days", reviewer="Kim")
    deciding.save([own, replace(own, v2_id="2", raw_value="what v2 said before")])
    assert open_rows(ledger_engine) == before - 1
    snapshot = snapshot_of(ledger_engine)
    assert count_decided_alone(snapshot, [group_of(snapshot, "2 days")]) == 1


def test_each_row_that_was_decided_alone_counts_once_however_many_there_are(
    deciding: Deciding, ledger_engine: Engine
) -> None:
    place = {"v2_table": "training", "run_id": "r"}
    rows = [{"v2_id": str(number), "owner_id": identity(number % 3)} for number in range(2000, 3200)]
    said = {"v2_column": "duration", "code": "exceeds-dates", "severity": "warning", "raw_value": "40 hours"}
    with ledger_engine.begin() as connection:
        put(connection, ledger.rows, *rows, fate="migrated", **place)
        put(connection, ledger.anomalies, *rows, **place, **said)
    before = open_rows(ledger_engine)
    own = Decision("row", "training", "duration", "accept", raw_value="40 hours", reviewer="Kim")
    deciding.save([replace(own, v2_id=row["v2_id"]) for row in rows[:700]])
    assert open_rows(ledger_engine) == before - 700


def test_anomalies_without_a_text_are_accepted_row_by_row_at_one_choice(
    deciding: Deciding, ledger_engine: Engine
) -> None:
    deciding.on_groups(seen(ledger_engine, None, "orphan"), Choice("accept"), "Kim")
    (decision,) = decisions_in(ledger_engine)
    assert (decision.scope, decision.v2_table, decision.v2_column, decision.v2_id) == (
        "row",
        "education",
        None,
        "7",
    )
    assert open_rows(ledger_engine) == 160


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2001", "from 0 to 2000"),
        ("-1", "from 0 to 2000"),
        ("3 hours", "at most two decimals"),
        ("", "hours"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_words(
    deciding: Deciding, ledger_engine: Engine, value: str, words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        deciding.on_groups(seen(ledger_engine, "3"), Choice("set", value), "Kim")
    assert decisions_in(ledger_engine) == []


def test_what_a_run_could_not_apply_is_open_until_it_is_decided_again(
    deciding: Deciding, ledger_engine: Engine
) -> None:
    complaint = {"v2_id": "950", "raw_value": "4 hrs", "code": "decision-invalid", "severity": "warning"}
    old = Decision("text", "training", "duration", "set", raw_value="4 hrs", value="4", reviewer="Kim")
    with ledger_engine.begin() as connection:
        put(connection, ledger.anomalies, complaint, v2_table="training", v2_column="duration", run_id="r")
        row = {"scope": "text", "v2_table": "training", "v2_column": "duration", "raw_value": "4 hrs"}
        put(connection, ledger.decisions, {**row, "action": "set", "value": "4", "reviewer": "Kim"})
        read = connection.scalar(select(func.max(ledger.decisions.c.decision_id))) or 0
        scope = json.dumps({"state": state_of("rules", read, "code")})
        connection.execute(update(ledger.runs).values(scope=scope))
    before = open_rows(ledger_engine)
    deciding.save([old])
    assert open_rows(ledger_engine) == before - 1


def test_a_card_offers_the_readings_and_what_suits_the_column(ledger_engine: Engine) -> None:
    snapshot = snapshot_of(ledger_engine)
    offered = {
        text: [
            (option.action, option.value) for option in card_of(snapshot, group_of(snapshot, text)).options
        ]
        for text in ("3", "2 days", "no address")
        if text != "no address"
    }
    assert offered == {
        "3": [("set", "3"), ("set", "21"), ("leave-blank", None)],
        "2 days": [("accept", None), ("leave-blank", None)],
    }
    address = card_of(snapshot, group_of(snapshot, None, "coordinator-address"))
    assert [option.action for option in address.options] == ["accept"]


def _undo(deciding: Deciding, engine: Engine, entry_id: int | None) -> tuple[str, str | None]:
    assert entry_id
    with engine.connect() as connection:
        back = way_back(connection, snapshot_of(engine), entry_id, "Kim")
    deciding.save(back)
    return back[0].action, back[0].value


def _latest_entry(engine: Engine) -> int:
    with engine.connect() as connection:
        return read_entries(connection, snapshot_of(engine), before=None, size=1)[0].entry_id


def test_what_is_about_a_row_is_decided_for_the_row_alone(deciding: Deciding, ledger_engine: Engine) -> None:
    place = {"v2_table": "training", "v2_column": "duration", "run_id": "r", "raw_value": "40 hours"}
    with ledger_engine.begin() as connection:
        row = {"v2_id": "960", "code": "exceeds-dates", "severity": "warning"}
        other = {"v2_id": "961", "code": "stated-hours", "severity": "info"}
        put(connection, ledger.anomalies, row, other, **place)
    snapshot = snapshot_of(ledger_engine)
    group = group_of(snapshot, "40 hours", "exceeds-dates")
    with ledger_engine.connect() as connection:
        impact = impact_of(connection, snapshot, group)
    assert (impact.rows, impact.texts, impact.undecided_rows) == (1, [], [("960", "40 hours")])
    saved = deciding.on_groups({group.name: impact.token}, Choice("set", "24"), "Kim")
    assert [each.subject.scope for each in saved.decisions] == ["row"]
    assert [(each.v2_id, each.raw_value) for each in saved.decisions] == [("960", "40 hours")]
    late = deciding.on_groups({group.name: impact.token}, Choice("accept"), "Alex")
    assert late.decisions == []
    assert late.changes[0].by_another is not None


def test_a_decision_that_was_committed_late_is_seen(deciding: Deciding, ledger_engine: Engine) -> None:
    late, soon = (
        {"scope": "text", "v2_table": "training", "v2_column": "duration", "raw_value": text,
         "action": "accept", "reviewer": name, "decision_id": number, "decided_at": datetime(2026, 1, 1)}  # noqa: DTZ001
        for text, name, number in (("late", "Alex", 7001), ("soon", "Kim", 7002))
    )  # fmt: skip
    view = deciding.view
    with ledger_engine.begin() as connection:
        put(connection, ledger.decisions, soon)
        view.current(connection)
    with ledger_engine.begin() as connection:
        put(connection, ledger.decisions, late)
        newest = view.current(connection).decided.newest
    assert {known.decision_id for known in newest.values()} >= {7001, 7002}
