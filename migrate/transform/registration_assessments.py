"""v2 `competence_assessments` that are not archived become v3 `registration_assessments`.

Which are archived is read before (`migrate.transform.archived`); no level or status is computed.
"""

import pandas as pd

from migrate.rulebook import Rules
from migrate.schema.frames import Transformed
from migrate.transform.dates import read_moments
from migrate.transform.decision_lookup import Decisions
from migrate.transform.source import Source
from migrate.transform.text_columns import read_texts
from migrate.transform.transformed import transformed


def transform_registration_assessments(
    competence_assessments: pd.DataFrame, rules: Rules, decisions: Decisions
) -> Transformed:
    """Return one v3 assessment for each v2 row, in the same order."""
    source = Source("competence_assessments", competence_assessments, rules, decisions)
    return transformed(
        {
            "id": source.ids(),
            "member_id": source.texts("member_v3"),
            "framework": read_texts(source, "framework"),
            "title": read_texts(source, "title"),
            "status": read_texts(source, "status"),
            "created_at": read_moments(source, "created_at"),
            "updated_at": read_moments(source, "updated_at"),
        }
    )
