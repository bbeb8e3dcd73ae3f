"""v2 `scheme_memberships` become v3 `scheme_memberships`, each awaiting its coordinator.

v3 alone changes that status, when it has set the scheme up.
"""

import pandas as pd

from migrate.rulebook import Rules
from migrate.schema import v3
from migrate.schema.frames import Transformed
from migrate.transform.columns import constant
from migrate.transform.dates import read_dates, read_moments
from migrate.transform.decision_lookup import Decisions
from migrate.transform.source import Source
from migrate.transform.transformed import transformed


def transform_scheme_memberships(
    scheme_memberships: pd.DataFrame, rules: Rules, decisions: Decisions
) -> Transformed:
    """Return one v3 membership for each v2 row, in the same order."""
    source = Source("scheme_memberships", scheme_memberships, rules, decisions)
    return transformed(
        {
            "id": source.ids(),
            "scheme_id": source.texts("scheme_v3"),
            "member_id": source.texts("member_v3"),
            "joined_on": read_dates(source, "joined_on"),
            "status": constant(v3.AWAITING_COORDINATOR, len(source)),
            "updated_at": read_moments(source, "updated_at"),
        }
    )
