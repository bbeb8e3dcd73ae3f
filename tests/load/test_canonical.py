"""A value is one text, whichever engine holds it."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from sqlalchemy import insert

from migrate.databases import open_engine
from migrate.load.canonical import ours_as_text, theirs_as_text
from migrate.load.present import read_rows_by_id
from migrate.schema import v3
from migrate.schema.arrow import TEXT
from migrate.transform.dates import MOMENT
from migrate.transform.flags import FLAG
from migrate.transform.hours import HOURS

OURS = [  # values, type, texts
    (["a", "", None], TEXT, ["a", "", None]),
    ([date(2010, 3, 12), None], pa.date32(), ["2010-03-12", None]),
    (
        [datetime(2010, 3, 12, 9, 30), datetime(2010, 3, 12), datetime(2010, 3, 12, 9, 30, 0, 120000)],  # noqa: DTZ001
        MOMENT,
        ["2010-03-12 09:30:00", "2010-03-12 00:00:00", "2010-03-12 09:30:00.12"],
    ),
    ([Decimal("14"), Decimal("0.5"), None], HOURS, ["14.00", "0.50", None]),
    ([True, False, None], FLAG, ["true", "false", None]),
]


@pytest.mark.parametrize(("values", "kind", "texts"), OURS)
def test_what_the_transform_gives_is_said_as_text(
    values: list[Any], kind: Any, texts: list[str | None]
) -> None:
    frame = pd.DataFrame({"value": pd.Series(values, dtype=pd.ArrowDtype(kind))})
    assert ours_as_text(frame)["value"].to_pylist() == texts


THEIRS = [  # table, column, what an engine says, text
    ("trainings", "duration_hours", "14.0", "14.00"),
    ("trainings", "duration_hours", "14", "14.00"),
    ("trainings", "duration_hours", "14.000", "14.00"),
    ("trainings", "duration_hours", "abc", "abc"),
    ("trainings", "started_on", "2010-03-12 00:00:00", "2010-03-12"),
    ("trainings", "started_on", "2010-03-12T00:00:00.000", "2010-03-12"),
    ("trainings", "title", "2010-03-12 00:00:00", "2010-03-12 00:00:00"),
    ("employments", "is_current", "t", "true"),
    ("employments", "is_current", "1", "true"),
    ("employments", "is_current", "0", "false"),
    ("members", "created_at", "2010-03-12 09:30:00.000000", "2010-03-12 09:30:00"),
    ("members", "created_at", "2010-03-12 09:30:00.120000", "2010-03-12 09:30:00.12"),
]


@pytest.mark.parametrize(("table", "column", "said", "text"), THEIRS)
def test_what_an_engine_says_is_the_same_text(table: str, column: str, said: str, text: str) -> None:
    found = pa.table({column: pa.array([said, None], pa.large_string())})
    assert theirs_as_text(v3.metadata.tables[table], found)[column].to_pylist() == [text, None]


def test_every_kind_of_value_comes_back_from_every_engine_as_it_went(engine_url: str) -> None:
    engine = open_engine(engine_url)
    v3.metadata.create_all(engine)
    member, row = "0" * 31 + "1", "0" * 31 + "2"
    values = {
        "employer": " a\tb\\n\r\n\"'\U0001f600 ", "job_title": "",
        "started_on": date(1931, 1, 1), "is_current": True,
    }  # fmt: skip
    with engine.begin() as connection:
        moment = datetime(2010, 3, 12, 9, 30, 0, 120000)  # noqa: DTZ001
        connection.execute(insert(v3.members).values(id=member, created_at=moment))
        connection.execute(insert(v3.employments).values(id=row, member_id=member, **values))
        (found,) = read_rows_by_id(connection, v3.employments, pa.array([row], pa.large_string())).to_pylist()
        (owner,) = read_rows_by_id(connection, v3.members, pa.array([member], pa.large_string())).to_pylist()
    engine.dispose()
    assert found == {
        "id": row, "member_id": member, "employer": values["employer"], "job_title": "",
        "started_on": "1931-01-01", "ended_on": None, "is_current": "true", "responsibilities": None,
        "personal_achievements": None,
    }  # fmt: skip
    assert owner["created_at"] == "2010-03-12 09:30:00.12"


@pytest.mark.parametrize("last", [None, ""])
def test_nothing_and_the_empty_text_stay_apart_in_the_last_cell_of_a_result(
    last: str | None, fresh_database: Callable[[str], str]
) -> None:
    for engine_name in ("sqlite", "postgresql", "mariadb"):
        engine = open_engine(fresh_database(engine_name))
        v3.metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(insert(v3.schemes).values(id="0" * 32, coordinator_email=last))
            (found,) = read_rows_by_id(
                connection, v3.schemes, pa.array(["0" * 32], pa.large_string())
            ).to_pylist()
        engine.dispose()
        assert found["coordinator_email"] == last
