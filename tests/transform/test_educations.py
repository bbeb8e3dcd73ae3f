"""v2 education as v3 educations."""

from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import said, transform, values


def test_every_column_arrives() -> None:
    row = {
        "institution": "Wyvern College",
        "course": "BEng (Hons)",
        "grade": " 2:1 ",
        "start_date": "01/09/2005",
        "end_date": "2008-06-30",
        "updated_at": "2011-01-01",
    }
    rows, anomalies = transform("education", row)
    assert tuple(rows.columns) == v3.written_columns(v3.educations)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("education", "1"),
        v3_id("members", "1"),
        "Wyvern College",
        "BEng (Hons)",
        " 2:1 ",
        "2005-09-01",
        "2008-06-30",
        "2011-01-01 00:00:00",
    ]
    assert said(anomalies) == []


def test_no_qualification_is_written() -> None:
    """It is new in v3: the member chooses it."""
    rows, _ = transform("education", {"course": "PhD"})
    assert "qualification" not in rows
    assert values(rows, "course_description") == ["PhD"]
