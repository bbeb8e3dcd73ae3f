"""What a notice looks at is read for each member alone, however many there are."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Connection, Table, delete

from migrate.notices import read
from migrate.notices.record import MemberRecord
from migrate.rulebook import load_rules
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from migrate.transform.readings import as_text
from tests.ledgers import put
from tests.notices.members import ledger_place, migrated, put_member

MAPPING = load_rules().mapping


def records(connection: Connection) -> list[MemberRecord]:
    return list(read.read_records(connection, (), MAPPING))


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_every_member_is_read_once(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(read, "AT_ONCE", at_once)
    for member in ("4", "1", "5", "3", "2"):
        put_member(connection, member)
    assert [record.person.member_id for record in records(connection)] == ["1", "2", "3", "4", "5"]


def test_who_deleted_their_account_is_told_nothing(connection: Connection) -> None:
    for member in ("1", "2"):
        identity = put_member(connection, member)
    connection.execute(delete(v3.members).where(v3.members.c.id == identity))
    assert [record.person.member_id for record in records(connection)] == ["1"]


def test_a_blank_date_is_in_doubt_where_its_text_was_not_read(connection: Connection) -> None:
    for member in ("1", "2"):
        put_member(connection, member)
    for member, v2_id, started_on in (("1", "10", None), ("2", "20", None), ("2", "21", date(2020, 1, 1))):
        job = migrated(connection, "employment", "employments", v2_id, member)
        row = {"id": job, "member_id": v3_id("members", member), "started_on": started_on}
        put(connection, v3.employments, row)
    for member, v2_id, code in (("1", "10", "date-precision"), ("2", "20", "date-not-understood")):
        said = {"v2_column": "start_date", "code": code, "severity": "warning"}
        put(connection, ledger.anomalies, said, **ledger_place("employment", v2_id, member))
    jobs = [[(job.started_on, job.is_readable) for job in record.jobs] for record in records(connection)]
    assert jobs == [[(None, True)], [(None, False), (date(2020, 1, 1), True)]]


def test_a_scheme_that_waits_for_nobody_is_not_spoken_of(connection: Connection) -> None:
    member = put_member(connection, "1")
    waits = "awaiting-coordinator"
    for v2_id, name, status in (("1", "Zinc", waits), ("2", "Coal", "active"), ("3", "Iron", waits)):
        scheme = migrated(connection, "schemes", "schemes", v2_id, "1")
        put(connection, v3.schemes, {"id": scheme, "name": name})
        place = migrated(connection, "scheme_memberships", "scheme_memberships", v2_id, "1")
        row = {"id": place, "scheme_id": scheme, "member_id": member, "status": status}
        put(connection, v3.scheme_memberships, row)
    assert [record.waiting_schemes for record in records(connection)] == [("Iron", "Zinc")]


MAY, JUNE = date(2010, 5, 1), date(2010, 6, 1)
DAYS: dict[str, object] = {"started_on": MAY, "ended_on": MAY}
STILL_SAID: list[
    tuple[str, str, str | None, dict[str, object], bool]
] = [  # what the ledger says (column, code, loaded value), what v3 has by now, whether it is told
    ("start_date", "date-precision", "2010-05-01", {"started_on": MAY}, True),
    ("start_date", "date-precision", "2010-05-01", {"started_on": JUNE}, False),
    ("start_date", "conflict", "2010-05-01", {"started_on": JUNE}, True),
    ("end_date", "date-not-understood", None, {}, True),
    ("end_date", "date-not-understood", None, {"ended_on": MAY}, False),
    ("duration", "no-unit", None, {"duration_hours": Decimal(2)}, False),
    ("end_date", "dates-reversed", "2010-05-01", {"started_on": JUNE, "ended_on": MAY}, True),
    ("end_date", "dates-reversed", "2010-05-01", DAYS, False),
    ("duration", "exceeds-dates", "25.00", DAYS | {"duration_hours": Decimal(25)}, True),
    ("duration", "exceeds-dates", "25.00", DAYS | {"duration_hours": Decimal(24)}, False),
    ("duration", "exceeds-dates", "25.00", {"started_on": MAY, "duration_hours": Decimal(25)}, False),
    ("duration", "exceeds-dates", "25.00", {"ended_on": MAY, "duration_hours": Decimal(25)}, False),
    ("duration", "exceeds-dates", "25.00", DAYS, False),
]


def test_what_the_member_has_put_right_is_not_told(connection: Connection) -> None:
    for number, (column, code, loaded, columns, _) in enumerate(STILL_SAID, 1):
        key = str(number)
        training = migrated(connection, "training", "trainings", key, key)
        owned = {"id": training, "member_id": put_member(connection, key)}
        put(connection, v3.trainings, owned | columns)
        said = {"v2_column": column, "code": code, "severity": "warning", "loaded_value": loaded}
        put(connection, ledger.anomalies, said, **ledger_place("training", key, key))
    told = [bool(record.remarks) for record in records(connection)]
    assert told == [is_told for *_, is_told in STILL_SAID]


CONVERTED: list[tuple[str, str, object]] = [  # what is read and not copied, and a value of it
    ("employment", "start_date", MAY),
    ("employment", "end_date", MAY),
    ("employment", "is_current", True),
    ("education", "start_date", MAY),
    ("education", "end_date", MAY),
    ("training", "start_date", MAY),
    ("training", "end_date", MAY),
    ("training", "duration", Decimal("7.00")),
    ("other_experience", "start_date", MAY),
    ("other_experience", "end_date", MAY),
    ("competence_assessments", "created_at", datetime(2010, 5, 1, 9, 30)),  # noqa: DTZ001  # v3 has no zones
    ("intents_to_register", "submitted_at", datetime(2010, 5, 1, 9, 30)),  # noqa: DTZ001
    ("intents_to_register", "pra_consulted", False),
    ("scheme_memberships", "joined_on", MAY),
]


@pytest.mark.parametrize(("v2_table", "v2_column", "value"), CONVERTED)
def test_a_value_of_any_kind_is_told_until_the_member_changes_it(
    connection: Connection, v2_table: str, v2_column: str, value: object
) -> None:
    rule = MAPPING.tables[v2_table]
    assert rule.to is not None
    column = rule.columns[v2_column].to
    assert column is not None
    put(connection, v3.schemes, {"id": "a" * 32})
    needed: dict[str, dict[str, object]] = {
        "scheme_memberships": {"scheme_id": "a" * 32},
        "intents_to_register": {"spoken_to_pra": False},
    }
    for member, loaded in (("1", as_text(value)), ("2", "something else")):
        identity = migrated(connection, v2_table, rule.to, member, member)
        row = {"id": identity, "member_id": put_member(connection, member), **needed.get(v2_table, {})}
        put(connection, v3.metadata.tables[rule.to], row | {column: value})
        said = {"v2_column": v2_column, "code": "range", "severity": "warning", "loaded_value": loaded}
        put(connection, ledger.anomalies, said, **ledger_place(v2_table, member, member))
    assert [len(record.remarks) for record in records(connection)] == [1, 0]


def test_what_members_have_added_themselves_is_not_told_as_migrated(connection: Connection) -> None:
    member = put_member(connection, "1")
    kinds: list[tuple[str, Table, dict[str, object]]] = [
        ("education", v3.educations, {"classification": "2:1"}),
        ("other_experience", v3.achievements, {}),
        ("intents_to_register", v3.registration_applications, {"spoken_to_pra": True}),
    ]
    for number, (v2_table, table, columns) in enumerate(kinds):
        ids = (migrated(connection, v2_table, table.name, "1", "1"), f"{number:032x}")
        put(connection, table, *({"id": identity} for identity in ids), member_id=member, **columns)
    (record,) = records(connection)
    assert (record.educations_without_qualification, record.classifications) == (1, 1)
    assert (record.achievements, record.pra_answers) == (1, (True,))


SAID_OF_ROWS: list[
    tuple[str, str | None, str, str, bool]
] = [  # v2 table, column, code, what became of the row, whether it is told
    ("training", None, "gone-from-v2", "is in v3", True),
    ("training", "provider", "text-cleaned", "is in v3", True),
    ("training", "provider", "text-cleaned", "deleted in v3", False),
    ("training", "start_date", "date-not-understood", "deleted in v3", False),
    ("training", "start_date", "date-not-understood", "left out", False),
    ("training", "end_date", "dates-reversed", "left out", False),
    ("competence_assessments", "is_archived", "flag-not-understood", "is in v3", True),
    ("verifications", "verified_at", "date-not-understood", "left out", False),
]


@pytest.mark.parametrize(("v2_table", "v2_column", "code", "became", "is_told"), SAID_OF_ROWS)
def test_of_rows_that_are_not_in_v3_nothing_is_asked(
    connection: Connection, v2_table: str, v2_column: str | None, code: str, became: str, is_told: bool
) -> None:
    member, place = put_member(connection, "1"), ledger_place(v2_table, "10", "1")
    to = MAPPING.tables[v2_table].to
    assert to is not None
    if became == "left out":
        put(connection, ledger.rows, {"fate": "rejected", "reason": "load-refused"}, **place)
    else:
        identity = migrated(connection, v2_table, to, "10", "1")
        if became == "is in v3":
            put(connection, v3.metadata.tables[to], {"id": identity, "member_id": member})
    put(connection, ledger.anomalies, {"v2_column": v2_column, "code": code, "severity": "info"}, **place)
    (record,) = records(connection)
    assert bool(record.remarks) is is_told


def test_what_was_cleaned_in_the_member_s_own_row_is_told(connection: Connection) -> None:
    put_member(connection, "1")
    said = {"v2_column": "surname", "code": "text-cleaned", "severity": "warning"}
    put(connection, ledger.anomalies, said, **ledger_place("members", "1", "1"))
    (record,) = records(connection)
    assert [remark.code for remark in record.remarks] == ["text-cleaned"]
