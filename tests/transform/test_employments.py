"""v2 employment as v3 employments."""

from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import said, transform, values


def test_every_column_arrives() -> None:
    row = {
        "employer": "Harrow Avionics",
        "job_title": "Engineer",
        "start_date": "03/05/2009",
        "end_date": "2010-03-12",
        "is_current": "N",
        "responsibilities": " a\r\nb ",
        "personal_achievements": "c",
        "updated_at": "2011-01-01 10:00:00",
    }
    rows, anomalies = transform("employment", row)
    assert tuple(rows.columns) == v3.written_columns(v3.employments)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("employment", "1"),
        v3_id("members", "1"),
        "Harrow Avionics",
        "Engineer",
        "2009-05-03",
        "2010-03-12",
        "False",
        " a\r\nb ",
        "c",
        "2011-01-01 10:00:00",
    ]
    assert said(anomalies) == []


def test_what_is_open_is_null_and_nothing_is_said() -> None:
    rows, anomalies = transform(
        "employment", {"start_date": "03/05/2009", "end_date": "Present", "is_current": None}
    )
    assert (values(rows, "ended_on"), values(rows, "is_current")) == ([None], [False])
    assert said(anomalies) == []


def test_start_and_end_are_compared() -> None:
    _, anomalies = transform(
        "employment", {"start_date": "2010", "end_date": "31/12/2009", "is_current": "hm"}
    )
    assert said(anomalies) == [
        ("start_date", "date-precision"),
        ("end_date", "dates-reversed"),
        ("is_current", "flag-not-understood"),
    ]


def test_jobs_that_overlap_are_both_kept_and_nothing_is_said() -> None:
    jobs = [
        {"employment_id": key, "employer": "Harrow Avionics", "start_date": start, "end_date": "2010-12-31"}
        for key, start in (("1", "2009-01-01"), ("2", "2010-06-01"))
    ]
    rows, anomalies = transform("employment", *jobs)
    assert [str(day) for day in values(rows, "started_on")] == ["2009-01-01", "2010-06-01"]
    assert said(anomalies) == []
