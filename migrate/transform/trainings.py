"""v2 `training` rows become v3 `trainings`: the duration, free text in v2, becomes hours.

CPD hours are new in v3 and are not written: the member adds them.
"""

import pandas as pd

from migrate.rulebook import Rules
from migrate.schema.frames import Transformed
from migrate.transform.dates import check_order, read_dates, read_moments
from migrate.transform.decision_lookup import Decisions
from migrate.transform.hours import read_hours
from migrate.transform.source import Source
from migrate.transform.text_columns import read_texts
from migrate.transform.transformed import transformed


def transform_trainings(training: pd.DataFrame, rules: Rules, decisions: Decisions) -> Transformed:
    """Return one v3 training for each v2 row, in the same order."""
    source = Source("training", training, rules, decisions)
    start = read_dates(source, "start_date")
    end = read_dates(source, "end_date", may_be_open=True)
    return transformed(
        {
            "id": source.ids(),
            "member_id": source.texts("member_v3"),
            "title": read_texts(source, "title"),
            "provider": read_texts(source, "provider"),
            "location": read_texts(source, "location"),
            "started_on": start,
            "ended_on": check_order(source, start, end),
            "duration_hours": read_hours(source, "duration", start, end),
            "description": read_texts(source, "description"),
            "updated_at": read_moments(source, "updated_at"),
        }
    )
