"""A row that v3's database refuses is rejected by name, and the others arrive."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import text

from migrate.errors import MigrationError
from migrate.load.planning.plan import plan_load
from migrate.run import comparing
from migrate.run.verification import verify
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.run.conftest import filled_place
from tests.run.places import Place

POSITIONS = [1, 3, 5]  # at the start, in the middle, at the end of the trainings


def forbid(place: Place, table: str, column: str, value: str) -> None:
    """Have v3 refuse a value."""
    name = place.v3.dialect.name
    if name == "sqlite":
        statements = [
            f"CREATE TRIGGER forbidden_{event} BEFORE {event} ON {table} WHEN new.{column} = '{value}' "
            "BEGIN SELECT RAISE(ABORT, 'forbidden value'); END"
            for event in ("INSERT", "UPDATE")
        ]
    else:
        statements = [f"ALTER TABLE {table} ADD CONSTRAINT forbidden CHECK ({column} <> '{value}')"]
    _execute(place, *statements)


def allow(place: Place, table: str) -> None:
    """Have v3 take again what it was to refuse."""
    if place.v3.dialect.name == "sqlite":
        _execute(place, *(f"DROP TRIGGER forbidden_{event}" for event in ("INSERT", "UPDATE")))
    else:
        _execute(place, f"ALTER TABLE {table} DROP CONSTRAINT forbidden")


def _execute(place: Place, *statements: str) -> None:
    with place.v3.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize("key", POSITIONS)
def test_a_refused_row_is_rejected_by_name_and_the_others_arrive(each_place: Place, key: int) -> None:
    forbid(each_place, "trainings", "title", "bad")
    each_place.change("training", key, title="bad")
    each_place.run()
    fates = each_place.fates("training")
    assert fates[str(key)] == ("rejected", "load-refused")
    assert {fate for other, fate in fates.items() if other not in (str(key), "6")} == {("migrated", None)}
    assert len(each_place.rows(v3.trainings)) == 4
    assert each_place.anomalies("load-refused") == {("load-refused", "training", str(key), None)}


RULES = {  # what is refused → the statement that makes the rule, by engine; what is said
    "a double": (
        dict.fromkeys(("sqlite", "postgresql"), "CREATE UNIQUE INDEX own_rule ON trainings (provider)")
        | {"mariadb": "CREATE UNIQUE INDEX own_rule ON trainings (provider(40))"},
        "another row of v3 has a value that may be there only once",
    ),
    "a value that is not there": (
        {
            "postgresql": "ALTER TABLE trainings ALTER location SET NOT NULL",
            "mariadb": "ALTER TABLE trainings MODIFY location LONGTEXT NOT NULL",
        },
        "v3 wants a value where none is",
    ),
    "a text that a check forbids": (
        dict.fromkeys(
            ("postgresql", "mariadb"),
            "ALTER TABLE trainings ADD CONSTRAINT own_rule CHECK (provider <> '{0}')",
        ),
        "a value breaks a rule that v3 checks (own_rule)",
    ),
    "what a trigger forbids": (
        {
            "sqlite": "CREATE TRIGGER own_rule BEFORE INSERT ON trainings WHEN new.provider = '{0}' "
            "BEGIN SELECT RAISE(ABORT, 'not {0}'); END",
            "mariadb": "CREATE TRIGGER own_rule BEFORE INSERT ON trainings FOR EACH ROW "
            "IF new.provider = '{0}' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not {0}'; END IF",
        },
        "a trigger of v3 does not let it in",
    ),
}
ALTERING = {  # engine → trigger that makes another value of what it is given, one that leaves it out; and {0}
    "sqlite": (
        "CREATE TRIGGER own AFTER {0} ON trainings BEGIN "
        "UPDATE trainings SET title = lower(title) WHERE id = new.id; END",
        "CREATE TRIGGER own AFTER {0} ON Trainings BEGIN DELETE FROM trainings WHERE id = new.id; END",
    ),
    "postgresql": (
        "CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN new.title := lower(new.title); RETURN new; END'; "
        "CREATE TRIGGER own BEFORE {0} ON trainings FOR EACH ROW EXECUTE FUNCTION own()",
        "CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN DELETE FROM trainings WHERE id = new.id; RETURN NULL; END'; "
        "CREATE TRIGGER own AFTER {0} ON trainings FOR EACH ROW EXECUTE FUNCTION own()",
    ),
    "mariadb": ("CREATE TRIGGER own BEFORE {0} ON trainings FOR EACH ROW SET new.title = lower(new.title)",),
}
MADE_OF_IT = ("v3 keeps another value in trainings.title", "v3 does not keep each row of trainings")


@pytest.mark.parametrize("event", ["INSERT", "UPDATE"])
@pytest.mark.parametrize("told", MADE_OF_IT)
def test_what_a_trigger_makes_of_a_row_is_told_and_never_taken_for_a_users_edit(
    each_place: Place, told: str, event: str
) -> None:
    triggers = dict(zip(MADE_OF_IT, ALTERING[each_place.v3.dialect.name], strict=False))
    if told not in triggers:
        return  # MariaDB's may not write their own table
    if event == "UPDATE":
        each_place.run()
        each_place.change("training", 1, title="Changed")
    before = each_place.state()
    with each_place.v3.begin() as connection:
        connection.execute(text(triggers[told].format(event)))
    with pytest.raises(MigrationError, match=told):
        each_place.run()
    assert each_place.state()["trainings"] == before["trainings"]


TYPED = {  # engine → the statement that gives a column another type; one without a length
    "postgresql": ("ALTER TABLE trainings ALTER title TYPE {}", "TEXT"),
    "mariadb": ("ALTER TABLE trainings MODIFY title {}", "LONGTEXT"),
}


SPACES = " " * 40


@pytest.mark.parametrize(
    ("event", "blanks"), [("INSERT", SPACES), ("UPDATE", SPACES), ("UPDATE", SPACES + "\r\n")]
)
def test_blanks_that_a_shorter_column_cuts_off_are_never_taken_for_a_users_edit(
    each_place: Place, event: str, blanks: str
) -> None:
    """PostgreSQL cuts off spaces without an error, MariaDB all white space, where a row is updated."""
    engine_name = each_place.v3.dialect.name
    if engine_name not in TYPED:
        return  # a column of SQLite's has no length
    typed, endless = TYPED[engine_name]
    with each_place.v3.begin() as connection:
        connection.execute(text(typed.format("VARCHAR(40)")))
    if event == "UPDATE":
        each_place.run()
    title = "Bridges" + blanks
    each_place.change("training", 1, title=title)
    refused_by_name = event == "INSERT" if engine_name == "mariadb" else blanks != SPACES
    told = r"another value in trainings\.title than it is given: .* the column is too short"
    with nullcontext() if refused_by_name else pytest.raises(MigrationError, match=told):
        each_place.run()
    with each_place.v3.begin() as connection:
        connection.execute(text(typed.format(endless)))
    each_place.run()
    row = each_place.row("training", 1, v3.trainings)
    assert row is not None
    assert row["title"] == title
    assert each_place.anomalies("kept-user-edit", "conflict", "load-refused") == set()


LATE_OR_BELOW = {
    "at the end of the transaction": (
        "CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN "
        "UPDATE trainings SET title = lower(title) WHERE id = new.id AND title <> lower(title); "
        "RETURN NULL; END'",
        "CREATE CONSTRAINT TRIGGER own AFTER INSERT ON trainings DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION own()",
    ),
    "of one partition": (
        "CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN new.title := lower(new.title); RETURN new; END'",
        "ALTER TABLE trainings RENAME TO whole",
        "CREATE TABLE trainings (LIKE whole INCLUDING DEFAULTS) PARTITION BY HASH (id)",
        "CREATE TABLE part PARTITION OF trainings FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        "CREATE TRIGGER own BEFORE INSERT ON part FOR EACH ROW EXECUTE FUNCTION own()",
    ),
}


@pytest.mark.parametrize("statements", LATE_OR_BELOW.values(), ids=LATE_OR_BELOW)
def test_a_trigger_of_postgresqls_is_told_of_when_it_acts_late_or_on_a_part(
    fresh_database: Callable[[str], str], tmp_path: Path, statements: tuple[str, ...]
) -> None:
    for place in filled_place(f"sqlite:///{tmp_path / 'v2.db'}", fresh_database("postgresql")):
        with place.v3.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        with pytest.raises(MigrationError, match=MADE_OF_IT[0]):
            place.run()
        assert place.rows(v3.trainings) == []


def test_a_row_that_is_refused_at_the_end_of_the_transaction_is_found(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    for place in filled_place(f"sqlite:///{tmp_path / 'v2.db'}", fresh_database("postgresql")):
        _execute(
            place,
            "CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN "
            "IF new.title = ''bad'' THEN RAISE EXCEPTION ''no''; END IF; RETURN NULL; END'",
            "CREATE CONSTRAINT TRIGGER own AFTER INSERT OR UPDATE ON trainings "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION own()",
        )
        place.change("training", 3, title="bad")
        place.run()
        assert place.fates("training")["3"] == ("rejected", "load-refused")
        assert len(place.rows(v3.trainings)) == 4


def test_a_trigger_that_leaves_values_as_they_are_is_no_trouble(place: Place) -> None:
    with place.v3.begin() as connection:
        connection.execute(text("CREATE TABLE audit (id TEXT)"))
        trigger = (
            "CREATE TRIGGER own AFTER INSERT ON trainings BEGIN INSERT INTO audit VALUES (new.id); "
            "UPDATE trainings SET updated_at = '2026-01-01 00:00:00' WHERE id = new.id; END"
        )
        connection.execute(text(trigger))
    place.run()
    assert verify(place.workplace()).closed


SECRET = "Hidden for key CONSTRAINT Ltd"


@pytest.mark.parametrize("name", RULES)
def test_of_a_refused_row_neither_its_values_nor_the_drivers_words_are_told(
    each_place: Place, name: str
) -> None:
    """The message goes into reports that are passed on."""
    statements, said = RULES[name]
    engine = each_place.v3.dialect.name
    if engine in statements:
        with each_place.v3.begin() as connection:
            connection.execute(text(statements[engine].format(SECRET)))
        for key in (1, 3):
            each_place.change("training", key, provider=SECRET)
        each_place.run()
        told = {row["message"] for row in each_place.rows(ledger.anomalies) if row["code"] == "load-refused"}
        assert told
        assert all(message.startswith(f"v3's database refused this row: {said}") for message in told)
        assert not any(words in message for message in told for words in ("Hidden", "(10", "not Hidden"))


def test_several_refused_rows_of_a_batch_are_each_rejected_by_name(each_place: Place) -> None:
    forbid(each_place, "trainings", "title", "bad")
    for key in POSITIONS:
        each_place.change("training", key, title="bad")
    each_place.run()
    fates = each_place.fates("training")
    assert {key for key, fate in fates.items() if fate == ("rejected", "load-refused")} == {"1", "3", "5"}
    assert {row["title"] for row in each_place.rows(v3.trainings)} == {"Welding", "Survey"}


def test_what_belongs_to_a_refused_row_is_rejected_with_it(each_place: Place) -> None:
    forbid(each_place, "members", "surname", "bad")
    each_place.change("members", 1, surname="bad")
    each_place.run()
    assert each_place.fates("members")["1"] == ("rejected", "load-refused")
    assert each_place.fates("training")["1"] == ("rejected", "parent-rejected")
    assert each_place.fates("assessment_responses")["1"] == ("rejected", "parent-rejected")
    assert each_place.fates("members")["2"] == ("migrated", None)
    rejected = [row for row in each_place.rows(ledger.rows) if row["fate"] == "rejected"]
    assert {row["base"] for row in rejected} == {None}  # nothing of what they say is kept
    assert verify(each_place.workplace()).differences == []


def test_what_v2_adds_to_a_member_whom_a_user_deleted_is_not_loaded(place: Place) -> None:
    place.run()
    place.erase(v3.trainings, v3_id("training", "3"))
    place.erase(v3.members, v3_id("members", "2"))
    place.put("competence_assessments", 9, member_id=2, title="New", is_archived="0")
    place.put("assessment_responses", 9, assessment_id=9, competence_code="A1", level="2")
    place.run()
    assert place.fates("competence_assessments")["9"] == ("rejected", "parent-deleted")
    assert place.fates("assessment_responses")["9"] == ("rejected", "parent-deleted")
    of_v3 = {(row["v3_table"], row["v3_id"]) for row in place.rows(ledger.rows) if row["v2_id"] == "9"}
    assert of_v3 == {(None, None)}
    assert place.anomalies("load-refused") == set()
    assert verify(place.workplace()).differences == []


def test_a_row_that_v3_takes_by_now_arrives_with_the_next_run(each_place: Place) -> None:
    forbid(each_place, "trainings", "title", "bad")
    each_place.change("training", 1, title="bad")
    each_place.run()
    each_place.change("training", 1, title="good")
    taking = each_place.run()
    assert each_place.fates("training")["1"] == ("migrated", None)
    rows = {(row["v2_table"], row["v2_id"]): row for row in each_place.rows(ledger.rows)}
    assert rows["training", "1"]["run_id"] == taking.run_id  # which takes it back, where it is rolled back
    assert each_place.anomalies("load-refused") == set()


def test_a_row_is_refused_since_the_run_that_met_it_though_it_was_rejected_for_another_reason_before(
    each_place: Place,
) -> None:
    forbid(each_place, "trainings", "title", "bad")
    each_place.run()
    assert each_place.fates("training")["6"] == ("rejected", "orphan")
    each_place.change("training", 6, member_id=1, title="bad")
    refusing = each_place.run()
    assert each_place.fates("training")["6"] == ("rejected", "load-refused")
    rows = {(row["v2_table"], row["v2_id"]): row for row in each_place.rows(ledger.rows)}
    assert rows["training", "6"]["run_id"] == refusing.run_id


@pytest.mark.parametrize("is_new", [True, False], ids=["a row", "a change"])
def test_what_v3_refused_arrives_once_v3_takes_it_though_v2_is_as_it_was(
    each_place: Place, *, is_new: bool
) -> None:
    forbid(each_place, "trainings", "title", "bad")
    if not is_new:
        each_place.run()
    each_place.change("training", 1, title="bad")
    each_place.run()
    allow(each_place, "trainings")
    each_place.run()
    row = each_place.row("training", 1, v3.trainings)
    assert row is not None
    assert row["title"] == "bad"
    assert each_place.anomalies("load-refused") == set()


def test_a_refused_change_leaves_the_row_as_it_was_and_is_reported(each_place: Place) -> None:
    forbid(each_place, "trainings", "title", "bad")
    each_place.run()
    each_place.change("training", 1, title="bad")
    each_place.change("training", 3, title="good")
    each_place.run()
    titles = {row["id"]: row["title"] for row in each_place.rows(v3.trainings)}
    assert titles[v3_id("training", "1")] == "First aid"
    assert titles[v3_id("training", "3")] == "good"
    assert {row["v2_id"] for row in each_place.rows(ledger.updates)} == {"3"}  # rollback tells these
    assert each_place.anomalies("load-refused") == {("load-refused", "training", "1", None)}


def test_of_a_refused_change_the_anomalies_name_what_v3_still_has(each_place: Place) -> None:
    """A run that v3 then takes it from says what v3 got; what a user edited is told as ever."""
    forbid(each_place, "trainings", "title", "bad")
    each_place.run()
    each_place.edit(v3.trainings, v3_id("training", "4"), duration_hours=9)
    durations = {1: "call me", 2: "call me", 3: "2 days", 4: "3 hours", 5: "2 days"}
    for key, duration in durations.items():
        each_place.change("training", key, title="bad" if key < 5 else "good", duration=duration)
    each_place.run()
    always = {("2", "call me", None), ("4", "3 hours", "3.00"), ("5", "2 days", "14.00")}
    assert _durations(each_place) == always | {("1", "call me", "2.00"), ("3", "2 days", "7.00")}
    different = {each.column for each in verify(each_place.workplace()).differences}
    assert different == {"title", "duration_hours"}
    before = each_place.state()
    each_place.run()
    assert each_place.state() == before
    for key in durations:
        each_place.change("training", key, title="good")
    each_place.run()
    assert _durations(each_place) == always | {("1", "call me", None), ("3", "2 days", "14.00")}


def _durations(place: Place) -> set[tuple[str, str, str | None]]:
    """Return v2 id, text and loaded value of what is said of durations."""
    told = (row for row in place.rows(ledger.anomalies) if row["v2_column"] == "duration")
    return {(row["v2_id"], row["raw_value"], row["loaded_value"]) for row in told}


def test_an_edit_between_the_comparison_and_the_write_is_kept(
    each_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    each_place.run()
    each_place.change("training", 1, title="from v2")
    edited: list[bool] = []

    def edit_then_plan(*arguments: object) -> object:
        plan = plan_load(*arguments)  # type: ignore[arg-type]
        if not edited and each_place.v3.dialect.name != "sqlite":  # its writers wait for each other
            edited.append(True)
            each_place.edit(v3.trainings, v3_id("training", "1"), title="mine")
        return plan

    monkeypatch.setattr(comparing, "plan_load", edit_then_plan)
    each_place.run()
    expected = "from v2" if each_place.v3.dialect.name == "sqlite" else "mine"
    assert {row["title"] for row in each_place.rows(v3.trainings)} >= {expected}
    assert bool(each_place.anomalies("conflict")) == (expected == "mine")
