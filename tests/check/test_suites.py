"""The quality suites, on each engine: what they let pass, what they name, and whom they leave in peace."""

import re
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from migrate.check.expectations import SuiteName, load_suite
from migrate.check.great_suite import GreatSuite
from migrate.check.preflight import check_source
from migrate.check.suites import Result, check_after, check_before
from migrate.databases import open_engine, open_source_engine
from migrate.errors import ConfigurationError
from migrate.extract.source import open_source
from migrate.resources import resource
from migrate.rulebook import Rules, load_rules
from migrate.schema import ledger, v2, v3
from tests.check.migrated import MEMBER, V2, migrate_v2, write_v2
from tests.servers import opened
from tests.survey import foreign
from tests.survey.test_draft import right_mapping

RULES = load_rules()


def before(url: str) -> dict[str, Result]:
    """Return what the suite `before` says, by expectation."""
    engine = open_source_engine(url)
    results = {result.expectation: result for result in check_before(engine, RULES)}
    engine.dispose()
    return results


def after(url: str) -> dict[str, Result]:
    """Return what the suite `after` says, by expectation."""
    engine = open_engine(url)
    results = {result.expectation: result for result in check_after(engine, RULES)}
    engine.dispose()
    return results


def failed(results: dict[str, Result]) -> dict[str, tuple[int, int]]:
    """Return the expectations that failed, with unexpected and total counts."""
    return {name: (each.unexpected_count, each.total) for name, each in results.items() if not each.passed}


def test_sound_v2_passes_but_for_its_orphans(engine_url: str) -> None:
    write_v2(engine_url)
    results = before(engine_url)
    assert failed(results) == {"training-member-found": (1, 4)}
    assert not any(each.is_critical_failure for each in results.values())


def test_suite_reads_through_an_engine_that_cannot_write(engine_url: str) -> None:
    write_v2(engine_url, {})
    engine = open_source_engine(engine_url)
    great = GreatSuite("before", engine)
    with great.engine.begin() as connection, pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        connection.execute(insert(v2.members), {"member_id": 9})
    great.close()
    engine.dispose()


def test_everything_wrong_with_v2_is_counted(engine_url: str) -> None:
    blank = [{"training_id": key, "member_id": 1, "duration": " "} for key in range(8)]
    more: dict[str, list[Mapping[str, Any]]] = {
        "members": [*V2["members"], MEMBER | {"member_id": 3}, {"member_id": 4, "membership_number": " "}],
        "training": [*blank, {"training_id": 8, "duration": "1 day"}, {"training_id": 9, "duration": "0"}],
        "competence_assessments": [{"assessment_id": 1, "member_id": 1, "framework": "Home: made's"}],
        "assessment_responses": [{"response_id": 1, "assessment_id": 7}, {"response_id": 2}],
    }
    write_v2(engine_url, more)
    results = before(engine_url)
    assert failed(results) == {
        "membership-number-unique": (1, 2),
        "responses-assessment-found": (1, 1),
        "framework-known": (1, 1),
        "duration-given": (8, 10),
    }
    assert results["framework-known"].examples == ("Home: made's",)
    assert results["membership-number-unique"].examples == ()


NO_UTF_8 = [  # engine, the bytes that it takes for a text, what is shown; PostgreSQL refuses both at the door
    ("sqlite", "5a6feb", "Zoë"),
    ("sqlite", "68616c6620eda080", "half \\ud800"),
    ("mariadb", "68616c6620eda080", "half \\ud800"),
]


@pytest.mark.parametrize(("engine_name", "octets", "shown"), NO_UTF_8)
def test_unexpected_value_that_is_no_utf_8_is_counted_and_shown_as_it_is_read(
    engine_name: str, octets: str, shown: str, fresh_database: Callable[[str], str]
) -> None:
    url = fresh_database(engine_name)
    write_v2(url)
    with opened(url) as engine, engine.begin() as connection:
        value = f"CAST(x'{octets}' AS TEXT)" if engine_name == "sqlite" else f"x'{octets}'"
        connection.execute(text(f"UPDATE competence_assessments SET framework = {value}"))  # noqa: S608  # our own
    found = before(url)["framework-known"]
    assert (found.passed, set(found.examples)) == (False, {shown})


@pytest.mark.parametrize("name", ["How long?", "dur%ation", "100%% of hours", "hours :all", "a\\:b"])
def test_name_may_have_signs_in_it_that_mean_something_in_a_statement(
    name: str, engine_url: str, tmp_path: Path
) -> None:
    rules = write_v2_renamed(engine_url, name, tmp_path)
    source = open_source(engine_url, rules.mapping)
    problems = check_source(source)
    results = {each.expectation: each for each in check_before(source.engine, rules)}
    source.engine.dispose()
    assert (problems, results["duration-length"].total) == ([], len(V2["training"]))


