"""v2 scheme_memberships as v3 scheme_memberships."""

from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import said, transform


def test_every_column_arrives() -> None:
    row = {
        "joined_on": "12 March 2010",
        "status": "active",
        "updated_at": "2011-01-01",
    }
    rows, anomalies = transform("scheme_memberships", row)
    assert tuple(rows.columns) == v3.written_columns(v3.scheme_memberships)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("scheme_memberships", "1"),
        v3_id("schemes", "1"),
        v3_id("members", "1"),
        "2010-03-12",
        "awaiting-coordinator",
        "2011-01-01 00:00:00",
    ]
    assert said(anomalies) == []
