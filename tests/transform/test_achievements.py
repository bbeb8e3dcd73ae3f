"""v2 other_experience as v3 achievements."""

from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import said, transform


def test_every_column_arrives() -> None:
    row = {
        "heading": "Scout Leader",
        "description": "  Volunteer\n",
        "start_date": "1 May 2009",
        "end_date": "2 May 2009",
        "updated_at": "2011-01-01",
    }
    rows, anomalies = transform("other_experience", row)
    assert tuple(rows.columns) == v3.written_columns(v3.achievements)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("other_experience", "1"),
        v3_id("members", "1"),
        "Scout Leader",
        "  Volunteer\n",
        "2009-05-01",
        "2009-05-02",
        "2011-01-01 00:00:00",
    ]
    assert said(anomalies) == []