def write_v2_renamed(url: str, name: str, rules_folder: Path) -> Rules:
    """Write a v2 whose trainings and their durations are called otherwise, and return the rules for it."""
    write_v2(url)
    with opened(url) as engine, engine.begin() as connection:
        quoted = engine.dialect.identifier_preparer.quote_identifier(name)
        connection.exec_driver_sql(f"ALTER TABLE training RENAME COLUMN duration TO {quoted}")
        connection.exec_driver_sql(f"ALTER TABLE training RENAME TO {quoted}")
    mapping = resource("rules/mapping.yaml").read_text(encoding="utf-8")
    mapping = mapping.replace("{from: duration,", f"{{from: '{name}',")
    mapping = mapping.replace("from: training\n", f"from: '{name}'\n")
    (rules_folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return load_rules(rules_folder)


def test_key_that_stands_twice_or_is_missing_is_critical(engine_url: str) -> None:
    with opened(engine_url) as engine:
        tables = foreign.create_foreign_v2(engine)
        foreign.put(
            engine, tables, "members", *({"member_id": key, "cohort": "A"} for key in (1, 1, 2, None))
        )
    rules = load_rules()
    object.__setattr__(rules, "mapping", right_mapping())
    engine = open_source_engine(engine_url)
    results = {each.expectation: each for each in check_before(engine, rules)}
    engine.dispose()
    assert {name for name, each in results.items() if each.is_critical_failure} == {
        "members-key-unique", "members-key-given",
    }  # fmt: skip
    assert failed(results)["members-key-given"] == (1, 4)


@pytest.fixture
def migrated(engine_url: str, tmp_path: Path) -> str:
    """The URL of a v3 into which the small v2 was migrated, once on each engine."""
    source = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(source)
    migrate_v2(source, engine_url)
    return engine_url


def test_what_was_migrated_passes(migrated: str) -> None:
    results = after(migrated)
    assert failed(results) == {}
    assert {name: results[name].total for name in ("hours-within-policy", "no-archived-assessment")} == {
        "hours-within-policy": 3, "no-archived-assessment": 1,
    }  # fmt: skip


def test_users_may_edit_what_they_like(migrated: str) -> None:
    with opened(migrated) as engine, engine.begin() as connection:
        connection.execute(update(v3.trainings).values(duration_hours=99999))
        connection.execute(update(v3.registration_applications).values(status="submitted"))
        connection.execute(update(v3.scheme_memberships).values(status="live"))
        connection.execute(update(v3.members).values(membership_number=None))
    results = after(migrated)
    assert failed(results) == {}
    assert results["hours-within-policy"].total == 0


OWN = {  # column of v3 → the values of it that were migrated, and are looked at whatever their type
    "trainings.started_on": 3,
    "trainings.cpd_hours": 3,
    "trainings.member_id": 3,
    "registration_assessments.created_at": 1,
    "registration_applications.spoken_to_pra": 1,
}


def write_suite(folder: Path, suite: SuiteName, *lines: str) -> None:
    """Write a suite of one's own."""
    text = "".join(f"  - {{{line}, severity: info, reason: r}}\n" for line in lines)
    (folder / "expectations").mkdir()
    (folder / "expectations" / f"{suite}.yaml").write_text(f"expectations:\n{text}")


def test_own_expectation_looks_at_migrated_values_of_every_type(migrated: str, tmp_path: Path) -> None:
    places = [(place, *place.split(".")) for place in OWN]
    claims = [f"name: {place}, table: {table}, column: {column}" for place, table, column in places]
    write_suite(tmp_path, "after", *(f"{claim}, claim: not-null" for claim in claims))
    engine = open_engine(migrated)
    results = check_after(engine, RULES, folder=tmp_path)
    engine.dispose()
    assert {each.expectation: each.total for each in results} == OWN
    assert [each.expectation for each in results if each.passed] == list(OWN)[2:]


def break_value(table: str, column: str, was: str | Decimal, now: str | Decimal) -> Callable[[Engine], None]:
    """Return what loads another value than it should: into v3 and into the base."""

    def change(engine: Engine) -> None:
        with engine.begin() as connection:
            target = v3.metadata.tables[table]
            connection.execute(update(target).values({column: now}).where(target.c[column] == was))
            rows = ledger.rows
            for row in connection.execute(select(rows).where(rows.c.v3_table == table)).all():
                base = row.base.replace(f"={was}", f"={now}", 1)
                connection.execute(update(rows).values(base=base).where(rows.c.v3_id == row.v3_id))

    return change


def drop_fate(engine: Engine) -> None:
    """Say of a migrated assessment that it was dropped."""
    with engine.begin() as connection:
        rows = ledger.rows
        change = update(rows).values(fate="dropped", reason="archived-assessment")
        connection.execute(change.where(rows.c.v3_table == "registration_assessments"))


def lose_member(engine: Engine) -> None:
    """Delete a member and leave what they own."""
    switch = {
        "sqlite": "PRAGMA foreign_keys = OFF",
        "postgresql": "SET session_replication_role = replica",
        "mariadb": "SET foreign_key_checks = 0",
    }
    with engine.connect() as connection:
        connection.execute(text(switch[engine.dialect.name]))
        connection.execute(v3.members.delete().where(v3.members.c.membership_number == "0018"))
        connection.commit()


BREAKS: list[tuple[str, Callable[[Engine], None]]] = [  # expectation that names it, what went wrong
    (
        "hours-within-policy",
        break_value("trainings", "duration_hours", Decimal("14.00"), Decimal("5000.00")),
    ),
    ("hours-within-policy", break_value("trainings", "duration_hours", Decimal("6.00"), Decimal("-0.01"))),
    ("application-is-draft", break_value("registration_applications", "status", "draft", "submitted")),
    (
        "membership-awaits-coordinator",
        break_value("scheme_memberships", "status", "awaiting-coordinator", "live"),
    ),
    ("number-not-blank", break_value("members", "membership_number", "0017", "")),
    ("no-archived-assessment", drop_fate),
    ("trainings-member-found", lose_member),
]


def test_each_fault_of_a_broken_migration_fails_by_name(migrated: str) -> None:
    """Critically, but for a blank number, which may be v2's own."""
    with opened(migrated) as engine:
        for _, broken in BREAKS:
            broken(engine)
    results = after(migrated)
    found = {name: count for name, (count, _) in failed(results).items()}
    assert found == Counter(name for name, _ in BREAKS)
    critical = {name for name, each in results.items() if each.is_critical_failure}
    assert critical == found.keys() - {"number-not-blank"}


def test_data_docs_show_a_statement_with_its_signs(engine_url: str, tmp_path: Path) -> None:
    rules = write_v2_renamed(engine_url, "50%: hours", tmp_path)
    engine = open_source_engine(engine_url)
    check_before(engine, rules, data_docs=tmp_path / "docs")
    engine.dispose()
    pages = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "docs").rglob("*.html"))
    assert "50%: hours" in pages
    assert not set("\ufdd0\ufdd1") & set(pages)


