"""v2 `employment` rows become v3 `employments`.

Responsibilities and personal achievements stay two texts, each to the letter. An end such as `Present` is
open.
"""

import pandas as pd

from migrate.rulebook import Rules
from migrate.schema.frames import Transformed
from migrate.transform.dates import check_order, read_dates, read_moments
from migrate.transform.decision_lookup import Decisions
from migrate.transform.flags import read_flags
from migrate.transform.source import Source
from migrate.transform.text_columns import read_texts
from migrate.transform.transformed import transformed


def transform_employments(employment: pd.DataFrame, rules: Rules, decisions: Decisions) -> Transformed:
    """Return one v3 employment for each v2 row, in the same order."""
    source = Source("employment", employment, rules, decisions)
    start = read_dates(source, "start_date")
    end = read_dates(source, "end_date", may_be_open=True)
    return transformed(
        {
            "id": source.ids(),
            "member_id": source.texts("member_v3"),
            "employer": read_texts(source, "employer"),
            "job_title": read_texts(source, "job_title"),
            "started_on": start,
            "ended_on": check_order(source, start, end),
            "is_current": read_flags(source, "is_current"),
            "responsibilities": read_texts(source, "responsibilities"),
            "personal_achievements": read_texts(source, "personal_achievements"),
            "updated_at": read_moments(source, "updated_at"),
        }
    )
