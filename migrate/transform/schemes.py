"""v2 `schemes` become v3 `schemes`.

Their coordinators will be written to, so what cannot be an address is reported.
"""

import pandas as pd
import pyarrow.compute as pc

from migrate.rulebook import Rules
from migrate.schema.addresses import ADDRESS
from migrate.schema.frames import Transformed
from migrate.transform.columns import mask_of
from migrate.transform.dates import read_moments
from migrate.transform.decision_lookup import Decisions
from migrate.transform.source import Column, Source
from migrate.transform.text_columns import read_texts, report_where
from migrate.transform.transformed import transformed


def transform_schemes(schemes: pd.DataFrame, rules: Rules, decisions: Decisions) -> Transformed:
    """Return one v3 scheme for each v2 row, in the same order."""
    source = Source("schemes", schemes, rules, decisions)
    return transformed(
        {
            "id": source.ids(),
            "name": read_texts(source, "name"),
            "organisation": read_texts(source, "organisation"),
            "coordinator_email": _check_addresses(source, read_texts(source, "coordinator_email")),
            "updated_at": read_moments(source, "updated_at"),
        }
    )


def _check_addresses(source: Source, addresses: Column) -> Column:
    """Report what is not one address (a name, an @, a domain with a dot); blanks around it do not matter."""
    unusable = ~mask_of(pc.match_substring_regex(addresses.values, ADDRESS))
    message = "The scheme has no address that its coordinator could be reached at."
    return report_where(source, "coordinator_email", addresses, unusable, "coordinator-address", message)
