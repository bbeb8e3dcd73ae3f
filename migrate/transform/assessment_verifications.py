"""v2 `verifications` of live assessments become v3 `assessment_verifications`."""

import pandas as pd

from migrate.rulebook import Rules
from migrate.schema.frames import Transformed
from migrate.transform.dates import read_moments
from migrate.transform.decision_lookup import Decisions
from migrate.transform.source import Source
from migrate.transform.text_columns import read_texts
from migrate.transform.transformed import transformed


def transform_assessment_verifications(
    verifications: pd.DataFrame, rules: Rules, decisions: Decisions
) -> Transformed:
    """Return one v3 verification for each v2 row, in the same order."""
    source = Source("verifications", verifications, rules, decisions)
    return transformed(
        {
            "id": source.ids(),
            "assessment_id": source.texts("assessment_v3"),
            "verifier_name": read_texts(source, "verifier_name"),
            "verifier_email": read_texts(source, "verifier_email"),
            "decision": read_texts(source, "decision"),
            "comments": read_texts(source, "comments"),
            "verified_at": read_moments(source, "verified_at"),
            "updated_at": read_moments(source, "updated_at"),
        }
    )
