"""v2 `assessment_responses` of live assessments become v3 `assessment_ratings`.

The level is the member's own word, never computed. An unusual competence code is carried and reported.
"""

import pandas as pd
import pyarrow.compute as pc

from migrate.rulebook import Rules
from migrate.schema.frames import Transformed
from migrate.transform.columns import mask_of
from migrate.transform.dates import read_moments
from migrate.transform.decision_lookup import Decisions
from migrate.transform.source import Column, Source
from migrate.transform.text_columns import read_texts, report_where
from migrate.transform.transformed import transformed


def transform_assessment_ratings(
    assessment_responses: pd.DataFrame, rules: Rules, decisions: Decisions
) -> Transformed:
    """Return one v3 rating for each v2 row, in the same order."""
    source = Source("assessment_responses", assessment_responses, rules, decisions)
    return transformed(
        {
            "id": source.ids(),
            "assessment_id": source.texts("assessment_v3"),
            "competence_code": _check_codes(source, read_texts(source, "competence_code")),
            "level": read_texts(source, "level"),
            "evidence": read_texts(source, "evidence"),
            "updated_at": read_moments(source, "updated_at"),
        }
    )


def _check_codes(source: Source, codes: Column) -> Column:
    """Report the codes that are not a letter from A to E and a digit; NULL is not reported."""
    usual = pc.match_substring_regex(codes.values, "^[A-E][0-9]$")
    unusual = ~mask_of(usual) & mask_of(pc.is_valid(codes.values))
    message = "The code is not a letter from A to E and a digit; it was carried as it is."
    return report_where(source, "competence_code", codes, unusual, "competence-code", message)
