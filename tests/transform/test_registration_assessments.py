"""v2 competence_assessments as v3 registration_assessments."""

from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import said, transform


def test_every_column_arrives() -> None:
    row = {
        "framework": "UK-SPEC CEng",
        "title": "First",
        "status": "draft",
        "is_archived": "0",
        "created_at": "2010-01-01 09:00:00",
        "updated_at": "2011-01-01",
    }
    rows, anomalies = transform("competence_assessments", row)
    assert tuple(rows.columns) == v3.written_columns(v3.registration_assessments)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("competence_assessments", "1"),
        v3_id("members", "1"),
        "UK-SPEC CEng",
        "First",
        "draft",
        "2010-01-01 09:00:00",
        "2011-01-01 00:00:00",
    ]
    assert said(anomalies) == []
