"""v2 verifications as v3 assessment_verifications."""

from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import said, transform


def test_every_column_arrives() -> None:
    row = {
        "verifier_name": "A. Verifier",
        "verifier_email": "a@example.org",
        "decision": "verified",
        "comments": "well",
        "verified_at": "2010-02-03 04:05:06",
        "updated_at": "2011-01-01",
    }
    rows, anomalies = transform("verifications", row)
    assert tuple(rows.columns) == v3.written_columns(v3.assessment_verifications)
    assert [str(value) for value in rows.iloc[0]] == [
        v3_id("verifications", "1"),
        v3_id("competence_assessments", "1"),
        "A. Verifier",
        "a@example.org",
        "verified",
        "well",
        "2010-02-03 04:05:06",
        "2011-01-01 00:00:00",
    ]
    assert said(anomalies) == []
