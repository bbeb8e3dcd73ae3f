"""v2 `other_experience` rows become v3 `achievements`: all of them, volunteering included, one for one."""

import pandas as pd

from migrate.rulebook import Rules
from migrate.schema.frames import Transformed
from migrate.transform.dates import check_order, read_dates, read_moments
from migrate.transform.decision_lookup import Decisions
from migrate.transform.source import Source
from migrate.transform.text_columns import read_texts
from migrate.transform.transformed import transformed


def transform_achievements(other_experience: pd.DataFrame, rules: Rules, decisions: Decisions) -> Transformed:
    """Return one v3 achievement for each v2 row, in the same order."""
    source = Source("other_experience", other_experience, rules, decisions)
    start = read_dates(source, "start_date")
    end = read_dates(source, "end_date", may_be_open=True)
    return transformed(
        {
            "id": source.ids(),
            "member_id": source.texts("member_v3"),
            "title": read_texts(source, "heading"),
            "description": read_texts(source, "description"),
            "started_on": start,
            "ended_on": check_order(source, start, end),
            "updated_at": read_moments(source, "updated_at"),
        }
    )
