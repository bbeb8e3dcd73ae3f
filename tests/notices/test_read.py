"""What a notice looks at is read for each member alone, however many there are."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Connection, delete

from migrate.notices import read
from migrate.notices.record import MemberRecord
from migrate.rulebook import load_rules
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
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
    for member in ("1", "2", "3", "4", "5"):
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
    for v2_id, status in (("1", "awaiting-coordinator"), ("2", "active")):
        scheme = migrated(connection, "schemes", "schemes", v2_id, "1")
        put(connection, v3.schemes, {"id": scheme, "name": f"Scheme {v2_id}"})
        place = migrated(connection, "scheme_memberships", "scheme_memberships", v2_id, "1")
        row = {"id": place, "scheme_id": scheme, "member_id": member, "status": status}
        put(connection, v3.scheme_memberships, row)
    assert [record.waiting_schemes for record in records(connection)] == [("Scheme 1",)]


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