def test_data_docs_are_one_site_a_suite_without_passwords(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url)
    engine = open_source_engine(url)
    check_before(engine, RULES, data_docs=tmp_path / "docs")
    engine.dispose()
    page = (tmp_path / "docs" / "before" / "index.html").read_text()
    assert "training-member-found" in page


def test_text_that_is_too_long_is_counted_and_shown_to_nobody(engine_url: str, tmp_path: Path) -> None:
    secret = "a text about Zoë"
    duration = {"training_id": 1, "duration": secret * 300}
    write_v2(engine_url, {"training": [duration, {"training_id": 2, "duration": "é" * 4000}]})
    engine = open_source_engine(engine_url)
    results = check_before(engine, RULES, data_docs=tmp_path / "docs")
    engine.dispose()
    found = {each.expectation: each for each in results}["duration-length"]
    assert (found.unexpected_count, found.total, found.examples) == (1, 2, ("4800",))
    pages = "".join(path.read_text() for path in (tmp_path / "docs").rglob("*.html"))
    assert secret not in pages


def test_suite_speaks_to_nobody_but_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'v2.db'}"
    write_v2(url)

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert before(url)


WRONG = [  # suite, what stands in its rule file, what is said of it
    ("before", "table: member, column: x, claim: unique", "member is no table of the suite 'before'"),
    ("before", "table: members, column: x, claim: unique", "members has no column x"),
    (
        "before",
        "table: members, column: title, claim: migrated",
        "migrated is no claim of the suite 'before'",
    ),
    ("before", "table: members, column: title, claim: in", "in needs values"),
    ("before", "table: members, column: title, claim: nice", "claim: input should be"),
    ("before", "table: members, column: title, claim: found", "members.title refers to nothing"),
    ("after", "table: trainings, column: title, claim: found", "trainings.title refers to nothing"),
    (
        "after",
        "table: qualification_types, column: code, claim: not-null",
        "is no table of the suite 'after'",
    ),
]


@pytest.mark.parametrize(("suite", "line", "told"), WRONG)
def test_wrong_suite_is_refused_by_name(tmp_path: Path, suite: SuiteName, line: str, told: str) -> None:
    write_suite(tmp_path, suite, f"name: a, {line}")
    with pytest.raises(ConfigurationError, match=re.escape(told)):
        load_suite(suite, tmp_path)


def test_expectations_of_one_name_are_refused(tmp_path: Path) -> None:
    line = "name: a, table: members, column: title, claim: not-null"
    write_suite(tmp_path, "before", line, line)
    with pytest.raises(ConfigurationError, match=r"a name must stand once \(a stands twice\)"):
        load_suite("before", tmp_path)
