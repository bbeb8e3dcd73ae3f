"""What is no date or amount keeps nobody from their notice, and no report from being made."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Column, create_engine, text

from migrate.load.ledger.target import init_target
from migrate.notices.read import read_records
from migrate.notices.values import date_in, hours_in, value_of
from migrate.report.hours import HoursCount, count_hours
from migrate.rulebook import load_rules
from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.ledgers import put
from tests.notices.members import migrated, put_member

STARTED, HOURS = v3.trainings.c.started_on, v3.trainings.c.duration_hours
TEXTS: list[tuple[Column[object], str | None, object]] = [  # column, canonical text, value
    (STARTED, None, None),
    (STARTED, "2010-05-01", date(2010, 5, 1)),
    (STARTED, "12/03/2010", "12/03/2010"),
    (STARTED, "0000-00-00", "0000-00-00"),
    (STARTED, "infinity", "infinity"),
    (HOURS, "7.00", Decimal(7)),
    (HOURS, "0.00", Decimal(0)),
    (HOURS, "a week", "a week"),
    (HOURS, "NaN", "NaN"),
    (HOURS, "", ""),
    (v3.employments.c.is_current, "true", True),
    (v3.employments.c.is_current, "yes", "yes"),
    (v3.members.c.created_at, "2010-05-01 09:30:00.25", datetime(2010, 5, 1, 9, 30, 0, 250_000)),  # noqa: DTZ001
    (v3.trainings.c.title, "true", "true"),
]


@pytest.mark.parametrize(("column", "given", "value"), TEXTS)
def test_a_value_is_read_or_stays_a_text(column: Column[object], given: str | None, value: object) -> None:
    read = value_of(column, given)
    assert (type(read), read) == (type(value), value)
    assert date_in(read) == (read if isinstance(value, date) else None)
    assert hours_in(read) == (read if isinstance(value, Decimal) else None)


ODD = {  # engine → what its users may have in place of a date and of hours
    "sqlite": ("'12/03/2010'", "'a week'"),
    "postgresql": ("'infinity'", "'NaN'"),
    "mariadb": ("'0000-00-00'", "NULL"),
}


def test_an_odd_value_of_one_member_keeps_nobody_from_their_notice(engine_url: str) -> None:
    engine = create_engine(engine_url)
    init_target(engine)
    with engine.begin() as connection:
        for key, day in (("1", date(2010, 5, 1)), ("2", date(2011, 5, 1))):
            member = put_member(connection, key)
            job = {"id": migrated(connection, "employment", "employments", key, "1")}
            put(connection, v3.employments, job, member_id=v3_id("members", "1"), started_on=day)
            training = {"id": migrated(connection, "training", "trainings", key, key)}
            put(connection, v3.trainings, training, member_id=member, duration_hours=Decimal(7))
        started, hours = ODD[connection.dialect.name]
        if connection.dialect.name == "mariadb":
            connection.execute(text("SET sql_mode = ''"))
        for table, name, value, key in (
            ("employments", "started_on", started, v3_id("employment", "1")),
            ("trainings", "duration_hours", hours, v3_id("training", "2")),
        ):
            connection.execute(text(f"UPDATE {table} SET {name} = {value} WHERE id = '{key}'"))  # noqa: S608
        records = list(read_records(connection, (), load_rules().mapping))
        assert [record.person.member_id for record in records] == ["1", "2"]
        assert {job.started_on for job in records[0].jobs} == {None, date(2011, 5, 1)}
        assert count_hours(connection, ()) == [HoursCount(Decimal(7), 1), HoursCount(None, 1)]
    engine.dispose()
