"""v2 `education` rows become v3 `educations`.

The grade stays free text: it is carried to classification to the letter. Qualification is new in v3 and is
not written. What cannot be read as a date is left NULL and reported, never guessed.
"""

import pandas as pd

from migrate.rulebook import Rules
from migrate.schema.frames import Transformed
from migrate.transform.dates import check_order, read_dates, read_moments
from migrate.transform.decision_lookup import Decisions
from migrate.transform.source import Source
from migrate.transform.text_columns import read_texts
from migrate.transform.transformed import transformed


def transform_educations(education: pd.DataFrame, rules: Rules, decisions: Decisions) -> Transformed:
    """Return one v3 education for each v2 row, in the same order."""
    source = Source("education", education, rules, decisions)
    start = read_dates(source, "start_date")
    end = read_dates(source, "end_date", may_be_open=True)
    return transformed(
        {
            "id": source.ids(),
            "member_id": source.texts("member_v3"),
            "institution": read_texts(source, "institution"),
            "course_description": read_texts(source, "course"),
            "classification": read_texts(source, "grade"),
            "started_on": start,
            "ended_on": check_order(source, start, end),
            "updated_at": read_moments(source, "updated_at"),
        }
    )
